import { and, eq, inArray } from "drizzle-orm";
import { z } from "zod";
import { base64url } from "@/core/bytes";
import { NotCanonical } from "@/core/canonical-json";
import { permit, Refused, refuse } from "@/core/refusal";
import { parseCertificate } from "@/crypto/certificate";
import { verifyDetached } from "@/crypto/cms";
import { checkCommitments } from "@/crypto/xbid/open";
import { OpenError } from "@/crypto/xbid/refusal";
import { mayRelease, readRelease } from "@/crypto/xbid/release";
import { readHeader } from "@/crypto/xbid/schema";
import { type Actor, type CommandScope, defineCommand, type Runtime, roles } from "@/kit/command";
import type { Tx } from "@/kit/db/connect";
import { inContext } from "@/kit/db/context";
import { type Bid, ownBids, unitsOf } from "@/lifecycle/bidding/queries";
import { blobHeads, firstDamagedUnit, type StoredUnit } from "@/lifecycle/bidding/stored-body";
import { lockLot, readLot } from "@/lifecycle/lot/queries";
import { StatementInput } from "@/platform/identity/schema";
import { checkStatement } from "@/platform/identity/signer-check";
import { StorageError } from "@/ports/storage";
import { closingRecordOf, openingsOf } from "../queries";
import { type Round, roundOfLot } from "../rounds";
import { refusalToRelease, refusalToSignIn } from "../rules";
import { bidOpenings, hallSignIns, releaseAttempts } from "../tables";

/** Signs a bidder in at the hall (开标签到). Hidden until the list is announced; absence alone voids nothing. */
export const signInAtHall = defineCommand({
  name: "opening.sign-in",
  input: z.object({ lotId: z.uuid() }),
  may: roles("bidder"),
  async run({ tx, actor, site, clock }, { lotId }) {
    const lot = await readLot(tx, lotId);
    const now = await clock();
    const [standing] = (await ownBids(tx, actor, lotId)).filter((bid) => !bid.replacedAt && !bid.withdrawnAt);
    if (!standing) throw new Refused(refuse("not_found", "general.not_found"));
    if (roundOfLot(lot) === 2) await ownSecond(tx, actor, lotId);
    permit(refusalToSignIn(lot, now));
    await tx
      .insert(hallSignIns)
      .values({
        ...{ siteId: site.id, lotId, orgId: actor.orgId, personId: actor.personId, round: roundOfLot(lot) },
        ...{ address: actor.address, at: now },
      })
      .onConflictDoNothing();
    return {
      result: { at: now.toISOString() },
      trail: [{ action: "opening.signed-in", subject: lot.code, lotId, chain: `sealed:${lotId}`, facts: {} }],
    };
  },
});

/** The own second envelope, when it is one that is opened. @throws Refused for a bid that did not pass the first. */
async function ownSecond(tx: Tx, actor: Actor, lotId: string): Promise<void> {
  if (!(await openingsOf(tx, lotId, 2)).some(({ orgId }) => orgId === actor.orgId))
    throw new Refused(refuse("forbidden", "opening.second_envelope_never"));
}

/**
 * What a bidder's browser needs to unlock its own bid: header, seal and 56 bytes of each blob; a few KiB, never the bid.
 * Only of the envelope that is opened now: what it is not given, it does not unlock by mistake or ahead of time.
 */
