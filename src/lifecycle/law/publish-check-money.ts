import { formatYuan } from "@/core/money";
import { clauseOf, type Profile } from "./clauses";
import type { CheckRow, PublishFacts } from "./publish-check";
import type { Regime } from "./regime";
import { looksSplit, mustBeTendered, THRESHOLDS_FEN } from "./thresholds";

/** Highest bid security in fen by what is bought (O30 art. 37, O27 art. 27, O2 art. 24). */
const SECURITY_CAPS_FEN: Partial<Record<Regime["subject"], bigint>> = {
  works: 80_000_000n,
  goods: 80_000_000n,
  survey_design: 10_000_000n,
};

/** CLK-20: highest lawful bid security: two per cent of the estimate, and the cap of the trade. */
export function highestSecurity(subject: Regime["subject"], estimateFen: bigint): bigint {
  const share = estimateFen / 50n;
  const cap = SECURITY_CAPS_FEN[subject];
  return cap !== undefined && cap < share ? cap : share;
}

/** Rows about money. */
export function moneyRows(facts: PublishFacts, profile: Profile): CheckRow[] {
  return [
    feeRow(facts, profile),
    ...winnerPaysRow(facts),
    securityRow(facts),
    ceilingRow(facts),
    thresholdRow(facts),
    splittingRow(facts),
  ];
}

/** The fee covers what printing and sending cost, and earns nothing (IR16). */
function feeRow({ documentFeeFen = 0n, hasFeeAccount = false }: PublishFacts, profile: Profile): CheckRow {
  const cap = profile.documentFeeCapFen;
  const base = {
    id: "R-5.4.3",
    title: "招标文件售价",
    value: documentFeeFen === 0n ? "免费" : formatYuan(documentFeeFen),
    limit: `限于补偿印刷、邮寄的成本支出，不得以营利为目的；本站上限 ${formatYuan(cap)}`,
    article: "《招标投标法实施条例》第十六条",
  };
  if (documentFeeFen > cap)
    return { ...base, verdict: "fail", fix: `将招标文件售价降至 ${formatYuan(cap)} 或以下，或改为免费` };
  return documentFeeFen === 0n || hasFeeAccount
    ? { ...base, verdict: "pass" }
    : { ...base, verdict: "fail", fix: "填写收款单位的开户银行和账号，或改为免费" };
}

/** A winner owes the agency's fee only where the tender document says so, in the words of the mandate. */
function winnerPaysRow({ winnerPays }: PublishFacts): CheckRow[] {
  if (!winnerPays?.agreed && !winnerPays?.printed) return [];
  const base = {
    id: "R-5.9.1",
    title: "招标代理服务费由中标人支付",
    value: winnerPays.printed ?? "招标文件没有载明",
    limit: "招标文件载明的付费人、计费标准与委托代理合同一致",
    article: "《招标投标法实施条例》第十四条、《招标投标法》第十九条",
  };
  return winnerPays.agreed === winnerPays.printed
    ? [{ ...base, verdict: "pass" }]
    : [{ ...base, verdict: "fail", fix: "委托代理合同签署后，在“文件”页重新保存招标文件，由平台按合同载明" }];
}

function securityRow({ regime, estimateFen, securityFen }: PublishFacts): CheckRow {
  const highest = highestSecurity(regime.subject, estimateFen);
  const cap = SECURITY_CAPS_FEN[regime.subject];
  const base = {
    id: "CLK-20",
    title: "投标保证金",
    value: `${formatYuan(securityFen)}（估算价 ${formatYuan(estimateFen)}）`,
    limit: `不超过估算价的 2%${cap === undefined ? "" : `，且不超过 ${formatYuan(cap)}`}`,
    article: clauseOf("CLK-20").article,
  };
  return securityFen <= highest
    ? { ...base, verdict: "pass" }
    : { ...base, verdict: "fail", fix: `将投标保证金降至 ${formatYuan(highest)} 或以下` };
}

function ceilingRow({ ceilingFen, estimateFen }: PublishFacts): CheckRow {
  const base = {
    id: "R-5.4.8",
    title: "最高投标限价",
    value: formatYuan(ceilingFen),
    limit: "设有最高限价的，应在招标文件中明确金额或计算方法",
    article: "《招标投标法实施条例》第二十七条",
  };
  if (ceilingFen <= 0n) return { ...base, verdict: "fail", fix: "填写最高投标限价" };
  return ceilingFen <= estimateFen
    ? { ...base, verdict: "pass" }
    : { ...base, verdict: "warn", fix: "最高投标限价高于合同估算价，请核对" };
}

function thresholdRow({ regime, estimateFen, scope }: PublishFacts): CheckRow {
  const limit = THRESHOLDS_FEN[regime.subject];
  const base = {
    id: "R-L.3",
    title: "依法必须招标的认定",
    value: `${regime.mandatory ? "依法必须招标" : "非依法必须招标"}，估算价 ${formatYuan(estimateFen)}`,
    limit: `属于规定范围且单项合同估算价达到 ${formatYuan(limit)}`,
    article: "《招标投标法》第三条、《必须招标的工程项目规定》",
  };
  // Without answers on scope the estimate alone is reason to look again.
  const isSuspicious = scope
    ? mustBeTendered({ subject: regime.subject, estimateFen, ...scope })
    : estimateFen >= limit;
  return regime.mandatory || !isSuspicious
    ? { ...base, verdict: "pass" }
    : { ...base, verdict: "warn", fix: "估算价已达到规模标准，请核对资金来源和项目类别是否属于必须招标的范围" };
}

function splittingRow({ regime, projectEstimatesFen }: PublishFacts): CheckRow {
  const sum = projectEstimatesFen.reduce((total, part) => total + part, 0n);
  const base = {
    id: "R-5.2.6",
    title: "标段划分",
    value: `${projectEstimatesFen.length} 个标段，估算价合计 ${formatYuan(sum)}`,
    limit: `不得把达到 ${formatYuan(THRESHOLDS_FEN[regime.subject])} 的项目化整为零规避招标`,
    article: "《招标投标法》第四条、《实施条例》第二十四条",
  };
  return !regime.mandatory && looksSplit(regime.subject, projectEstimatesFen)
    ? { ...base, verdict: "warn", fix: "各标段均低于规模标准而合计达到，请核对是否属于依法必须招标的项目" }
    : { ...base, verdict: "pass" };
}
