import { createHash, randomBytes, randomUUID } from "node:crypto";
import { sql } from "drizzle-orm";
import { addDays } from "@/core/time";
import type { ReceiptView } from "@/lifecycle/bidding/schema";
import { readAll } from "@/ports/storage";
import { obtain, seal } from "../scenarios/bidding";
import { draftLot, publish } from "../scenarios/tendering";
import { allSignIn, BEGINNING, type Ground, onGround, type Report } from "./ground";
import { insist } from "./insist";
import type { Victim } from "./steps";

const BIDDERS = ["jia", "yi", "bing"];
/** In turn: everything that runs, and now and then all of it at once. */
const VICTIMS: readonly Victim[] = [
  ...(["receiver", "database", "web", "front-door", "worker", "receiver"] as const),
  ...(["timestamp", "launcher", "database", "receiver", "everything"] as const),
];
/** Each of them so often at most: ten thousand submissions prove more by their number than by a thousand kills. */
const MAX_ROUNDS = 10;
/** A kill comes so soon after its turn. */
const PAUSE_MS = 500;

interface Acknowledged {
  readonly key: string;
  readonly receipt: ReceiptView;
  readonly bodyHash: string;
  readonly waitedMs: number;
}

/**
 * Bidders hand in package after package while processes are killed (SIGKILL) at random moments: every receipt that was given
 * is there afterwards, the same again when asked for, and the stored bytes are those that were sent.
 *
 * @param count - packages.
 */
export async function submissions(report: Report, count: number): Promise<void> {
  await onGround(report, async (ground) => {
    const { world, installation, check } = ground;
    const plan = { content: "试验", estimateFen: 900_000_000n, deadline: addDays(BEGINNING, 24), saleDays: 22 };
    const { lotId } = await draftLot(world.stage, { name: "递交抗毁试验工程（演示）", ...plan });
    await publish(world.stage, lotId);
    await allSignIn(ground, BIDDERS);
    for (const key of BIDDERS) await obtain(world.stage, world.stage.person(key), lotId);
    let left = count;
    let over = false;
    const killed = new Map<Victim, number>();
    const done: Acknowledged[] = [];
    // Spread over the work, so that every process dies in the middle of it, whatever the machine.
    const planned = VICTIMS.length * Math.min(MAX_ROUNDS, Math.ceil(count / 100));
    const killing = (async () => {
      for (let n = 0; n < planned && !over; n++) {
        while (!over && done.length < (n * count) / planned) await new Promise((wait) => setTimeout(wait, 20));
        await new Promise((wait) => setTimeout(wait, Math.random() * PAUSE_MS));
        if (over) return;
        const victim = VICTIMS[n % VICTIMS.length]!;
        if (await installation.kill(victim)) killed.set(victim, (killed.get(victim) ?? 0) + 1);
        await installation.settled();
      }
    })();
    killing.catch(() => {});
    await Promise.all(
      BIDDERS.map(async (key) => {
        while (left-- > 0) done.push(await handIn(ground, lotId, key));
      }),
    );
    over = true;
    await killing;
    await installation.settled();
    await ground.answering();
    const kills = [...killed].map(([victim, n]) => `${victim} ${n}`).join(", ");
    const slowest = Math.round(Math.max(...done.map(({ waitedMs }) => waitedMs)));
    check(
      `${done.length} submissions acknowledged under ${[...killed.values()].reduce((a, b) => a + b, 0)} kills (${kills}); the slowest took ${slowest} ms`,
      done.length === count && killed.size >= 3,
    );
    await allKept(ground, done);
  });
}

async function handIn({ world }: Ground, lotId: string, key: string): Promise<Acknowledged> {
  const actor = world.actor(key);
  const files = [{ name: "图纸.bin", bytes: randomBytes(300_000) }];
  const sealed = await insist(() => seal(world.stage, actor.person, lotId, { priceFen: 800_000_000n, files }));
  const once = randomUUID();
  const begun = performance.now();
  const receipt = await insist(() => actor.deliver(lotId, sealed, once), world.backIn(actor));
  return { key, receipt, bodyHash: hashOf(sealed.body), waitedMs: performance.now() - begun };
}

const hashOf = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

async function allKept({ world, check, say }: Ground, done: readonly Acknowledged[]): Promise<void> {
  let lost = 0;
  let changed = 0;
  for (const { key, receipt, bodyHash } of done) {
    const [bid] = await world.rows<{ payload: string; upload_id: string }>(
      sql`select receipt->>'payload' as payload, upload_id from bids where receipt_number = ${receipt.number}`,
    );
    const units = await world.rows<{ storage_key: string }>(
      sql`select storage_key from upload_units where upload_id = ${bid?.upload_id ?? randomUUID()} order by n`,
    );
    const stored: Uint8Array[] = [];
    for (const { storage_key } of units) stored.push(await readAll(await world.storage.get(storage_key)));
    if (bid?.payload !== receipt.receipt.payload || hashOf(Buffer.concat(stored)) !== bodyHash) {
      lost++;
      say(`   lost: ${receipt.number} of ${key}`);
    }
    const actor = world.actor(key);
    const again = await insist(
      () => actor.query<ReceiptView>("bid.receipt", { number: receipt.number }),
      world.backIn(actor),
    );
    if (again.receipt.payload !== receipt.receipt.payload || again.receipt.cms !== receipt.receipt.cms) changed++;
  }
  const [rows] = await world.rows<{ n: string }>(sql`select count(*) as n from bids`);
  check(
    `acknowledged ${done.length}, kept ${done.length - lost}, lost ${lost}; ${changed} receipts changed`,
    lost + changed === 0,
  );
  check(
    `no submission took effect twice: ${rows!.n} bids for ${done.length} submissions`,
    Number(rows!.n) === done.length,
  );
}