export async function unlockMaterial(runtime: Runtime, actor: Actor, lotId: string) {
  const { bid, units, closing, lot, round } = await inContext(runtime.db, actor, async (tx) => {
    const [standing] = (await ownBids(tx, actor, lotId)).filter((row) => !row.replacedAt && !row.withdrawnAt);
    if (!standing) throw new Refused(refuse("not_found", "general.not_found"));
    const found = await readLot(tx, lotId);
    if (roundOfLot(found) === 2) await ownSecond(tx, actor, lotId);
    if (found.state === "E1b" && !found.secondOpenedAt)
      throw new Refused(refuse("too_early", "opening.second_envelope_sealed"));
    return {
      bid: standing,
      units: await unitsOf(tx, standing.uploadId),
      closing: await closingRecordOf(tx, lotId),
      lot: found,
      round: roundOfLot(found),
    };
  });
  const segments = readHeader(bid.header)
    .segments.map(({ id }) => id)
    .slice(round - 1, round);
  const heads = await Promise.all(segments.map((id) => blobHeads(runtime.ports.storage, units, bid.header, id)));
  return {
    lotCode: lot.code,
    /** Place of the envelope that is opened, from 1. */
    envelope: round,
    bid: bid.bidUuid,
    seq: bid.seq,
    sealHash: bid.sealHash,
    receiptHash: bid.receiptHash,
    header: base64url(bid.header),
    blobHeads: segments.map((id, i) => ({ segment: id, heads: heads[i]!.map((head) => base64url(head)) })),
    closing: closing ? { hash: closing.closingHash, statement: closing.statement } : undefined,
  };
}

export type Judgement = { ok: true; key: Uint8Array; segment: string } | { ok: false; code: string; reason: string };

/**
 * Releases the content key of the own package (解密). The answer is "opened" or a precise reason; attempts are unlimited
 * inside the window and all are kept. Nobody else learns who has released before all are final (O20 art. 30).
 */
export const releaseKey = defineCommand({
  name: "opening.release-key",
  input: z.object({ lotId: z.uuid(), statement: StatementInput }),
  may: roles("bidder"),
  prepare: (runtime, actor, { lotId }) =>
    inContext(runtime.db, actor, async (tx) => {
      const [bid] = (await ownBids(tx, actor, lotId)).filter((row) => !row.replacedAt && !row.withdrawnAt);
      if (!bid) throw new Refused(refuse("not_found", "general.not_found"));
      return { bid, units: await unitsOf(tx, bid.uploadId), second: await openingsOf(tx, lotId, 2) };
    }).then(async (own) => ({ ...own, heads: await headsOf(runtime, own.bid, own.units) })),
  async run(scope, { lotId, statement }) {
    const { tx, actor, clock, site, prepared } = scope;
    const lot = await lockLot(tx, lotId, "share");
    const now = await clock();
    permit(refusalToRelease(lot, now));
    const mayOpen = roundOfLot(lot) === 1 || prepared.second.some(({ bidId }) => bidId === prepared.bid.id);
    const judged = mayOpen
      ? await judgeRelease(
          scope,
          { ...prepared, lot: lot.code, round: roundOfLot(lot), closing: await closingRecordOf(tx, lotId) },
          statement,
          now,
        )
      : NEVER_OPENED;
    const code = judged.ok ? "opened" : judged.code;
    await tx.insert(releaseAttempts).values({ siteId: site.id, lotId, orgId: actor.orgId, code, at: now });
    const trail = {
      action: judged.ok ? "key.released" : "key.refused",
      subject: prepared.bid.id,
      lotId,
      chain: `sealed:${lotId}` as const,
      facts: { code },
    };
    if (!judged.ok) return { result: { opened: false, code: judged.code, reason: judged.reason }, trail: [trail] };
    // The first right key counts; releasing again changes nothing and is answered the same.
    await tx
      .update(bidOpenings)
      .set({ state: "released", release: statement, releasedAt: now, contentKey: judged.key })
      .where(
        and(
          eq(bidOpenings.bidId, prepared.bid.id),
          eq(bidOpenings.segment, judged.segment),
          inArray(bidOpenings.state, ["waiting"]),
        ),
      );
    return {
      result: { opened: true, code: "opened", reason: "" },
      trail: [trail],
      jobs: [
        {
          name: "decrypt-bid",
          payload: { bidId: prepared.bid.id, segment: judged.segment },
          key: `decrypt:${prepared.bid.id}:${judged.segment}`,
        },
      ],
    };
  },
});

