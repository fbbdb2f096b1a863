import { chmodSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { addMinutes, shanghai } from "@/core/time";
import { ensureWebBuild } from "../build-web";
import { removeDataFolder } from "../embedded-postgres";
import { tryPort } from "../ports";
import { draftLot, publish } from "../scenarios/acts";
import { installWorld } from "../scenarios/install";
import { insist } from "./insist";
import { type Target, targetOn } from "./installation";
import type { Ready } from "./launcher";
import { openUnder } from "./opening";
import { scoreUnder } from "./scoring";
import { killsAStep } from "./steps";
import { type Storm, storm } from "./storm";
import { type Delivered, deliverUnder } from "./submit";
import { summaryOf, tableOf, verdictsOf } from "./tally";
import { openWorld, type World } from "./world";

/**
 * Kills processes of an installation (SIGKILL) in the middle of submission, opening and scoring, and repeats each act
 * with the same key until it is answered: nothing acknowledged may be lost, a repeated act must give the same answer, and
 * everything must come back, the launcher by being started again on the same data folder.
 *
 *     npm run chaos -- [rounds, 30 unless told: about two kills each]
 */
const DEFAULT_ROUNDS = 30;
const PUBLISHED = shanghai("2026-04-24 09:00");
const FIRST_DEADLINE = shanghai("2026-05-18 09:00");
const BIDDERS = ["jia", "yi", "bing", "ding", "wu", "ji"];
const BIDS_A_LOT = 3;
/** Results of one committee: of the preliminary and of the detailed review. */
const RESULTS_A_LOT = 2;
/** Moments, in milliseconds, at which the very first starts are cut off. */
const CUT_STARTS = [700, 1_800, 3_500];

const rounds = Number(process.argv[2] ?? DEFAULT_ROUNDS);
if (!Number.isInteger(rounds) || rounds < 1) {
  console.error("用法：npm run chaos -- [轮数]，轮数为正整数，默认 30。");
  process.exit(1);
}
const say = (line: string) => console.log(line);
const dataDir = mkdtempSync(join(tmpdir(), "xinbiao-chaos-"));
// The database server runs as another user when this one is root.
chmodSync(dataDir, 0o755);
const giveUp = new AbortController();
const stopped = new Promise<never>((_, fail) => {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "disconnect"] as const) {
    process.on(signal as NodeJS.Signals, () => {
      giveUp.abort();
      fail(new Error("stopped before the end"));
    });
  }
});
stopped.catch(() => {});

const checks: { readonly name: string; readonly ok: boolean }[] = [];
function check(name: string, ok: boolean): void {
  checks.push({ name, ok });
  say(`${ok ? "✔" : "✘"} ${name}`);
}

let target: Target | undefined;
let world: World | undefined;
let tempest: Storm | undefined;

async function play(): Promise<void> {
  await ensureWebBuild(say, giveUp.signal);
  const port = (await tryPort("any"))!;
  let restarts = 0;
  const installation = targetOn({
    dataDir,
    port,
    say,
    async onRestart(ready) {
      restarts++;
      await world?.reconnect(ready);
    },
  });
  target = installation;
  for (const moment of CUT_STARTS) await installation.startAndKill(moment);
  const ready = await installation.start();
  check(`first start succeeds after ${CUT_STARTS.length} starts that were killed`, true);
  const open = await openWorld(dataDir, ready, async (owner) => {
    await owner.db.execute(
      sql`update demo_clock set demo_base = ${PUBLISHED.toISOString()}::timestamptz, real_base = clock_timestamp(), running = false`,
    );
    return (await installWorld(owner, dataDir, ready.outside, PUBLISHED)).people;
  });
  world = open;
  const squall = storm({
    rounds,
    kill: (victim) => installation.kill(victim),
    async recovered() {
      await installation.settled();
      await answering(open, ready);
    },
  });
  tempest = squall;
  await tender(squall, open);
  await installation.settled();
  // Last: everything dies at once while nothing is under way, and what was acknowledged is looked for afterwards.
  await installation.kill("everything");
  await installation.settled();
  check(`${restarts} starts on the data folder of a killed launcher succeeded`, true);
  await answering(open, ready);
  await squall.verify();
  for (const { name, ok } of verdictsOf(squall.tally.rows())) check(name, ok);
  await nothingTwice(squall, open);
}

/** The first lot is played in peace and times every step; the others are played while processes die. */
async function tender(squall: Storm, open: World): Promise<void> {
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
  for (const key of [...BIDDERS, "agency"]) await insist(() => open.actor(key).signIn());
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

/** Waits until database, pages, receiver and worker all answer. */
async function answering(open: World, { url }: Ready): Promise<void> {
  const http = (path: string) =>
    fetch(`${url}${path}`, { signal: AbortSignal.timeout(20_000) }).then(
      (answer) => answer.status < 500,
      () => false,
    );
  const worker = sql`select 1 from pg_stat_activity where application_name = 'worker'`;
  const looks = [
    open.databaseAnswers,
    () => open.has(worker),
    () => http("/receive/health"),
    () => http("/api/trpc/identity.challenge"),
  ];
  for (const look of looks) {
    const begun = performance.now();
    while (!(await look())) {
      if (performance.now() - begun > 60_000) throw new Error("a process did not come back within a minute");
      await new Promise((done) => setTimeout(done, 50));
    }
  }
}

/** Repetition may do nothing a second time. */
async function nothingTwice(squall: Storm, open: World): Promise<void> {
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

try {
  await Promise.race([play(), stopped]);
} catch (error) {
  check(`to the end: ${error instanceof Error ? error.stack : error}`, false);
}
say("stopping…");
await world?.close().catch(() => {});
await target?.stop();
removeDataFolder(dataDir);
if (tempest) {
  const rows = tempest.tally.rows();
  say(`\n${tableOf(rows).join("\n")}\n`);
  const silent = [...tempest.silences].map(([silence, n]) => `${silence} ×${n}`).join(", ");
  say(
    `attempts without an answer: ${silent || "none"}; ${tempest.missed()} kills came after the answer and are not counted`,
  );
  say(summaryOf(rows));
}
const failed = checks.filter(({ ok }) => !ok);
say(`${checks.length - failed.length} passed, ${failed.length} failed`);
process.exit(failed.length ? 1 : 0);
