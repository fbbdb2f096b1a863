import { roundOf, wordsOf } from "@/lifecycle/law/rounds";
import type { LotState } from "@/lifecycle/lot/states";

/** The archive catalogue (归档目录) by letter. */
export const CATALOGUE = {
  A: "项目批文与招标方案",
  B: "招标代理委托",
  C: "招标公告与各类公示",
  D: "招标文件及澄清修改",
  E: "资格预审、两阶段招标第一阶段",
  F: "投标递交与投标文件",
  G: "开标",
  H: "评标委员会与评标",
  I: "中标候选人、定标与通知书",
  J: "合同",
  K: "异常、暂停与投诉",
  L: "招标投标情况书面报告",
  M: "与公共服务平台的交换",
  N: "审计日志与信任材料",
  O: "密钥记录",
} as const;
export type Letter = keyof typeof CATALOGUE;

/** What decides which items a lot must have. */
export interface ArchiveNeeds {
  readonly state: LotState;
  readonly orgForm: "self" | "agency";
  readonly qualification: "pre" | "post";
  readonly twoStage?: boolean;
  /** Numbers of the published notices. */
  readonly notices: readonly string[];
  /** Versions of the tender document that were in force. */
  readonly documents: readonly number[];
  /** Seal hashes of every package that was ever received, and of those that were opened. */
  readonly packages: readonly string[];
  readonly opened: readonly string[];
  /** Were second envelopes opened? */
  readonly secondOpening?: boolean;
}

interface Need {
  readonly path: string;
  readonly title: string;
  readonly letter: Letter;
}

const SECOND_OPENING: readonly Need[] = [
  { letter: "G", path: "opening/second/record.json", title: "第二信封开标记录数据" },
  { letter: "G", path: "opening/second/record.pdf", title: "第二信封开标记录" },
  { letter: "G", path: "opening/second/remarks.json", title: "第二信封开标签到、确认与异议" },
];

const ALWAYS: readonly Need[] = [
  { letter: "A", path: "project/project.json", title: "项目与招标项目登记" },
  { letter: "F", path: "refusals.json", title: "拒收记录" },
  { letter: "G", path: "opening/closing-record.json", title: "截标记录" },
  { letter: "G", path: "opening/record.json", title: "开标记录数据" },
  { letter: "G", path: "opening/record.pdf", title: "开标记录" },
  { letter: "G", path: "opening/remarks.json", title: "开标签到、确认与异议" },
  { letter: "H", path: "committee/draws.json", title: "抽取记录" },
  { letter: "H", path: "committee/declarations.json", title: "评标委员会名单与回避声明" },
  { letter: "H", path: "evaluation/case.json", title: "评标输入" },
  { letter: "H", path: "evaluation/result.json", title: "评标结果" },
  { letter: "H", path: "evaluation/sheets.json", title: "评审表" },
  { letter: "H", path: "evaluation/report.pdf", title: "评标报告" },
  { letter: "I", path: "award/decision.json", title: "中标候选人与定标决定" },
  { letter: "I", path: "award/letters.json", title: "中标通知书与中标结果通知书" },
  { letter: "M", path: "hub/messages.jsonl", title: "交换报文与回执" },
  { letter: "N", path: "trail/project.jsonl", title: "招标项目留痕" },
  { letter: "N", path: "trail/sealed.jsonl", title: "标段密封留痕" },
  { letter: "N", path: "trust/site.pem", title: "信任列表" },
  { letter: "O", path: "keys.json", title: "密钥记录" },
];

/** Every item that the archive of such a lot must have. */
export function mandatoryItems(needs: ArchiveNeeds): readonly Need[] {
  const list: Need[] = [...ALWAYS];
  if (needs.secondOpening) list.push(...SECOND_OPENING);
  if (needs.orgForm === "agency") list.push({ letter: "B", path: "project/mandate.json", title: "招标代理委托" });
  const round = roundOf(needs);
  if (round) list.push({ letter: "E", path: "prequalification/record.json", title: `${wordsOf(round).title}记录` });
  for (const number of needs.notices)
    list.push({ letter: "C", path: `notices/${number}.json`, title: `公告 ${number}` });
  if (!needs.notices.length) list.push({ letter: "C", path: "notices", title: "招标公告" });
  for (const version of needs.documents)
    list.push({ letter: "D", path: `documents/v${version}.json`, title: `招标文件第 ${version} 版` });
  if (!needs.documents.length) list.push({ letter: "D", path: "documents", title: "招标文件" });
  for (const sealHash of needs.packages) {
    list.push({ letter: "F", path: `bids/${sealHash}/package.xbid`, title: `加密投标文件 ${sealHash.slice(0, 12)}` });
    list.push({ letter: "F", path: `bids/${sealHash}/receipt.json`, title: `递交回执 ${sealHash.slice(0, 12)}` });
  }
  for (const sealHash of needs.opened) {
    list.push({ letter: "F", path: `bids/${sealHash}/release.json`, title: `解密声明 ${sealHash.slice(0, 12)}` });
    list.push({ letter: "F", path: `bids/${sealHash}/form.json`, title: `开标一览表 ${sealHash.slice(0, 12)}` });
  }
  if (needs.state === "C2" || needs.state === "Z")
    list.push({ letter: "J", path: "contract/contract.json", title: "合同" });
  if (needs.state === "Z") list.push({ letter: "L", path: "report/written-report.pdf", title: "招标投标情况书面报告" });
  return list;
}

/** Items that are missing among `paths`, as "letter title". Empty: the archive is complete (TS 5.12). */
export function missingFromArchive(needs: ArchiveNeeds, paths: readonly string[]): string[] {
  const have = new Set(paths);
  return mandatoryItems(needs)
    .filter(({ path }) => !have.has(path))
    .map(({ letter, title }) => `${letter} ${title}`);
}
