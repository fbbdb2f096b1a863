import { randomBytes, randomUUID } from "node:crypto";
import { sql } from "drizzle-orm";
import { fromBase64url } from "@/core/bytes";
import { parseCertificate } from "@/crypto/certificate";
import { signStatement } from "@/crypto/statement";
import { releasePayload } from "@/crypto/xbid/release";
import { readHeader } from "@/crypto/xbid/schema";
import { unwrapWithKey } from "@/crypto/xbid/wrap";
import type { unlockMaterial } from "@/lifecycle/opening/commands/release";
import type { HttpActor } from "../scenarios/http-actor";
import { signPdfAs } from "../scenarios/person";
import { insist, until } from "./insist";
import type { Storm } from "./storm";
import type { Delivered } from "./submit";
import type { World } from "./world";

type Material = Awaited<ReturnType<typeof unlockMaterial>>;

export async function openUnder(
  storm: Storm,
  world: World,
  lotId: string,
  deadline: Date,
  bids: readonly Delivered[],
): Promise<void> {
  for (const { key } of bids) await signInUnder(storm, world, lotId, key);
  await closeUnder(storm, world, lotId, deadline, bids);
  for (const [i, bid] of bids.entries()) await releaseUnder(storm, world, lotId, bid, i % 2 === 0);
  await recordUnder(storm, world, lotId, bids);
}

async function signInUnder(storm: Storm, world: World, lotId: string, key: string): Promise<void> {
  const actor = world.actor(key);
  const id = randomUUID();
  await storm.run({
    step: "sign-in",
    attempt: () => actor.mutate<{ at: string }>("opening.signIn", { lotId }, id),
    onSilence: world.backIn(actor),
    kept: () => world.has(sql`select 1 from hall_sign_ins where lot_id = ${lotId} and org_id = ${actor.person.orgId}`),
  });
}

/** The platform's own act at the deadline: the closing record, and the lot is open. */
async function closeUnder(
  storm: Storm,
  world: World,
  lotId: string,
  deadline: Date,
  bids: readonly Delivered[],
): Promise<void> {
  const record = async () => {
    const [found] = await world.rows<{ closing_hash: string; seals: string[] }>(sql`
      select c.closing_hash, jsonb_path_query_array(c.payload, '$.bids[*].sealHash') as seals
      from closing_records c join lots l on l.id = c.lot_id where c.lot_id = ${lotId} and l.state <> 'T2'`);
    return found;
  };
  await storm.run({
    step: "closing",
    async attempt() {
      // Asked again later, when the clock has gone on: it is never put back.
      if (!(await record())) await world.setClock(deadline);
      return until("the closing record", record);
    },
    async kept({ closing_hash, seals }) {
      const listed = await world.rows<{ seal_hash: string }>(
        sql`select seal_hash from bids where lot_id = ${lotId} and replaced_at is null and withdrawn_at is null`,
      );
      const all = listed.length === bids.length && listed.every(({ seal_hash }) => seals.includes(seal_hash));
      return (
        all && world.has(sql`select 1 from closing_records where lot_id = ${lotId} and closing_hash = ${closing_hash}`)
      );
    },
  });
}

async function statementFor(actor: HttpActor, material: Material) {
  const header = readHeader(fromBase64url(material.header));
  const { opened, signer } = actor.person;
  const fingerprint = parseCertificate(opened.encryption.certificate).fingerprint;
  const [{ segment }] = material.blobHeads as [Material["blobHeads"][number]];
  const key = await unwrapWithKey(header, segment, { fingerprint, privateKey: opened.encryption.key });
  const { lotCode: lot, bid, seq, sealHash, closing } = material;
  const nonce = new Uint8Array(randomBytes(32));
  return signStatement(
    releasePayload({ lot, bid, seq, segment, key, sealHash, closingHash: closing!.hash, nonce }),
    signer,
  );
}

