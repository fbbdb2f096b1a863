import { formatInstant } from "@/core/time";
import type { Actor } from "@/kit/command";
import type { Tx } from "@/kit/db/connect";
import { legalNow } from "@/kit/db/context";
import { lotsWithProvisional } from "@/lifecycle/award/provisional";
import { ownLotIds } from "@/lifecycle/bidding/own-lots";
import type { LotState } from "@/lifecycle/lot/states";
import type { LotRow } from "@/lifecycle/lot/ui/lot-table";
import { waitingFor } from "@/lifecycle/signing/queries";
import type { WaitingSeal } from "@/lifecycle/signing/ui/waiting-seals";
import { type LotOfTender, lotsRunBy, lotsWithTender, publishedTenders } from "@/lifecycle/tender-project/queries";
import { ownLetters } from "@/platform/inbox/queries";
import { ACTING, lanesOf, lotRow, NEXT_OF_ORGANISER, nextOf } from "./lot-rows";

export interface Lane {
  readonly title: string;
  readonly rows: readonly LotRow[];
}

export interface DeskView {
  readonly today: readonly LotRow[];
  readonly lanes: readonly Lane[];
  readonly unread: number;
  /** Signed by a colleague, to be sealed. */
  readonly waiting: readonly WaitingSeal[];
}

/** The desk of a signed-in organisation: its own lots only. */
export async function deskView(tx: Tx, actor: Actor): Promise<DeskView> {
  const unread = (await ownLetters(tx, actor)).filter(({ readAt }) => !readAt).length;
  if (actor.role === "bidder") return { ...(await bidderDesk(tx, actor)), unread, waiting: [] };
  const lots = await lotsRunBy(tx, actor);
  const now = await legalNow(tx);
  const objected = ({ lot }: LotOfTender) => lot.flags.includes("SUSPENDED_OBJECTION");
  const provisional = actor.role === "tenderer" ? await lotsWithProvisional(tx, actor) : new Map<string, number>();
  const nextStep = (each: LotOfTender) => {
    if (objected(each)) return "答复异议（三日内）";
    const open = provisional.get(each.lot.id);
    return open ? `暂估价 ${open} 项须依法招标` : nextOf("host", NEXT_OF_ORGANISER, each);
  };
  const row = (each: LotOfTender) => lotRow(each, `/w/${actor.orgId}/tenders/${each.lot.id}`, nextStep(each));
  const ownTurn = ({ lot }: LotOfTender) =>
    ACTING.includes(lot.state) ||
    (lot.state === "A1" && Boolean(lot.candidatePeriodEndsAt && now >= lot.candidatePeriodEndsAt));
  const due = (each: LotOfTender) => objected(each) || ownTurn(each) || provisional.has(each.lot.id);
  const waiting = await waitingFor(tx, actor);
  return {
    unread,
    waiting: waiting.map(({ signedAt, ...each }) => ({
      ...each,
      signedAt: formatInstant(signedAt),
      roomHref: `/w/${actor.orgId}/tenders/${each.lotId}`,
    })),
    today: lots.filter(due).map(row),
    lanes: lanesOf(lots, row),
  };
}

const NEXT_OF_BIDDER: Partial<Record<LotState, string>> = {
  T1: "编制、递交投标文件",
  T2: "等待开标",
  O1: "进入开标大厅解密",
  E1b: "第二信封开标：通过第一信封评审的，届时进入开标大厅解密",
};
/** A deadline nearer than this belongs to today's work. */
const SOON_MS = 3 * 86_400_000;

/** Whoever registers may take part: in a prequalified tender while applications are received. */
const isOpenToAll = ({ state, prequalified }: LotOfTender["lot"]): boolean =>
  state === "P1" || (state === "T1" && !prequalified);

/** A bidder sees what it takes part in itself, and every lot that is open to all. */
async function bidderDesk(tx: Tx, actor: Actor): Promise<Omit<DeskView, "unread" | "waiting">> {
  const own = await lotsWithTender(tx, await ownLotIds(tx, actor));
  const mine = new Set(own.map(({ lot }) => lot.id));
  const open = (await publishedTenders(tx)).filter(({ lot }) => isOpenToAll(lot) && !mine.has(lot.id));
  const now = await legalNow(tx);
  const row = (each: LotOfTender) =>
    lotRow(each, `/w/${actor.orgId}/bids/${each.lot.id}`, nextOf("guest", NEXT_OF_BIDDER, each) ?? "查看进展");
  const isSoon = (at: Date | null) => at !== null && at.getTime() - now.getTime() < SOON_MS;
  const soon = ({ lot }: LotOfTender) =>
    lot.state === "O1" ||
    lot.state === "P2" ||
    lot.state === "E1b" ||
    (lot.state === "P1" && isSoon(lot.applicationDeadline)) ||
    (lot.state === "T1" && isSoon(lot.bidDeadline));
  return {
    today: own.filter(soon).map(row),
    lanes: [
      { title: "我的投标", rows: own.map(row) },
      {
        title: "商机（正在招标）",
        rows: open.map((each) => lotRow(each, `/tenders/${each.lot.code}`, "查看公告，参与投标")),
      },
    ],
  };
}
