import { z } from "zod";
import { byService, defineServiceCommand } from "@/kit/command";
import { standingBids } from "@/lifecycle/bidding/queries";
import { correctionFacts, publishCorrection } from "@/lifecycle/notice/correction";
import { noticeMessage } from "@/lifecycle/notice/hub-messages";
import { documentInForce, holdersOf } from "@/lifecycle/tender-document/queries";
import { say } from "../events";
import { openingRecordOf } from "../queries";
import { isOpening, roundOfLot } from "../rounds";
import { settleSilence, type Touched } from "./outage";

const BIDS: Touched = {
  async phaseOf(tx, lot) {
    if (lot.state === "T1") return "deadline";
    return isOpening(lot) && !(await openingRecordOf(tx, lot.id, roundOfLot(lot))) ? "window" : undefined;
  },
  ends: { deadline: "bidDeadline", window: "windowEndsAt" },
  spans: { deadline: "deadline", window: "window" },
  wordsOf: () => ({ deadline: "投标截止", package: "投标文件", short: "投标文件", sender: "投标人" }),
  holders: holdersOf,
  senders: async (tx, lotId) => (await standingBids(tx, lotId)).map(({ orgId }) => orgId),
  say: ({ tx, site }, lot, now, text) =>
    say(tx, site.id, lot.id, now, "outage", { text, windowEndsAt: lot.windowEndsAt?.toISOString() }),
  async postpone(scope, lot, tender, oldEnd, text) {
    const { content } = await documentInForce(scope.tx, lot.id);
    const publication = await correctionFacts(scope, lot, tender, content);
    const notice = await publishCorrection(scope, publication, { summary: text, oldDeadline: oldEnd });
    return { subject: `${lot.code}-${notice.number}`, hub: [noticeMessage({ ...publication, notice }, "2")] };
  },
};

/** The printed rule of outages for bids: page, hub, holders and the hall are told. */
export const settleOutage = defineServiceCommand({
  name: "lot.settle-outage",
  input: z.object({ lotId: z.uuid() }),
  may: byService,
  run: (scope, { lotId }) => settleSilence(scope, lotId, BIDS),
});
