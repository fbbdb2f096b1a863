import { formatClock } from "@/core/time";
import { roundOf, roundWords } from "@/lifecycle/law/rounds";
import { LOT_STATES, type LotState, stateName } from "@/lifecycle/lot/states";
import type { LotRow } from "@/lifecycle/lot/ui/lot-table";
import type { LotOfTender } from "@/lifecycle/tender-project/queries";

/** What a lot's organiser does next, by state. Nothing here depends on bids. */
export const NEXT_OF_ORGANISER: Partial<Record<LotState, string>> = {
  D0: "补齐文件、日程与公告，通过发布检查",
  T1: "等待投标截止",
  T2: "等待开标",
  O1: "主持开标，签署开标记录",
  O2: "申请评标委员会，开始评标",
  E1: "等待评标委员会签署报告",
  E1b: "公布第二信封开标时间，主持开标并签署记录",
  E2: "公示中标候选人",
  A1: "公示期满后定标",
  A2: "签发中标通知书",
  A3: "核对归档包",
  F1: "依法重新招标",
};

/** States in which the organiser must act. */
export const ACTING: readonly LotState[] = ["D0", "P2", "P3", "P4", "O1", "O2", "E1b", "E2", "A2"];

/** The next deadline of a lot; of applications where the bids have none yet. */
function deadlineText({ lot: { bidDeadline, applicationDeadline }, tender }: LotOfTender): string {
  if (bidDeadline) return formatClock(bidDeadline);
  return applicationDeadline ? `${formatClock(applicationDeadline)}（${roundWords(tender.regime).states.P1}）` : "";
}

/** The next step of a lot, in the words of its first round while it is there. */
export const nextOf = (
  who: "host" | "guest",
  steps: Partial<Record<LotState, string>>,
  { lot: { state }, tender }: LotOfTender,
): string | undefined => {
  const words = roundWords(tender.regime)[who];
  return state in words ? words[state as keyof typeof words] : steps[state];
};

/** Lots in lanes by state, in the order of the law; a state that a first round calls differently is a lane of its own. */
export function lanesOf(
  lots: readonly LotOfTender[],
  row: (each: LotOfTender) => LotRow,
): { readonly title: string; readonly rows: readonly LotRow[] }[] {
  const nameOf = ({ lot, tender }: LotOfTender) => stateName(lot.state, roundOf(tender.regime));
  const inOrder = LOT_STATES.flatMap((state) => lots.filter(({ lot }) => lot.state === state));
  return [...new Set(inOrder.map(nameOf))].map((title) => ({
    title,
    rows: inOrder.filter((each) => nameOf(each) === title).map(row),
  }));
}

/** A row of a table of lots. */
export function lotRow({ lot, tender }: LotOfTender, href: string, next?: string): LotRow {
  return {
    id: lot.id,
    href,
    code: lot.code,
    name: `${tender.name} ${lot.name}`,
    state: lot.state,
    round: roundOf(tender.regime),
    flags: [...lot.flags],
    deadline: deadlineText({ lot, tender }),
    ...(next ? { next } : {}),
  };
}
