import { z } from "zod";
import { byService, defineServiceCommand } from "@/kit/command";
import { roundWords } from "@/lifecycle/law/rounds";
import { publishPostponement } from "@/lifecycle/prequalification/postponement";
import { formHoldersOf, standingApplications } from "@/lifecycle/prequalification/queries";
import { settleSilence, type Touched } from "./outage";

const APPLICATIONS: Touched = {
  phaseOf: async (_tx, { state }) => (state === "P1" ? "deadline" : state === "P2" ? "window" : undefined),
  ends: { deadline: "applicationDeadline", window: "applicationWindowEndsAt" },
  spans: { deadline: "application-deadline", window: "application-window" },
  wordsOf: ({ regime }) => roundWords(regime),
  holders: formHoldersOf,
  senders: async (tx, lotId) => (await standingApplications(tx, lotId)).map(({ orgId }) => orgId),
  postpone: async (scope, lot, tender, oldEnd, text) => ({
    subject: await publishPostponement(scope, lot, tender, oldEnd, text),
    hub: [],
  }),
};

/** The printed rule of outages for a first round: there is no hall to tell; holders and senders are written to, each alone. */
export const settleApplicationOutage = defineServiceCommand({
  name: "prequalification.settle-outage",
  input: z.object({ lotId: z.uuid() }),
  may: byService,
  run: (scope, { lotId }) => settleSilence(scope, lotId, APPLICATIONS),
});