/** Heads of all segments, or undefined when a stored unit is gone. */
export async function headsOf(runtime: Runtime, bid: Bid, units: readonly StoredUnit[]) {
  try {
    const segments = readHeader(bid.header).segments.map(({ id }) => id);
    const heads = await Promise.all(segments.map((id) => blobHeads(runtime.ports.storage, units, bid.header, id)));
    return new Map(segments.map((id, i) => [id, heads[i]!] as const));
  } catch (error) {
    if (error instanceof StorageError && error.code === "missing") return undefined;
    throw error;
  }
}

const NEVER_OPENED: Judgement = {
  ok: false,
  code: "second-envelope-never",
  reason: "本投标文件没有通过第一信封评审，第二信封不开启，永久保持加密；密钥没有保存",
};

/** Our damage is not the bidder's wrong key: it is told apart before anybody is blamed. */
const DAMAGED = "平台保存的数据与递交时的校验值不一致，责任不在贵单位；解密时间结束时按 DF-4 视为撤回";

/**
 * Does this statement release the key of this package, for this opening?
 *
 * @param asked - the package as stored, the record that froze it, and which opening is held.
 */
export async function judgeRelease(
  scope: Pick<CommandScope, "site" | "ports">,
  asked: {
    readonly bid: Bid;
    readonly units: readonly StoredUnit[];
    readonly heads: Awaited<ReturnType<typeof headsOf>>;
    readonly lot: string;
    readonly round: Round;
    readonly closing: { readonly payload: Record<string, unknown>; readonly closingHash: string } | undefined;
  },
  statement: { payload: string; cms: string },
  now: Date,
): Promise<Judgement> {
  const { site, ports } = scope;
  const { bid, units, heads, closing, lot: lotCode } = asked;
  const no = (code: string, reason: string): Judgement => ({ ok: false, code, reason });
  const check = await checkStatement(statement, site, ports.revocation, now, true);
  if (!check.ok) return no("signature", "解密声明的签名或证书不被接受");
  const release = releaseIn(check.payload);
  if (!release) return no("other-session", "这不是解密声明");
  const sealSigner = await verifyDetached(new Uint8Array(bid.signature), new Uint8Array(bid.seal));
  if (!sealSigner.ok || !mayRelease(parseCertificate(check.signer.der), sealSigner.signer))
    return no("DF-2", "证书与封装投标文件的证书不属于同一单位，或早于封装时的证书");
  const listed = (closing?.payload as { bids?: { sealHash: string }[] } | undefined)?.bids?.some(
    ({ sealHash }) => sealHash === bid.sealHash,
  );
  if (!closing || !listed) return no("not-listed", "截标记录中没有这份投标文件");
  if (
    release.lot !== lotCode ||
    release.bid !== bid.bidUuid ||
    release.seq !== bid.seq ||
    release.sealHash !== bid.sealHash ||
    release.closingHash !== closing.closingHash
  ) {
    return no("other-session", "解密声明不是针对本次开标和本份投标文件的");
  }
  if (!heads) return no("DF-4", DAMAGED);
  const blobs = heads.get(release.segment);
  if (!blobs) return no("other-session", "没有这个信封");
  // Each envelope at its own opening: the key of a second one that comes early is thrown away.
  const round = [...heads.keys()].indexOf(release.segment) + 1;
  if (round === 2 && asked.round === 1)
    return no("second-envelope-sealed", "第二信封在第一信封评审结束后另行开启，现在不接收它的密钥；密钥没有保存");
  if (round !== asked.round) return no("other-session", "这个信封不在本次开标中开启");
  try {
    checkCommitments(readHeader(bid.header), new Uint8Array(bid.header), release.segment, release.key, blobs);
  } catch (error) {
    if (error instanceof OpenError)
      return (await firstDamagedUnit(ports.storage, units)) === undefined
        ? no("DF-2", error.reason)
        : no("DF-4", DAMAGED);
    throw error;
  }
  return { ok: true, key: release.key, segment: release.segment };
}

function releaseIn(payload: Record<string, unknown>) {
  try {
    return readRelease(payload as never);
  } catch (error) {
    if (error instanceof NotCanonical) return undefined;
    throw error;
  }
}
