/** What a clock does when it is not kept. */
export type ClauseKind = "block" | "block_mandatory" | "alarm" | "task" | "system" | "monitor" | "info";

export interface Clause {
  readonly id: `CLK-${string}`;
  readonly title: string;
  /** Article as it is printed beside a check. */
  readonly article: string;
  readonly kind: ClauseKind;
  /** ★: holds for lots that need not be tendered too. */
  readonly always: boolean;
  readonly unit: "days" | "workdays" | "hours" | "minutes" | "count" | "permille" | "years" | "event";
  /** Values with the Beijing day from which each holds; newest last. Old tenders keep old law. */
  readonly values: readonly (readonly [validFrom: string, value: number])[];
}

const TBL = "《招标投标法》";
const IR = "《招标投标法实施条例》";
const LAW_DATE = "2000-01-01";
const IR_DATE = "2012-02-01";

function clause(
  id: Clause["id"],
  title: string,
  article: string,
  kind: ClauseKind,
  always: boolean,
  unit: Clause["unit"],
  value: number,
  validFrom = IR_DATE,
): Clause {
  return { id, title, article, kind, always, unit, values: [[validFrom, value]] };
}

/** The legal clock (法定期限). Values are national; a regional profile may tighten them or switch one on. */
export const CLAUSES: readonly Clause[] = [
  clause("CLK-01", "文件发售期", `${IR}第十六条`, "block", true, "days", 5),
  clause("CLK-02", "停止发售至资格预审申请截止", `${IR}第十七条`, "block_mandatory", false, "days", 5),
  clause("CLK-03", "文件开始发出至投标截止", `${TBL}第二十四条`, "block_mandatory", false, "days", 20, LAW_DATE),
  clause("CLK-04", "资格预审文件修改距申请截止", `${IR}第二十一条`, "block", true, "days", 3),
  clause("CLK-05", "招标文件修改距投标截止", `${TBL}第二十三条、${IR}第二十一条`, "block", true, "days", 15, LAW_DATE),
  clause("CLK-06", "对招标文件提出异议距投标截止", `${IR}第二十二条`, "info", true, "days", 10),
  clause("CLK-07", "答复异议", `${IR}第二十二条、第五十四条`, "alarm", true, "days", 3),
  clause("CLK-08", "开标时间与投标截止时间一致", `${TBL}第三十四条`, "system", true, "event", 0, LAW_DATE),
  clause("CLK-09", "开标所需投标人数", `${TBL}第二十八条、${IR}第四十四条`, "block", true, "count", 3, LAW_DATE),
  clause("CLK-10", "开标异议当场答复", `${IR}第四十四条`, "block", true, "event", 0),
  clause("CLK-11", "收到评标报告后公示中标候选人", `${IR}第五十四条`, "alarm", false, "days", 3),
  clause("CLK-12", "中标候选人公示期", `${IR}第五十四条`, "block_mandatory", false, "days", 3),
  clause("CLK-13", "答复对评标结果的异议", `${IR}第五十四条`, "alarm", false, "days", 3),
  clause("CLK-14", "中标通知书发出后签订合同", `${TBL}第四十六条`, "alarm", true, "days", 30, LAW_DATE),
  clause("CLK-15", "确定中标人后提交书面报告", `${TBL}第四十七条`, "alarm", false, "days", 15, LAW_DATE),
  clause("CLK-16", "邀请招标的受邀单位数", `${TBL}第十七条`, "block", true, "count", 3, LAW_DATE),
  clause("CLK-17", "评标委员会人数", `${TBL}第三十七条`, "block_mandatory", false, "count", 5, LAW_DATE),
  clause("CLK-18", "中标候选人数上限", `${IR}第五十三条`, "block", true, "count", 3),
  clause("CLK-19", "三分之一以上成员认为时间不够时延长评标", `${IR}第四十八条`, "system", true, "event", 0),
  clause("CLK-20", "投标保证金占估算价比例上限", `${IR}第二十六条`, "block", true, "permille", 20),
  clause("CLK-21", "履约保证金占合同金额比例上限", `${IR}第五十八条`, "block", true, "permille", 100),
  clause("CLK-22", "撤回投标后退还保证金", `${IR}第三十五条`, "task", true, "days", 5),
  clause("CLK-23", "签订合同后退还保证金及利息", `${IR}第五十七条`, "task", true, "days", 5),
  clause("CLK-24", "投标有效期自投标截止起算", `${IR}第二十五条`, "alarm", true, "event", 0),
  clause("CLK-25", "知道之日起提出投诉", `${IR}第六十条`, "info", true, "days", 10),
  clause("CLK-26", "投诉处理决定", `${IR}第六十一条`, "info", true, "workdays", 30),
  clause("CLK-27", "媒介发布公告", "《招标公告和公示信息发布管理办法》", "monitor", true, "hours", 12, "2018-01-01"),
  clause("CLK-28", "终止招标后退还费用及保证金", `${IR}第三十一条`, "task", true, "days", 5),
  clause("CLK-29", "专家抽取距评标开始", "地方规定", "block", true, "hours", 24, "2018-01-01"),
  clause("CLK-30", "解密时限", "招标文件约定", "info", true, "minutes", 60),
  clause("CLK-31", "档案保存", "档案管理规定", "system", true, "years", 15),
  clause(
    "CLK-32",
    "政府采购招标文件提供期",
    "《政府采购法实施条例》第三十一条",
    "block",
    true,
    "workdays",
    5,
    "2015-03-01",
  ),
];

