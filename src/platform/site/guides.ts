export interface Guide {
  readonly id: string;
  readonly title: string;
  readonly steps: readonly string[];
}

/** Guides by role, in the order in which the page prints them. */
export const GUIDES: readonly Guide[] = [
  {
    id: "bidder",
    title: "投标人",
    steps: [
      "在公告大厅按关键词、地区、截止时间找到项目；用 Atom、JSON Feed 或日历订阅变化。",
      "在项目主页点“参与投标”，用数字证书登录，获取招标文件；按成本收费的，在线付款后下载，电子发票记录在订单页。",
      "先做环境自检：浏览器、证书文件、上传速度有红色项的，按提示处理。",
      "在投标工作间填写开标一览表，加入投标文件，整体检查。",
      "用证书签章、加密、递交，保存应急解密码和回执；没有回执就没有递交成功。",
      "有工程量清单的，下载清单模板填写单价后导入，逐格核对；合计就是投标总价。",
      "截止前可以替换或撤回；截止后平台拒收并说明到达时间。截止后要放弃的，在开标大厅签章撤销，保证金可能不予退还。",
      "开标时进入开标大厅，在解密时间内解密；证书打不开时用应急解密码。",
      "收到“请重新递交：平台存储损坏”的来信，在截止前再递交一次；原回执仍然有效。",
      "平台在截止前或者解密时间内中断的，按“平台信息公开”页的规则自动顺延，收到通知后在新的时间内办理。",
      "公告有误的，在投标工作间的“异议”中请求更正，三日内答复并公开。",
      "标段因监督指令中止的，期限停止计算，恢复后另行通知；中止期间可以撤回投标文件。",
      "解密期间可以在开标大厅向主持人提问，发言所有人可见并归档。",
      "对开标有异议的，当场在开标大厅提出；对候选人有异议的，在公示期内提出。",
    ],
  },
  {
    id: "tenderer",
    title: "招标人",
    steps: [
      "登录后在工作台新建招标项目，或委托招标代理机构办理。",
      "核对招标文件、日程与公告，发布检查全部通过后签章发布。",
      "截止前任何人都看不到谁参与投标、有几家，招标人也看不到。",
      "评标报告提交后公示中标候选人，公示期满后定标。",
      "由代理机构主持开标的，招标人在开标大厅签名确认开标记录。",
      "签发中标通知书，同时把结果通知所有未中标的投标人。",
    ],
  },
  {
    id: "agency",
    title: "招标代理机构",
    steps: [
      "登录后在工作台点“新建招标项目”，填写项目审批、委托合同编号等资料。",
      "在标段工作间填写招标文件、日程与公告；红色规则都有依据和修改入口。",
      "上传的 PDF 由平台逐页检查有无限制、排斥投标人的内容，通常一分钟内完成；扫描件和加密文件平台不能读取，请自行核对。",
      "投标人提问后，在“答疑”页答复；澄清影响编制的，系统计算顺延的截止时间。",
      "截止时间一到自动开标；在“开标”页生成并签署开标记录。主持人离开满 15 分钟的，同一项目的其他人员可在大厅接替主持。",
      "申请组建评标委员会，全部签到后开始评标。",
    ],
  },
  {
    id: "expert",
    title: "评标专家",
    steps: [
      "按来信的时间到抽定的工位，输入工位编号签到。",
      "声明无回避情形后才能看到投标文件；有回避情形的，当场声明回避。",
      "逐项评审、打分，全部完成后签署本人的评分表。",
      "核对评标报告；有不同意见的写明理由，再签署。",
    ],
  },
  {
    id: "supervisor",
    title: "监督人员",
    steps: [
      "登录后在监督首页查看管辖范围内已发布的标段。",
      "开标、评标时进入监督大屏：只看，不能改变任何数据。",
      "监督点按法定期限显示正常、即将到期、逾期；逾期的同时来信告知。",
      "中止、恢复、延期等指令由监督平台签名发出，一分钟内执行并收到签名回执；格式见 /specs/instructions.md。",
      "开标前同样看不到谁参与投标、有几家。",
      "用核验页或命令行工具独立核验回执、开标记录和归档包。",
    ],
  },
  {
    id: "certificate",
    title: "证书打不开",
    steps: [
      "只接受 .p12 或 .pfx 文件，须含签名和加密两张证书。",
      "证书文件和口令只在本机使用，不上传。",
      "口令忘记或证书过期，请联系颁发机构。",
    ],
  },
];

/** Guides, and of them the steps, in which every word occurs; a guide whose title has them all stays whole. */
export function searchGuides(words: readonly string[], guides: readonly Guide[] = GUIDES): Guide[] {
  const fold = (text: string) => text.normalize("NFKC").toLowerCase();
  const wanted = words.map(fold);
  const has = (text: string) => wanted.every((word) => fold(text).includes(word));
  return guides
    .map((guide) =>
      has(guide.title) ? guide : { ...guide, steps: guide.steps.filter((step) => has(guide.title + step)) },
    )
    .filter(({ steps }) => steps.length > 0);
}
