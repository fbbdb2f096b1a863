/** One clause of a model text. `{name}` stands for what the form says. */
export interface ModelClause {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  /** Must be written for every tender; the model only says what belongs there. */
  readonly fillIn?: true;
}

export interface ModelChapter {
  readonly id: string;
  readonly title: string;
  readonly clauses: readonly ModelClause[];
}

/** A model text of the platform: short wording of its own, to be filled by the form and changed in the open. */
export interface ModelText {
  readonly id: "works" | "goods" | "services";
  readonly title: string;
  /** What of a model is marked in every document that is made from it. */
  readonly version: string;
  readonly chapters: readonly ModelChapter[];
}

/** Chapters that say the same whatever is bought: instructions to bidders, method, bid formats. */
export const instructionClauses: readonly ModelClause[] = [
  {
    id: "notice-1",
    title: "项目与标段",
    text: "本招标文件适用于 {tenderName} {lotName}（标段编号 {lotCode}）。招标内容：{lotContent}。招标人：{tenderer}。",
  },
  {
    id: "notice-2",
    title: "投标文件的组成",
    text: "投标文件由开标一览表和下列文件组成：{requiredFiles}。开标一览表须填写：{formFields}。",
  },
  {
    id: "notice-3",
    title: "报价与最高投标限价",
    text: "投标报价以人民币元填写，精确到分。最高投标限价为 {ceiling}，投标报价高于该限价的，其投标被否决。本招标不设最低投标限价。",
  },
  {
    id: "notice-4",
    title: "投标保证金",
    text: "投标保证金为 {security}，形式：{securityForms}。保证金有效期与投标有效期一致。签订合同后五日内，向中标人和未中标人退还保证金及银行同期存款利息。",
  },
  {
    id: "notice-5",
    title: "投标有效期",
    text: "投标有效期为自投标截止时间起 {validityDays} 日。",
  },
  {
    id: "notice-6",
    title: "递交、替换与撤回",
    text: "投标文件经数字证书签名并加密后，在投标截止时间前通过交易平台递交；截止前可以替换或撤回。截止时未完成传输的，视为撤回。",
  },
  {
    id: "notice-7",
    title: "开标与解密",
    text: "开标时间即投标截止时间。投标人在开标后 {windowMinutes} 分钟内解密。{remedy}因投标人原因未解密的，视为撤销投标文件；因投标人以外的原因未解密的，视为撤回投标文件。",
  },
  {
    id: "notice-8",
    title: "联合体",
    text: "本标段{consortium}联合体投标。以联合体投标的，各方应当签订共同投标协议，明确各方拟承担的工作和责任，并将协议连同投标文件一并提交；中标的，各方共同与招标人签订合同，就中标项目向招标人承担连带责任。由同一专业的单位组成的联合体，按照资质等级较低的单位确定资质等级。",
  },
  {
    id: "notice-9",
    title: "澄清与异议",
    text: "投标人对招标文件有疑问的，通过交易平台提出；对招标文件有异议的，在投标截止时间十日前提出，招标人在收到之日起三日内答复，答复前暂停招标投标活动。",
  },
  { id: "notice-10", title: "招标代理服务费", text: "{winnerPays}" },
];

export const methodClauses: readonly ModelClause[] = [
  {
    id: "method-1",
    title: "初步评审",
    text: "评标委员会按下列标准逐项评审，任何一项不合格的，否决其投标并写明理由：\n{reviewItems}",
  },
  { id: "method-2", title: "详细评审", text: "{method}\n{criteria}" },
  {
    id: "method-3",
    title: "推荐中标候选人",
    text: "按评标结果由优到劣推荐不超过三名中标候选人并标明排序。得分和报价均相同的，由评标委员会按招标文件规定的次序确定；没有规定的，抽签确定。",
  },
];

export const formatClauses: readonly ModelClause[] = [
  {
    id: "format-1",
    title: "开标一览表",
    text: "按交易平台的表格填写，不另行打印。填写项目：{formFields}。",
  },
  {
    id: "format-2",
    title: "投标函",
    text: "致 {tenderer}：我方已阅读 {tenderName} {lotName} 的招标文件及其全部澄清、修改，愿以开标一览表所列报价和条件承担本项目；我方投标在投标有效期内不修改、不撤销；如中标，按招标文件和投标文件签订合同。投标人（签章）。",
  },
  {
    id: "format-3",
    title: "文件要求",
    text: "各文件以 PDF 格式提交，文件名与招标文件规定的名称一致：{requiredFiles}。",
  },
];