export type ClauseId = (typeof CLAUSES)[number]["id"];

/** A regional profile: the national clauses, some of them tightened, some switched on. */
export interface Profile {
  readonly id: ProfileId;
  readonly name: string;
  /** Clauses that hold only where a profile says so. */
  readonly on: readonly ClauseId[];
  readonly values: Readonly<Partial<Record<ClauseId, number>>>;
  /** Most that a tender document may cost: the fee covers cost and earns nothing (IR16). */
  readonly documentFeeCapFen: bigint;
  /** Document fees go back to the buyers of a lot that failed; of one that was terminated they always do (IR31). */
  readonly feeBackOnFailure: boolean;
}
export type ProfileId = "national" | "guizhou-demo";

/** Clauses that no lot has unless its profile switches them on. */
const OPTIONAL: readonly ClauseId[] = ["CLK-29", "CLK-32"];

export const PROFILES: Record<ProfileId, Profile> = {
  national: {
    id: "national",
    name: "全国通用",
    on: [],
    values: {},
    documentFeeCapFen: 50_000n,
    feeBackOnFailure: false,
  },
  "guizhou-demo": {
    id: "guizhou-demo",
    name: "贵州（演示）",
    on: ["CLK-29"],
    values: { "CLK-30": 30 },
    documentFeeCapFen: 30_000n,
    feeBackOnFailure: true,
  },
};

/** @throws RangeError for a profile that is not loaded. */
export function profileOf(id: string): Profile {
  const profile = PROFILES[id as ProfileId];
  if (!profile) throw new RangeError(`no law profile ${id}`);
  return profile;
}

export function clauseOf(id: ClauseId): Clause {
  const found = CLAUSES.find((candidate) => candidate.id === id);
  if (!found) throw new RangeError(`no clause ${id}`);
  return found;
}

/** Does the clause hold under this profile? */
export const isOn = (profile: Profile, id: ClauseId): boolean => !OPTIONAL.includes(id) || profile.on.includes(id);

/**
 * The value of a clause under a profile at the day of the act (`2026-03-02`).
 *
 * @throws RangeError for a day before the clause.
 */
export function clauseValue(profile: Profile, id: ClauseId, day: string): number {
  const { values } = clauseOf(id);
  const valid = values.filter(([from]) => from <= day);
  const national = valid[valid.length - 1];
  if (!national) throw new RangeError(`${id} is not in force on ${day}`);
  return profile.values[id] ?? national[1];
}
