import { hex, utf8 } from "@/core/bytes";
import { sha256 } from "@/crypto/sha256";

/** A piece of wording and where it stands. */
export interface PlacedText {
  readonly place: string;
  readonly text: string;
}

/** One kind of wording that often restricts or favours bidders unlawfully (BL18, BL20, IR32). */
export interface LintRule {
  readonly id: string;
  readonly title: string;
  readonly article: string;
  readonly pattern: RegExp;
  /** Wording beside it in the same sentence that makes it lawful. */
  readonly unless?: RegExp;
  /** A sentence that it finds. */
  readonly example: string;
  /** What the publisher does about it. */
  readonly advice: string;
}

/** One finding. Its key names rule, place and sentence: an answer lasts as long as the sentence stays as it is. */
export interface LintHit {
  readonly key: string;
  readonly rule: LintRule;
  readonly place: string;
  readonly found: string;
  readonly sentence: string;
}

const IR32 = "《招标投标法实施条例》第三十二条";
const BL18 = "《招标投标法》第十八条";
const BL20 = "《招标投标法》第二十条";
const O20_20 = "《电子招标投标办法》第二十条";
const LOCAL = "(?:本地|本市|本省|本县|本区|本州|当地|省内|市内|县内|区内|省会|项目所在地)";

export const LINT_RULES: readonly LintRule[] = [
  {
    id: "LINT-01",
    title: "指定品牌、型号或厂家",
    article: `${BL20}、${IR32}第二款第五项`,
    pattern:
      /(?:指定|限定|仅限|必须采用|须采用|应采用|必须为|须为|应选用).{0,12}(?:品牌|商标|牌号|厂家|厂商|原厂|生产商)|品牌[：:为]\s*[^，。；,;或]{2,20}/,
    unless: /或相当于|或同等|或其他同等|不低于.{0,10}(?:档次|性能|水平)/,
    example: "水泵须采用某某品牌",
    advice: "改为写明性能和技术指标；确需引用品牌时，在其后加“或相当于”。",
  },
  {
    id: "LINT-02",
    title: "以指定行政区域的业绩、奖项为条件",
    article: `${IR32}第二款第三项`,
    pattern: new RegExp(
      `${LOCAL}.{0,8}(?:业绩|奖项|获奖|类似项目|施工经验)|(?:业绩|奖项).{0,8}(?:限于|仅限|须在|应在)${LOCAL}`,
    ),
    example: "须具有本市类似工程业绩",
    advice: "删除地域限定，只写业绩的类型、规模和时间。",
  },
  {
    id: "LINT-03",
    title: "限定注册地或要求设立分支机构",
    article: `${BL18}、${IR32}第二款第七项`,
    pattern: new RegExp(
      `${LOCAL}.{0,6}(?:注册|企业|纳税|缴纳社保|社保|税务登记|备案)|(?:注册地|住所地).{0,8}(?:须|应|必须|限).{0,10}(?:本|当地|所在地)|(?:须|应|必须).{0,6}在.{0,10}(?:设立|设有|成立).{0,6}(?:分公司|子公司|分支机构|办事处)`,
    ),
    example: "投标人须在项目所在地设立分公司",
    advice: "删除注册地、分支机构要求；需要当地服务的，写明响应时间。",
  },
  {
    id: "LINT-04",
    title: "区域加分或优先",
    article: `${IR32}第二款第三项`,
    pattern: new RegExp(`${LOCAL}.{0,10}(?:优先|(?:加|得)\\s*(?:\\d+(?:\\.\\d+)?)?\\s*分|优惠)`),
    example: "本省企业加 2 分",
    advice: "删除按区域的加分或优先。",
  },
  {
    id: "LINT-05",
    title: "以指定奖项为条件或加分",
    article: `${IR32}第二款第三项`,
    pattern:
      /(?:获得|获|取得|荣获|具有).{0,6}(?:鲁班奖|詹天佑奖|国家优质工程|省优|市优|守合同重信用|文明工地|“?[^，。；]{1,12}杯”?)/,
    example: "近三年获得过鲁班奖的得 5 分",
    advice: "删除特定奖项，或改为与项目质量直接相关、各地区都能取得的评价。",
  },
  {
    id: "LINT-06",
    title: "注册资本、资产、营业额等规模条件",
    article: `${IR32}第二款第二项、《优化营商环境条例》第十三条`,
    pattern:
      /(?:注册资本|注册资金|资产总额|总资产|净资产|营业收入|营业额|年产值|从业人员|利润).{0,10}(?:不低于|不少于|不得低于|不得少于|达到|须在|应在|以上|大于)/,
    example: "注册资本不低于 5000 万元",
    advice: "删除规模条件；需要履约能力的，改为与标的相适应的资质或财务状况说明。",
  },
  {
    id: "LINT-07",
    title: "成立年限或经营年限",
    article: `${IR32}第二款第二项`,
    pattern:
      /(?:成立|设立|注册|经营|从业).{0,8}(?:满|不少于|不低于|达到|须在|超过)?\s*(?:\d+|[一二三四五六七八九十]+)\s*年(?:以上|及以上|的企业)?/,
    example: "投标人须成立满 5 年以上",
    advice: "删除成立年限，改用业绩和人员证明能力。",
  },
  {
    id: "LINT-08",
    title: "以所有制或组织形式限制、排斥或优待",
    article: `${IR32}第二款第六项`,
    pattern:
      /(?:国有|国企|央企|民营|私营|外资|合资|中外合资|集体|上市公司|法人企业).{0,8}(?:不得|除外|优先|加分|方可|不接受|得\s*\d)|(?:限|仅限|须为|应为|必须为).{0,6}(?:国有|央企|国企|上市公司|民营)/,
    example: "投标人须为国有企业",
    advice: "删除所有制和组织形式要求。",
  },
  {
    id: "LINT-09",
    title: "限时报名、审核后才能获取文件",
    article: `${O20_20}、${IR32}`,
    pattern:
      /(?:报名|登记|资料审核|资格审核|现场确认|现场踏勘|缴纳.{0,6}费).{0,14}(?:方可|才能|后|合格后|通过后).{0,6}(?:获取|购买|领取|下载|参加投标|投标)|(?:报名|登记)(?:时间|截止)/,
    example: "报名并经资料审核后方可获取招标文件",
    advice: "删除报名、审核环节：除平台注册外，获取招标文件不得设其他条件。",
  },
  {
    id: "LINT-10",
    title: "要求到场、法定代表人亲自到场或携带原件",
    article: `${IR32}、${O20_20}`,
    pattern:
      /法定代表人.{0,8}(?:亲自|本人|必须|须).{0,6}(?:到场|到达|出席|参加|携带)|(?:携带|提交|提供).{0,12}原件.{0,10}(?:到|至|现场|核验|备查)|未到场.{0,8}(?:否决|无效|不予)/,
    example: "法定代表人须亲自到场参加开标",
    advice: "删除到场和原件要求，改用电子文件和平台核验。",
  },
  {
    id: "LINT-11",
    title: "业绩数量、金额明显超出项目需要",
    article: `${IR32}第二款第二项`,
    pattern:
      /(?:不少于|不低于|至少|具有|具备)\s*(?:[5-9]|\d{2,}|五|六|七|八|九|十)\s*(?:个|项|份).{0,16}(?:业绩|项目|工程|合同)/,
    example: "近三年不少于 8 项类似工程业绩",
    advice: "减少业绩数量（一般不超过三项），规模与本项目相当。",
  },
  {
    id: "LINT-12",
    title: "与标的无关的资质、证书或认证",
    article: `${IR32}第二款第二项`,
    pattern:
      /(?:ISO\s*\d+|质量管理体系|环境管理体系|职业健康|AAA|信用等级|高新技术企业|专精特新|CMMI?\s*\d?).{0,14}(?:须|必须|应|否则|方可|加分|得\s*\d)|(?:须|必须|应)(?:具有|具备|提供|通过).{0,12}(?:ISO\s*\d+|管理体系认证|AAA|高新技术企业|CMMI?)/,
    example: "须提供 ISO 9001 质量管理体系认证证书",
    advice: "删除，或说明该证书与履行本合同的直接关系。",
  },
  {
    id: "LINT-13",
    title: "指定检测、担保、软件或服务机构",
    article: `${IR32}第二款第五项、第七项`,
    pattern:
      /(?:指定|唯一|特定).{0,6}(?:检测机构|银行|担保公司|保险公司|软件|软件公司|供应商|授权经销商|咨询单位)|(?:须|必须|应)(?:使用|采用|购买|由).{0,10}(?:公司|银行)(?:的|出具|生产|提供)/,
    example: "保函须由指定银行出具",
    advice: "删除指定的机构，写明须满足的条件。",
  },
  {
    id: "LINT-14",
    title: "要求制造商授权书",
    article: `${IR32}第二款第五项`,
    pattern: /(?:原厂|厂家|制造商|生产厂商|生产厂家).{0,6}(?:授权|授权书|授权函|承诺函|盖章)/,
    example: "须提供制造商针对本项目的授权书",
    advice: "改为对产品来源和售后服务的承诺。",
  },
  {
    id: "LINT-15",
    title: "为特定投标人量身设置的表述",
    article: `${BL20}、${IR32}第一款`,
    pattern:
      /(?:曾|已|正在).{0,6}为(?:本单位|招标人|我单位|业主).{0,8}(?:服务|供货|提供|承建)|(?:与招标人|与业主).{0,8}(?:合作|签订过)/,
    example: "曾为招标人提供同类服务的优先",
    advice: "删除与招标人以往合作的要求。",
  },
];

