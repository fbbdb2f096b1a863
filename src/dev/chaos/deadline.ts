import { sql } from "drizzle-orm";
import { addMinutes, shanghai } from "@/core/time";
import { obtain, seal, upload } from "../scenarios/bidding";
import { HttpRefusal } from "../scenarios/http-actor";
import { draftLot, publish } from "../scenarios/tendering";
import { allSignIn, type Ground, onGround, type Report } from "./ground";
import { until } from "./insist";

const FIRST_DEADLINE = shanghai("2026-05-18 09:00");
const BIDDERS = ["jia", "yi", "bing", "ding", "wu", "ji"];
/** Tries with a standing clock lie within this span of the deadline; the last microsecond and the deadline itself are always tried. */
const SPAN_US = 1_000;
/** Tries with a running clock arrive within so many milliseconds of the deadline. */
const BURST_MS = 150;
/** For each lot: one try of each bidder before, one after. */
const TRIES_A_LOT = 2 * BIDDERS.length;

interface Lot {
  readonly lotId: string;
  readonly deadline: Date;
}
interface Try {
  readonly key: string;
  readonly uploadId: string;
  readonly sealed: Awaited<ReturnType<typeof seal>>;
}
type Outcome = { readonly receivedAt: string; readonly sealHash: string } | { readonly late: string };

/**
 * Hands packages in within a millisecond of the deadline, at the real receiver: before it they are received, at it and after
 * it they are late, to the microsecond. Then in bursts across a running clock, while the worker closes the lot: what the
 * receipts say, what was refused and what the closing record lists must be one and the same.
 */
export async function deadline(report: Report, count: number): Promise<void> {
  await onGround(report, async (ground) => {
    await allSignIn(ground, BIDDERS);
    const standing = Math.max(1, Math.round((count * 0.75) / TRIES_A_LOT));
    const running = Math.max(1, Math.round((count * 0.25) / BIDDERS.length));
    const counts = { before: 0, after: 0, received: 0, late: 0, wrong: 0 };
    // All are published before the first deadline comes: twenty days lie between.
    const lots: Lot[] = [];
    for (let n = 0; n < standing + running; n++) lots.push(await aLot(ground, n));
    for (const [n, lot] of lots.entries()) {
      if (n < standing) await atStandingClock(ground, lot, counts);
      else await acrossTheDeadline(ground, lot, counts);
    }
    const { before, after, received, late, wrong } = counts;
    report.check(
      `clock standing: ${before} tries in the last millisecond and ${after} from the deadline to a millisecond after it, in ${standing} lots`,
      before > 0 && after > 0,
    );
    report.check(
      `clock running: ${received} received and ${late} late within ${BURST_MS} ms of the deadline, in ${running} lots`,
      received > 0 && late > 0,
    );
    report.check(`${before + after + received + late} tries, ${wrong} wrong`, wrong === 0);
  });
}

async function aLot({ world }: Ground, n: number): Promise<Lot> {
  const deadline = addMinutes(FIRST_DEADLINE, n * 10);
  const plan = { content: "试验", estimateFen: 900_000_000n, deadline, saleDays: 22 };
  const { lotId } = await draftLot(world.stage, { name: `截止时刻试验工程 ${n}（演示）`, ...plan });
  await publish(world.stage, lotId);
  for (const key of BIDDERS) await obtain(world.stage, world.stage.person(key), lotId);
  return { lotId, deadline };
}

/** Everything is sealed and uploaded; only the last small act is missing. */
async function ready({ world }: Ground, { lotId }: Lot, key: string): Promise<Try> {
  const person = world.stage.person(key);
  const files = [{ name: "投标函.txt", bytes: new TextEncoder().encode("投标函") }];
  const sealed = await seal(world.stage, person, lotId, { priceFen: 800_000_000n, files });
  return { key, sealed, uploadId: await upload(world.stage, person, lotId, sealed.body) };
}

