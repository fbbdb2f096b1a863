import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { base64url } from "@/core/bytes";
import { permit, Refused, refuse } from "@/core/refusal";
import { payloadOf, statementHash } from "@/crypto/statement";
import { type Actor, byService, defineCommand, defineServiceCommand, type Runtime, roles } from "@/kit/command";
import { inContext, legalNow } from "@/kit/db/context";
import { ownPackages, packageOf, unitsOf } from "@/lifecycle/bidding/queries";
import { blobHeads } from "@/lifecycle/bidding/stored-body";
import { lockLot, readLot } from "@/lifecycle/lot/queries";
import { refusalToOpenApplication } from "@/lifecycle/lot/rules";
import { applicationOpeningsOf, formInForce } from "@/lifecycle/prequalification/queries";
import { APPLICATION_SEGMENT, asSealable } from "@/lifecycle/prequalification/schema";
import { applicationOpenings } from "@/lifecycle/prequalification/tables";
import { tenderProjectOf } from "@/lifecycle/tender-project/queries";
import { insertFile } from "@/platform/file/commands";
import { StatementInput } from "@/platform/identity/schema";
import { organisationOf } from "@/platform/party/queries";
import type { UnlockMaterial } from "../client/unlock";
import { releaseAttempts } from "../tables";
import { incompleteness, missingFields, type Opened, openSealed } from "./decrypt";
import { headsOf, judgeRelease } from "./release";

/** The own application that stands, and its opening once that has begun. @throws Refused `not_found` */
const ownApplication = ({ db }: Pick<Runtime, "db">, actor: Actor, lotId: string) =>
  inContext(db, actor, async (tx) => {
    const sent = await ownPackages(tx, actor, lotId, "application");
    const bid = sent.find((row) => !row.replacedAt && !row.withdrawnAt);
    if (!bid) throw new Refused(refuse("not_found", "general.not_found"));
    const opening = (await applicationOpeningsOf(tx, lotId)).find(({ applicationId }) => applicationId === bid.id);
    return { bid, opening, units: await unitsOf(tx, bid.uploadId) };
  });

/**
 * What an applicant's browser needs to unlock its own application: header, 56 bytes of each blob, and its own line of the
 * record that froze it.
 */
export async function applicationMaterial(runtime: Runtime, actor: Actor, lotId: string): Promise<UnlockMaterial> {
  const lot = await inContext(runtime.db, actor, async (tx) => {
    const found = await readLot(tx, lotId);
    permit(refusalToOpenApplication(found, await legalNow(tx)));
    return found;
  });
  const { bid, opening, units } = await ownApplication(runtime, actor, lotId);
  const heads = await blobHeads(runtime.ports.storage, units, bid.header, APPLICATION_SEGMENT);
  return {
    lotCode: lot.code,
    bid: bid.bidUuid,
    seq: bid.seq,
    sealHash: bid.sealHash,
    header: base64url(bid.header),
    blobHeads: [{ segment: APPLICATION_SEGMENT, heads: heads.map((head) => base64url(head)) }],
    closing: opening && { hash: statementHash(opening.closing), statement: opening.closing },
  };
}

/**
 * Releases the content key of the own application (O20 art. 28, 38): as with bids attempts are unlimited inside the window
 * and all are kept, and nobody else learns who has released.
 */
export const releaseApplication = defineCommand({
  name: "prequalification.release-key",
  input: z.object({ lotId: z.uuid(), statement: StatementInput }),
  may: roles("bidder"),
  prepare: async (runtime, actor, { lotId }) => {
    const own = await ownApplication(runtime, actor, lotId);
    return { ...own, heads: await headsOf(runtime, own.bid, own.units) };
  },
  async run(scope, { lotId, statement }) {
    const { tx, actor, clock, site, prepared } = scope;
    const lot = await lockLot(tx, lotId, "share");
    const now = await clock();
    permit(refusalToOpenApplication(lot, now));
    const { bid, opening } = prepared;
    const closing = opening && {
      payload: payloadOf(opening.closing).value as Record<string, unknown>,
      closingHash: statementHash(opening.closing),
    };
    const asked = { ...prepared, lot: lot.code, round: 1 as const, closing };
    const judged = await judgeRelease(scope, asked, statement, now);
    const code = judged.ok ? "opened" : judged.code;
    await tx.insert(releaseAttempts).values({ siteId: site.id, lotId, orgId: actor.orgId, code, at: now });
    const trail = {
      action: judged.ok ? "application-key.released" : "application-key.refused",
      subject: bid.id,
      lotId,
      chain: `sealed:${lotId}` as const,
      facts: { code },
    };
    if (!judged.ok) return { result: { opened: false, code, reason: judged.reason }, trail: [trail] };
    // The first right key counts; releasing again changes nothing and is answered the same.
    await tx
      .update(applicationOpenings)
      .set({ state: "released", release: statement, releasedAt: now, contentKey: judged.key })
      .where(and(eq(applicationOpenings.applicationId, bid.id), eq(applicationOpenings.state, "waiting")));
    return {
      result: { opened: true, code, reason: "" },
      trail: [trail],
      jobs: [{ name: "open-application", payload: { applicationId: bid.id }, key: `open-application:${bid.id}` }],
    };
  },
});