/** Sentence around a position: what the reader is shown, and what an answer is bound to. */
function sentenceAt(text: string, at: number): string {
  const start = Math.max(...["。", "；", "\n", ";"].map((mark) => text.lastIndexOf(mark, at - 1))) + 1;
  const ends = ["。", "；", "\n", ";"].map((mark) => text.indexOf(mark, at)).filter((end) => end >= 0);
  return text.slice(start, ends.length ? Math.min(...ends) : undefined).trim();
}

/** Longest sentence that is shown and kept. */
export const SHOWN = 300;
/** Most findings of one rule in one place: more of the same are mended with the first ones. */
const MOST = 20;

const keyOf = (rule: string, place: string, sentence: string): string =>
  hex(sha256(utf8(`${rule}|${place}|${sentence}`))).slice(0, 32);

/** Finds wording that restricts or favours bidders. Pure: the same texts give the same findings in the same order. */
export function lint(texts: readonly PlacedText[]): LintHit[] {
  const hits = new Map<string, LintHit>();
  for (const { place, text } of texts)
    for (const rule of LINT_RULES) {
      const all = new RegExp(rule.pattern.source, "g");
      let count = 0;
      for (const match of text.matchAll(all)) {
        const sentence = sentenceAt(text, match.index);
        if (rule.unless?.test(sentence)) continue;
        if (++count > MOST) break;
        const key = keyOf(rule.id, place, sentence);
        if (!hits.has(key))
          hits.set(key, { key, rule, place, found: match[0].slice(0, SHOWN), sentence: sentence.slice(0, SHOWN) });
      }
    }
  return [...hits.values()];
}