async function hand({ world }: Ground, { key, uploadId, sealed }: Try): Promise<Outcome> {
  try {
    const { receivedAt, receipt } = await world.actor(key).finish(uploadId, sealed);
    const { sealHash } = JSON.parse(Buffer.from(receipt.payload, "base64url").toString()) as { sealHash: string };
    return { receivedAt, sealHash };
  } catch (error) {
    if (!(error instanceof HttpRefusal)) throw error;
    return { late: error.code };
  }
}
/** Late by the clock, or the lot is closed already: both say so. */
const isLate = (outcome: Outcome) =>
  "late" in outcome && ["bid.deadline_passed_at_gate", "bid.not_receivable"].includes(outcome.late);

interface Counts {
  before: number;
  after: number;
  received: number;
  late: number;
  wrong: number;
}

const microseconds = () => 1 + Math.floor(Math.random() * (SPAN_US - 1));

async function atStandingClock(ground: Ground, lot: Lot, counts: Counts): Promise<void> {
  const { world, say } = ground;
  const standAt = (us: number) =>
    world.rows(sql`update demo_clock set running = false, real_base = clock_timestamp(),
      demo_base = ${lot.deadline.toISOString()}::timestamptz + ${us}::integer * interval '1 microsecond' returning 1`);
  await standAt(-60_000_000);
  const [early, late] = [[] as Try[], [] as Try[]];
  for (const key of BIDDERS) {
    early.push(await ready(ground, lot, key));
    late.push(await ready(ground, lot, key));
  }
  const times = (nearest: number, sign: 1 | -1) =>
    [nearest, ...BIDDERS.slice(1).map(() => sign * microseconds())].sort((a, b) => a - b);
  // Legal time only goes forward.
  for (const [tries, offsets] of [
    [early, times(-1, -1)],
    [late, times(0, 1)],
  ] as const)
    for (const [i, us] of offsets.entries()) {
      await standAt(us);
      const outcome = await hand(ground, tries[i]!);
      if (us < 0) counts.before++;
      else counts.after++;
      const right = us < 0 ? "receivedAt" in outcome && new Date(outcome.receivedAt) < lot.deadline : isLate(outcome);
      if (right) continue;
      counts.wrong++;
      say(`   ${us} µs: ${JSON.stringify(outcome)}`);
    }
}

/** What the closing record lists must be what was acknowledged; who was told "late" is not in it. */
async function acrossTheDeadline(ground: Ground, lot: Lot, counts: Counts): Promise<void> {
  const { world, say } = ground;
  await world.setClock(addMinutes(lot.deadline, -1));
  const tries: Try[] = [];
  for (const key of BIDDERS) tries.push(await ready(ground, lot, key));
  const lead = BURST_MS + 100;
  await world.rows(sql`update demo_clock set running = true, rate = 1, real_base = clock_timestamp(),
    demo_base = ${new Date(lot.deadline.getTime() - lead).toISOString()}::timestamptz returning 1`);
  const begun = performance.now();
  const outcomes = await Promise.all(
    tries.map(async (one) => {
      const at = begun + lead + (Math.random() * 2 - 1) * BURST_MS;
      await new Promise((done) => setTimeout(done, Math.max(0, at - performance.now())));
      return hand(ground, one);
    }),
  );
  const listed = await until("the closing record", async () => {
    const [found] = await world.rows<{ seals: string[] }>(
      sql`select jsonb_path_query_array(payload, '$.bids[*].sealHash') as seals from closing_records where lot_id = ${lot.lotId}`,
    );
    return found?.seals;
  });
  await world.setClock(addMinutes(lot.deadline, 1));
  const received = outcomes.flatMap((outcome) => ("receivedAt" in outcome ? [outcome] : []));
  counts.received += received.length;
  counts.late += outcomes.filter(isLate).length;
  const wrong = [
    ...outcomes.filter((outcome) => !("receivedAt" in outcome) && !isLate(outcome)),
    ...received.filter(
      ({ receivedAt, sealHash }) => new Date(receivedAt) >= lot.deadline || !listed.includes(sealHash),
    ),
    ...listed.filter((sealHash) => !received.some((each) => each.sealHash === sealHash)),
  ];
  counts.wrong += wrong.length;
  for (const one of wrong) say(`   ${JSON.stringify(one)}`);
}
