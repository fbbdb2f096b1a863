import { sql } from "drizzle-orm";
import { addMinutes, shanghai } from "@/core/time";
import { draftLot, publish } from "../scenarios/tendering";
import { allSignIn, type Ground, onGround, type Report } from "./ground";
import { openUnder } from "./opening";
import { scoreUnder } from "./scoring";
import { killsAStep } from "./steps";
import { type Storm, storm } from "./storm";
import { type Delivered, deliverUnder } from "./submit";
import { summaryOf, tableOf, verdictsOf } from "./tally";

const FIRST_DEADLINE = shanghai("2026-05-18 09:00");
const BIDDERS = ["jia", "yi", "bing", "ding", "wu", "ji"];
const BIDS_A_LOT = 3;
/** Results of one committee: of the preliminary and of the detailed review. */
const RESULTS_A_LOT = 2;
/** Moments, in milliseconds, at which the very first starts are cut off. */
const CUT_STARTS = [700, 1_800, 3_500];

/**
 * Kills processes of an installation (SIGKILL) in the middle of submission, opening and scoring, and repeats each act
 * with the same key until it is answered: nothing acknowledged may be lost, a repeated act must give the same answer, and
 * everything must come back, the launcher by being started again on the same data folder.
 *
 * @param rounds - about two kills each.
 */
export async function kills(report: Report, rounds: number): Promise<void> {
  let tempest: Storm | undefined;
  await onGround(
    report,
    async (ground) => {
      const { installation, check } = ground;
      const squall = storm({
        rounds,
        kill: (victim) => installation.kill(victim),
        async recovered() {
          await installation.settled();
          await ground.answering();
        },
      });
      tempest = squall;
      await tender(squall, ground, rounds);
      await installation.settled();
      // Last: everything dies at once while nothing is under way, and what was acknowledged is looked for afterwards.
      await installation.kill("everything");
      await installation.settled();
      check(`${ground.restarts()} starts on the data folder of a killed launcher succeeded`, true);
      await ground.answering();
      await squall.verify();
      for (const { name, ok } of verdictsOf(squall.tally.rows())) check(name, ok);
      await nothingTwice(squall, ground);
    },
    CUT_STARTS,
  );
  if (!tempest) return;
  const rows = tempest.tally.rows();
  report.say(`\n${tableOf(rows).join("\n")}\n`);
  const silent = [...tempest.silences].map(([silence, n]) => `${silence} ×${n}`).join(", ");
  report.say(
    `attempts without an answer: ${silent || "none"}; ${tempest.missed()} kills came after the answer and are not counted`,
  );
  report.say(summaryOf(rows));
}

/** The first lot is played in peace and times every step; the others are played while processes die. */
async function tender(squall: Storm, { world: open, say }: Ground, rounds: number): Promise<void> {
  // A lot is closed once, and a committee has two results: as many lots as give each kill its act.
  const lots = 1 + killsAStep(rounds);
  const scored = Math.ceil(killsAStep(rounds) / RESULTS_A_LOT);
  say(`${lots} lots; the first one in peace, to time every step`);
  const all: { lotId: string; deadline: Date; bids: Delivered[] }[] = [];
  for (let n = 0; n < lots; n++) {
    const deadline = addMinutes(FIRST_DEADLINE, n * 60);
    const { lotId } = await draftLot(open.stage, {
      name: `抗毁试验工程 ${n}（演示）`,
      content: "试验",
      estimateFen: 900_000_000n,
      deadline,
      saleDays: 22,
    });
    await publish(open.stage, lotId);
    all.push({ lotId, deadline, bids: [] });
  }
  await allSignIn({ world: open }, [...BIDDERS, "agency"]);
  for (const [n, { lotId, bids }] of all.entries()) {
    squall.aiming = n > 0;
    for (let i = 0; i < BIDS_A_LOT; i++) {
      const key = BIDDERS[(n * BIDS_A_LOT + i) % BIDDERS.length]!;
      bids.push(await deliverUnder(squall, open, lotId, key, 800_000_000n + BigInt(n * 100 + i)));
    }
  }
  say(`submitted: ${summaryOf(squall.tally.rows())}`);
  for (const [n, { lotId, deadline, bids }] of all.entries()) {
    squall.aiming = n > 0;
    await open.setClock(addMinutes(deadline, -30));
    await openUnder(squall, open, lotId, deadline, bids);
    if (n <= scored) await scoreUnder(squall, open, lotId, addMinutes(deadline, 25));
    say(`lot ${n}: ${summaryOf(squall.tally.rows())}`);
  }
}

/** Repetition may do nothing a second time. */
async function nothingTwice(squall: Storm, { world: open, check }: Ground): Promise<void> {
  const acts = (step: string) =>
    squall.tally.rows().reduce((total, row) => total + (row.step === step ? row.acknowledged : 0), 0);
  const [found] = await open.rows<Record<"begin" | "finish" | "mark" | "score" | "sheet" | "report", string>>(sql`select
    (select count(*) from uploads) as begin, (select count(*) from bids) as finish,
    (select count(*) from preliminary_marks) as mark, (select count(*) from scores) as score,
    (select count(*) from score_sheets) as sheet, (select count(*) from report_signatures) as report`);
  const wrong = Object.entries(found!).filter(([step, n]) => Number(n) !== acts(step));
  const told = wrong.map(([step, n]) => `${step}: ${n} for ${acts(step)} acts`).join(", ");
  check(`no act took effect twice${told && `: ${told}`}`, wrong.length === 0);
}