/** Opens one application with its released key, in the worker. One bad package never holds up another. */
export const openApplication = defineServiceCommand({
  name: "prequalification.open",
  input: z.object({ applicationId: z.uuid() }),
  may: byService,
  async prepare({ db, site, ports }, actor, { applicationId }): Promise<Opened | undefined> {
    const facts = await inContext(db, actor, async (tx) => {
      const [row] = await tx
        .select({ state: applicationOpenings.state, key: applicationOpenings.contentKey })
        .from(applicationOpenings)
        .where(eq(applicationOpenings.applicationId, applicationId));
      const bid = await packageOf(tx, applicationId, "application");
      const lot = await readLot(tx, bid.lotId);
      return {
        row,
        bid,
        lot,
        units: await unitsOf(tx, bid.uploadId),
        content: asSealable((await formInForce(tx, bid.lotId)).content),
        tender: await tenderProjectOf(tx, lot.tenderProjectId),
        applicant: await organisationOf(tx, bid.orgId),
      };
    });
    const { row, bid, lot, units, content, tender, applicant } = facts;
    if (row?.state !== "released" || !row.key) return undefined;
    return openSealed(
      { site, ports },
      { ...bid, units, segment: APPLICATION_SEGMENT, key: new Uint8Array(row.key) },
      {
        tender: tender.code,
        lot: lot.code,
        bidder: applicant.creditCode,
        content,
        round: 1,
        fields: content.form.map(({ id }) => id),
        missing: (form, files) => missingFields(content, form, files),
      },
    );
  },
  async run({ tx, site, prepared, clock }, { applicationId }) {
    const bid = await packageOf(tx, applicationId, "application");
    const lot = await lockLot(tx, bid.lotId, "update");
    // A key that was released before a suspension is used after it.
    if (lot.flags.length) throw new Refused(refuse("conflict", "opening.suspended"));
    const now = await clock();
    const mine = and(eq(applicationOpenings.applicationId, applicationId), eq(applicationOpenings.state, "released"));
    const [still] = await tx.select({ id: applicationOpenings.id }).from(applicationOpenings).where(mine);
    const line = (action: string, facts: Record<string, string | string[]>) => ({
      action,
      subject: applicationId,
      lotId: lot.id,
      chain: `sealed:${lot.id}` as const,
      facts,
    });
    // Two workers may have opened it at once: the first one counts. What was ended meanwhile is opened no further.
    if (!prepared || !still || lot.state !== "P2")
      return { result: { done: false }, trail: [line("application.open-skipped", {})] };
    if (!prepared.ok) {
      const { failure, evidence } = prepared;
      await tx
        .update(applicationOpenings)
        .set({ state: "failed", failureClass: failure, failureEvidence: evidence, finalAt: now })
        .where(mine);
      return { result: { done: true }, trail: [line("application.not-opened", { class: failure })] };
    }
    const files: { name: string; size: number; sha256: string; fileId: string }[] = [];
    for (const { name, size, sha256, storageKey } of prepared.files) {
      const fileId = await insertFile(tx, {
        siteId: site.id,
        ownerOrgId: bid.orgId,
        lotId: lot.id,
        kind: "opened-application",
        scope: "reviewers",
        name,
        mediaType: name.toLowerCase().endsWith(".pdf") ? "application/pdf" : "application/octet-stream",
        sizeBytes: size,
        sha256,
        storageKey,
        at: now,
      });
      files.push({ name, size, sha256, fileId });
    }
    const { form, consortium } = prepared;
    await tx
      .update(applicationOpenings)
      .set({
        state: "decrypted",
        form,
        files,
        ...(consortium ? { consortium: { ...consortium } } : {}),
        finalAt: now,
        // Not ours to judge: the reviewers see it.
        ...(prepared.missing.length || prepared.foreign
          ? { failureClass: "DF-7", failureEvidence: incompleteness(prepared) }
          : {}),
      })
      .where(mine);
    return {
      result: { done: true },
      trail: [line("application.opened", { files: files.map(({ sha256 }) => sha256) })],
    };
  },
});
