import type { Regime } from "./regime";

/**
 * What comes before the tender document: applications for prequalification (资格预审申请, IR15), or technical proposals
 * without a price, the first stage of two (技术建议, IR30).
 */
export type RoundKind = "application" | "proposal";

/** The first round of a tender by its regime; undefined where the tender document comes at once. */
export const roundOf = ({
  qualification,
  twoStage,
}: Pick<Regime, "qualification"> & Partial<Pick<Regime, "twoStage">>): RoundKind | undefined =>
  twoStage ? "proposal" : qualification === "pre" ? "application" : undefined;

/** Names of the states of a first round, where `STATE_NAMES` says what they are called with prequalification. */
type RoundState = "P1" | "P2" | "P3" | "P4";

/** Everything that is called differently in the two kinds of a first round. */
export interface RoundWords {
  /** The round itself, and the tab where it is run. */
  readonly round: string;
  readonly title: string;
  /** The document that starts it, what is handed in, in short, by whom, on which form. */
  readonly document: string;
  readonly package: string;
  readonly short: string;
  readonly sender: string;
  readonly form: string;
  readonly room: string;
  /** Until when it is handed in. */
  readonly deadline: string;
  readonly notice: string;
  /** Its rows: what is asked of every sender. */
  readonly item: string;
  readonly result: string;
  /** Who comes to the next round, and what they are written. */
  readonly chosen: string;
  readonly invitation: string;
  readonly join: string;
  readonly rule: string;
  readonly tooFewSent: string;
  readonly tooFewChosen: string;
  readonly notOpened: string;
  readonly consortium: string;
  readonly states: Readonly<Record<RoundState, string>>;
  /** What those who run it do next, and what those who take part do. */
  readonly host: Readonly<Record<RoundState, string>>;
  readonly guest: Readonly<Record<RoundState, string>>;
}

const WORDS: Readonly<Record<RoundKind, RoundWords>> = {
  application: {
    round: "资格预审",
    title: "资格预审",
    document: "资格预审文件",
    package: "资格预审申请文件",
    short: "申请文件",
    sender: "申请人",
    form: "资格预审申请表",
    room: "资格预审申请工作间",
    deadline: "资格预审申请截止",
    notice: "资格预审公告",
    item: "资格条件",
    result: "资格预审结果通知书",
    chosen: "通过资格预审的申请人",
    invitation: "投标邀请书（代资格预审通过通知书）",
    join: "参加资格预审",
    rule: "资格预审，合格制",
    tooFewSent: "资格预审申请人少于三个",
    tooFewChosen: "通过资格预审的申请人少于三个",
    notOpened: "在规定的解密时间内未解密，资格预审申请文件未开启",
    consortium: "接受；资格预审后不得增减、更换成员",
    states: { P1: "资格预审申请", P2: "资格预审申请文件开启", P3: "资格评审", P4: "资格预审结果已发" },
    host: {
      P1: "等待资格预审申请截止，确定评审人员",
      P2: "解密结束后开始资格评审",
      P3: "等待评审人员签署资格审查报告，发出结果",
      P4: "发布招标文件，邀请通过资格预审的申请人",
    },
    guest: {
      P1: "编制、递交资格预审申请文件",
      P2: "解密资格预审申请文件",
      P3: "等待资格评审结果",
      P4: "等待资格预审后的招标文件",
    },
  },
  proposal: {
    round: "两阶段招标第一阶段",
    title: "第一阶段",
    document: "第一阶段文件",
    package: "技术建议文件",
    short: "技术建议",
    sender: "投标人",
    form: "技术建议表",
    room: "技术建议工作间",
    deadline: "技术建议提交截止",
    notice: "招标公告（两阶段招标第一阶段）",
    item: "技术建议应当说明的内容",
    result: "第一阶段结束通知书",
    chosen: "在第一阶段提交技术建议的投标人",
    invitation: "第二阶段投标邀请书",
    join: "提交技术建议",
    rule: "两阶段招标：第一阶段提交不带报价的技术建议，第二阶段提交最终技术方案和投标报价",
    tooFewSent: "提交技术建议的投标人少于三个",
    tooFewChosen: "技术建议已开启的投标人少于三个",
    notOpened: "在规定的解密时间内未解密，技术建议未开启",
    consortium: "接受；第一阶段提交后不得增减、更换成员",
    states: { P1: "征集技术建议", P2: "技术建议开启", P3: "研究技术建议", P4: "第一阶段已结束" },
    host: {
      P1: "等待技术建议提交截止",
      P2: "解密结束后开始研究技术建议",
      P3: "确定技术标准和要求，签章结束第一阶段",
      P4: "编制、发布招标文件，邀请第一阶段的投标人",
    },
    guest: {
      P1: "编制、递交技术建议",
      P2: "解密技术建议",
      P3: "等待招标人确定技术标准和要求",
      P4: "等待第二阶段的招标文件",
    },
  },
};

/** The one table of words of a first round: notices, letters, receipts, pages and plans take theirs from here. */
export const wordsOf = (kind: RoundKind): RoundWords => WORDS[kind];

/** Words of a tender that is known to have a first round; of any other they are never shown. */
export const roundWords = (regime: Parameters<typeof roundOf>[0]): RoundWords =>
  wordsOf(roundOf(regime) ?? "application");

/** Longer names first: the shorter ones are parts of them. */
const SAID = ["package", "document", "notice", "short", "sender"] as const;

/** A sentence about applications, said of the other kind of a first round. */
export const inWordsOf = (kind: RoundKind | undefined, sentence: string): string =>
  kind === "proposal"
    ? SAID.reduce((text, name) => text.replaceAll(WORDS.application[name], WORDS.proposal[name]), sentence)
        .replaceAll("资格预审申请", "技术建议")
        .replaceAll("资格预审", WORDS.proposal.title)
    : sentence;

/** What a state is called for a lot of such a regime, where it is called differently than with prequalification. */
export const roundStateName = (kind: RoundKind | undefined, state: string): string | undefined =>
  kind === "proposal" && state in WORDS.proposal.states ? WORDS.proposal.states[state as RoundState] : undefined;

/** Words that ask for a price, which a technical proposal does not carry (IR30). */
const PRICE_WORDS = /报价|价格|单价|总价|合价|造价|价款|金额|费用|万元/;

/** The word by which a label of a technical proposal asks for a price. */
export const priceWordIn = (label: string): string | undefined => PRICE_WORDS.exec(label)?.[0];
