import { billSums } from "./bill/prices";
import { asksDeclaration } from "./declaration/typed";
import { bidFiles, type Draft, type DraftProblem } from "./draft";
import { rulesOf } from "./purpose";
import type { BidRoomView } from "./room";
import { guaranteeNeeds, SECURITY_TASK, securityStatus } from "./secured";

/** A task of the bid room, and where it stands. */
export type BidTask = readonly [id: string, title: string, status: string, done: boolean];

/** The tasks of the bid room in the order of the page, by what the draft lacks. */
export function bidTasks(
  view: BidRoomView,
  draft: Draft,
  {
    problems,
    ofConsortium,
    isHandedIn,
  }: {
    readonly problems: readonly DraftProblem[];
    /** How many of them are the consortium's. */
    readonly ofConsortium: number;
    readonly isHandedIn: boolean;
  },
): readonly BidTask[] {
  const { document } = view;
  const words = rulesOf(view);
  const isBid = view.purpose === "bid";
  const bill = document?.content.bill;
  const left = (of: string) => problems.filter(({ control }) => control.startsWith(of)).length;
  const [formLeft, filesLeft] = [left("field-"), left("slot-")];
  const billLeft = bill ? billSums(bill, draft.prices ?? {}).left : 0;
  const secured = securityStatus(view, draft);
  const required = document?.content.requiredFiles.length ?? 0;
  return [
    ["task-document", `获取${words.document}`, document ? "已完成" : "待处理", document !== undefined],
    ...(bill ? [["task-bill", "报价清单", billLeft ? `还有 ${billLeft} 项` : "已完成", !billLeft] as const] : []),
    [
      "task-form",
      words.form,
      !document ? "未开始" : formLeft || billLeft ? `还有 ${formLeft || 1} 项` : "已完成",
      document !== undefined && !formLeft && !billLeft,
    ],
    [
      "task-files",
      words.name,
      !document ? "未开始" : `必备 ${required} 个，已添加 ${bidFiles(draft).length} 个`,
      document !== undefined && !filesLeft,
    ],
    ...(document && guaranteeNeeds(view) ? [[SECURITY_TASK, "投标保证金", secured.status, secured.done] as const] : []),
    ...(document && (document.content.consortiumAllowed || draft.consortium)
      ? [
          [
            "task-consortium",
            "联合体（选填）",
            !draft.consortium
              ? isBid
                ? "单独投标"
                : view.round === "proposal"
                  ? "单独提交"
                  : "单独申请"
              : ofConsortium
                ? `${ofConsortium} 项问题`
                : "已完成",
            !ofConsortium,
          ] as const,
        ]
      : []),
    ...(document && asksDeclaration(document.content)
      ? [
          [
            "task-declaration",
            "利害关系声明",
            left("declaration-") ? "待处理" : "已完成",
            !left("declaration-"),
          ] as const,
        ]
      : []),
    [
      "task-check",
      "整体检查",
      !document ? "未开始" : problems.length ? `${problems.length} 项问题` : "已完成",
      document !== undefined && !problems.length,
    ],
    [
      "task-seal",
      "签章、加密、递交",
      isHandedIn ? "已递交" : problems.length || !document ? "尚不能开始" : "待处理",
      isHandedIn,
    ],
  ];
}
