import { sql } from "drizzle-orm";
import { addDays } from "@/core/time";
import { until } from "../chaos/insist";
import { openWorld, type World } from "../chaos/world";
import type { Installation } from "../launch";
import { obtain, submit } from "../scenarios/bidding";
import { enterCrowd } from "../scenarios/crowd";
import { signRecord } from "../scenarios/evaluate";
import { loadPeople } from "../scenarios/install";
import { release } from "../scenarios/opening";
import type { Person } from "../scenarios/person";
import { draftLot, publish } from "../scenarios/tendering";

/** Bidders who work at the same time while the lot is made ready. */
const ABREAST = 4;

/** Nothing is due in the queue. */
const DUE = sql`select 1 where not exists (select 1 from graphile_worker._private_jobs where run_at <= now() and attempts < max_attempts)`;

/**
 * From the last bidder's release to the signed record: decryption in the worker, announcement of all prices in one commit, the
 * record's PDF with one line for each bid, signed by the host. Nobody hesitates.
 *
 * @param count - bids of the lot.
 */
export async function recordTime(installation: Installation, count: number, say: (line: string) => void) {
  const { dataDir, outside } = installation;
  const world = await openWorld(dataDir, installation, (owner) => loadPeople(owner, dataDir));
  try {
    const now = await world.stage.now();
    const earlier = await crowdSoFar(world);
    const crowd = await world.asOwner((owner) => enterCrowd(owner, outside.ca, count, now, earlier));
    const deadline = addDays(now, 30);
    const plan = { content: "测量", estimateFen: 900_000_000n, deadline, saleDays: 22 };
    const { lotId } = await draftLot(world.stage, { name: `开标测量工程 ${count}（演示）`, ...plan });
    await publish(world.stage, lotId);
    await abreast(crowd, async (person, i) => {
      await obtain(world.stage, person, lotId);
      await submit(world.stage, person, lotId, { priceFen: 800_000_000n + BigInt(i) });
    });
    say(`已递交 ${count} 份，正在开标…`);
    await world.setClock(deadline);
    await until("the opening", () =>
      world.has(sql`select 1 from lots where id = ${lotId} and state = 'O1'`).then((yes) => yes || undefined),
    );
    const last = crowd.at(-1)!;
    await abreast(crowd.slice(0, -1), (person) => release(world.stage, person, lotId));
    await until("the other decryptions", async () => (await opened(world, lotId)) === count - 1 || undefined);
    // The clock went on by a month in an instant: what a month of nights would have done is no part of an opening.
    await until("the nights' work", async () => (await world.has(DUE)) || undefined);
    const began = performance.now();
    await release(world.stage, last, lotId);
    const released = performance.now();
    await until("the last decryption", async () => (await opened(world, lotId)) === count || undefined);
    const decrypted = performance.now();
    await until("the announcement", () =>
      world.has(sql`select 1 from opening_records where lot_id = ${lotId}`).then((yes) => yes || undefined),
    );
    const announced = performance.now();
    await signRecord(world.stage, lotId, []);
    const signed = performance.now();
    return {
      bids: count,
      releaseMs: Math.round(released - began),
      decryptedMs: Math.round(decrypted - released),
      announcedMs: Math.round(announced - decrypted),
      signedMs: Math.round(signed - announced),
      releaseToRecordMs: Math.round(signed - began),
    };
  } finally {
    await world.close();
  }
}

async function crowdSoFar(world: World): Promise<number> {
  const [row] = await world.rows<{ n: number }>(
    sql`select count(*)::int as n from organisations where name like '众投标人%'`,
  );
  return row!.n;
}

async function opened(world: World, lotId: string): Promise<number> {
  const [row] = await world.rows<{ n: number }>(
    sql`select count(*)::int as n from bid_openings where lot_id = ${lotId} and state = 'decrypted'`,
  );
  return row!.n;
}

async function abreast(crowd: readonly Person[], work: (person: Person, i: number) => Promise<unknown>): Promise<void> {
  const queue = [...crowd.entries()];
  const lane = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) await work(next[1], next[0]);
  };
  await Promise.all(Array.from({ length: ABREAST }, lane));
}
