import type { Actor } from "@/kit/command";
import type { Tx } from "@/kit/db/connect";
import { legalNow } from "@/kit/db/context";
import { ownLotIds } from "@/lifecycle/bidding/own-lots";
import type { Lot } from "@/lifecycle/lot/queries";
import { publishedLots } from "@/lifecycle/lot/queries";
import { STATE_NAMES } from "@/lifecycle/lot/states";
import type { LotRow } from "@/lifecycle/lot/ui/lot-table";
import { lotsRunBy, lotsWithTender } from "@/lifecycle/tender-project/queries";
import { ownLetters } from "@/platform/inbox/queries";
import { ACTING, lotRow, NEXT_OF_ORGANISER } from "./lot-rows";

export interface Lane {
  readonly title: string;
  readonly rows: readonly LotRow[];
}

export interface DeskView {
  readonly today: readonly LotRow[];
  readonly lanes: readonly Lane[];
  readonly unread: number;
}

/** The desk of a signed-in organisation: its own lots only. */
export async function deskView(tx: Tx, actor: Actor): Promise<DeskView> {
  const unread = (await ownLetters(tx, actor)).filter(({ readAt }) => !readAt).length;
  if (actor.role === "bidder") return { ...(await bidderDesk(tx, actor)), unread };
  const lots = (await lotsRunBy(tx, actor)).map(({ lot }) => lot);
  const now = await legalNow(tx);
  const row = (lot: Lot) => lotRow(lot, `/w/${actor.orgId}/tenders/${lot.id}`, NEXT_OF_ORGANISER[lot.state]);
  const due = (lot: Lot) =>
    ACTING.includes(lot.state) ||
    (lot.state === "A1" && Boolean(lot.candidatePeriodEndsAt && now >= lot.candidatePeriodEndsAt));
  const states = [...new Set(lots.map(({ state }) => state))];
  return {
    unread,
    today: lots.filter(due).map(row),
    lanes: states.map((state) => ({
      title: STATE_NAMES[state],
      rows: lots.filter((lot) => lot.state === state).map(row),
    })),
  };
}

/** A bidder sees what it takes part in itself, and every lot that is open to all. */
async function bidderDesk(tx: Tx, actor: Actor): Promise<Omit<DeskView, "unread">> {
  const own = await lotsWithTender(tx, await ownLotIds(tx, actor));
  const mine = new Set(own.map(({ lot }) => lot.id));
  const open = (await publishedLots(tx)).filter((lot) => lot.state === "T1" && !mine.has(lot.id));
  const now = await legalNow(tx);
  const next = ({ state }: Lot) =>
    ({ T1: "编制、递交投标文件", T2: "等待开标", O1: "进入开标大厅解密" })[state as string] ?? "查看进展";
  const row = (lot: Lot) => lotRow(lot, `/w/${actor.orgId}/bids/${lot.id}`, next(lot));
  const lots = own.map(({ lot }) => lot);
  const soon = (lot: Lot) =>
    lot.state === "O1" ||
    (lot.state === "T1" && Boolean(lot.bidDeadline && lot.bidDeadline.getTime() - now.getTime() < 3 * 86_400_000));
  return {
    today: lots.filter(soon).map(row),
    lanes: [
      { title: "我的投标", rows: lots.map(row) },
      { title: "商机（正在招标）", rows: open.map((lot) => lotRow(lot, `/tenders/${lot.code}`, "查看公告，参与投标")) },
    ],
  };
}
