import { addHours, addMinutes } from "@/core/time";
import { obtain, submit } from "@/dev/scenarios/bidding";
import {
  award,
  formCommittee,
  publishTheCandidates,
  review,
  type Seated,
  seatCommittee,
  signRecord,
  signReportAll,
} from "@/dev/scenarios/evaluate";
import { decrypt, reachOpening } from "@/dev/scenarios/opening";
import { secure } from "@/dev/scenarios/securities";
import type { LotPlan } from "@/dev/scenarios/tendering";
import type { Stage } from "@/dev/scenarios/world-state";
import { receivingLot } from "./lots";

export const BIDDERS = ["jia", "yi", "bing", "ding"] as const;

/** Where it is played: a test's own installation, or one that a story looks at. */
interface On {
  readonly stage: Stage;
}

export interface ReportedLot {
  readonly lotId: string;
  readonly lotCode: string;
  readonly committee: readonly Seated[];
}

/** A lot whose report has been handed in: every bidder bought the document, paid its security where asked, and bid. */
export async function reportedLot(
  { stage }: On,
  name: string,
  plan: Partial<LotPlan> = {},
  secured = false,
  /** What happens between the draw and the seats; @returns who sits then. */
  beforeSeats: (committee: readonly Seated[], lotId: string) => Promise<readonly Seated[]> = async (drawn) => drawn,
): Promise<ReportedLot> {
  const { lotId, lotCode, deadline } = await receivingLot(stage, name, plan);
  for (const [i, key] of BIDDERS.entries()) {
    const bidder = stage.person(key);
    await obtain(stage, bidder, lotId);
    if (secured) await secure(stage, bidder, lotId);
    await submit(stage, bidder, lotId, { priceFen: 480_000_000n - BigInt(i) * 3_000_000n });
  }
  await stage.setClock(deadline);
  await reachOpening(stage, lotId, "O1");
  for (const key of BIDDERS) await decrypt(stage, stage.person(key), lotId);
  await stage.setClock(addMinutes(deadline, 20));
  await signRecord(stage, lotId, []);
  const drawn = await formCommittee(stage, lotId, addHours(deadline, 5));
  await stage.setClock(addHours(deadline, 5));
  const committee = await beforeSeats(drawn, lotId);
  await seatCommittee(stage, lotId, committee);
  await review(stage, lotId, committee, "preliminary");
  await review(stage, lotId, committee, "detailed");
  await signReportAll(stage, lotId, committee);
  return { lotId, lotCode, committee };
}

/** Takes a reported lot to its award notices. */
export async function awardLot({ stage }: On, lotId: string): Promise<void> {
  const end = await publishTheCandidates(stage, lotId);
  await stage.setClock(addMinutes(end, 1));
  await award(stage, lotId);
}