/**
 * A bidder releases its key, and the worker opens the package with it.
 *
 * @param aimAtRelease - the kill comes during the release, otherwise during the decryption that follows.
 */
async function releaseUnder(
  storm: Storm,
  world: World,
  lotId: string,
  { key, priceFen, bidId }: Delivered,
  aimAtRelease: boolean,
): Promise<void> {
  const actor = world.actor(key);
  const onSilence = world.backIn(actor);
  const material = await insist(() => actor.query<Material>("opening.unlockMaterial", { lotId }), onSilence);
  const body = { lotId, statement: await statementFor(actor, material) };
  const once = randomUUID();
  const release = () =>
    storm.run({
      step: "release",
      attempt: () => actor.mutate<{ opened: boolean }>("opening.release", body, once),
      onSilence,
      kept: ({ opened }) =>
        world.has(
          sql`select 1 from bid_openings where bid_id = ${bidId} and (release is not null) = ${opened} and ${opened}`,
        ),
      calm: !aimAtRelease,
    });
  if (aimAtRelease) await release();
  const price = String(priceFen);
  let released = aimAtRelease;
  await storm.run({
    step: "decryption",
    async attempt() {
      if (!released) {
        await insist(() => actor.mutate("opening.release", body, once), onSilence);
        released = true;
      }
      const opened = sql`select state, form->>'price' as price from bid_openings where bid_id = ${bidId} and state in ('decrypted', 'failed')`;
      return until("the decryption", async () => (await world.rows<{ state: string; price: string }>(opened))[0]);
    },
    kept: () =>
      world.has(
        sql`select 1 from bid_openings where bid_id = ${bidId} and state = 'decrypted' and form->>'price' = ${price}`,
      ),
    calm: aimAtRelease,
  });
  if (!aimAtRelease) await release();
}

/** Announcement by the platform, then the host writes the record and signs it. */
async function recordUnder(storm: Storm, world: World, lotId: string, bids: readonly Delivered[]): Promise<void> {
  const agency = world.actor("agency");
  const onSilence = world.backIn(agency);
  const announced = sql`select jsonb_array_length(payload->'rows') as rows from opening_records where lot_id = ${lotId}`;
  await storm.run({
    step: "record",
    attempt: () => until("the announcement", async () => (await world.rows<{ rows: number }>(announced))[0]),
    kept: async ({ rows }) => Number(rows) === bids.length && world.has(announced),
    calm: true,
  });
  const prepare = randomUUID();
  const { recordHash } = await storm.run({
    step: "record",
    timedAs: "record to sign",
    attempt: () => agency.mutate<{ recordHash: string }>("opening.prepareRecord", { lotId }, prepare),
    onSilence,
    kept: ({ recordHash: hash }) =>
      world.has(sql`select 1 from opening_records where lot_id = ${lotId} and record_hash = ${hash}`),
  });
  const toSign = await insist(
    () =>
      agency.query<{ act: string; subject: string; digest: string; pdf: { digest: string; signingTime: string } }>(
        "opening.recordToSign",
        { lotId },
      ),
    onSilence,
  );
  if (toSign.digest !== recordHash) throw new Error("the record to sign is not the one that was prepared");
  const statement = await insist(() => agency.act(toSign), onSilence);
  const pdf = {
    cms: await signPdfAs(agency.person, fromBase64url(toSign.pdf.digest)),
    signingTime: toSign.pdf.signingTime,
  };
  const sign = randomUUID();
  await storm.run({
    step: "record",
    timedAs: "record signed",
    attempt: () => agency.mutate<{ state: string }>("opening.signRecord", { lotId, statement, pdf }, sign),
    onSilence,
    kept: () =>
      world.has(
        sql`select 1 from opening_records r join notices n on n.lot_id = r.lot_id and n.kind = 'opening-record'
          where r.lot_id = ${lotId} and r.record_hash = ${recordHash} and r.signed_at is not null and r.signed_pdf_file_id is not null`,
      ),
  });
}
