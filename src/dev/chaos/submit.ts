import { createHash, randomBytes, randomUUID } from "node:crypto";
import { sql } from "drizzle-orm";
import { UNIT_BYTES } from "@/lifecycle/bidding/rules";
import { readAll } from "@/ports/storage";
import { seal } from "../scenarios/bidding";
import { insist } from "./insist";
import type { Storm } from "./storm";
import type { World } from "./world";

/** Long enough for two stored units: an upload can be cut between them. */
const ATTACHMENT_BYTES = UNIT_BYTES + 200_000;

export interface Delivered {
  readonly key: string;
  readonly priceFen: bigint;
  readonly bidId: string;
}

/** Seals a bid and delivers it in its three acts. */
export async function deliverUnder(
  storm: Storm,
  world: World,
  lotId: string,
  key: string,
  priceFen: bigint,
): Promise<Delivered> {
  const actor = world.actor(key);
  const onSilence = world.backIn(actor);
  const files = [{ name: "图纸.bin", bytes: randomBytes(ATTACHMENT_BYTES) }];
  const sealed = await insist(() => seal(world.stage, actor.person, lotId, { priceFen, files }));
  const { body } = sealed;
  const upload = randomUUID();
  const { uploadId, units } = await storm.run({
    step: "begin",
    attempt: () => actor.begin(lotId, body.length, upload),
    onSilence,
    kept: (opened) => world.has(sql`select 1 from uploads where id = ${opened.uploadId} and lot_id = ${lotId}`),
  });
  for (let n = 0; n < units; n++) {
    await storm.run({
      step: "part",
      attempt: () => actor.part(uploadId, n, body),
      onSilence,
      // Once the delivery is finished nothing is taken any more, not even what is there.
      repeat: "once",
      kept: async ({ sha256 }) => {
        const found = await world.rows<{ storage_key: string; sha256: string }>(
          sql`select storage_key, sha256 from upload_units where upload_id = ${uploadId} and n = ${n}`,
        );
        const bytes = found[0] ? await readAll(await world.storage.get(found[0].storage_key)) : new Uint8Array();
        return found[0]?.sha256 === sha256 && createHash("sha256").update(bytes).digest("hex") === sha256;
      },
      calm: n > 0,
    });
  }
  const receipt = await storm.run({
    step: "finish",
    attempt: () => actor.finish(uploadId, sealed),
    onSilence,
    // The time stamp of another authority may come later; what the platform signed may not change.
    same: ({ bidId, number, seq, receivedAt, receipt: { payload, cms } }) => [
      bidId,
      number,
      seq,
      receivedAt,
      payload,
      cms,
    ],
    kept: ({ bidId, number, receipt: { payload } }) =>
      world.has(
        sql`select 1 from bids where id = ${bidId} and receipt_number = ${number} and receipt->>'payload' = ${payload} and upload_id = ${uploadId}`,
      ),
  });
  return { key, priceFen, bidId: receipt.bidId };
}
