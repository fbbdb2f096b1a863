import { randomUUID } from "node:crypto";
import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { hex } from "@/core/bytes";
import { Refused, refuse } from "@/core/refusal";
import { blobOffsets } from "@/crypto/xbid/context";
import { openFile, openManifest } from "@/crypto/xbid/open";
import { OpenError } from "@/crypto/xbid/refusal";
import { readHeader } from "@/crypto/xbid/schema";
import { byService, defineServiceCommand, type Runtime } from "@/kit/command";
import { inContext } from "@/kit/db/context";
import { formsAllowed } from "@/lifecycle/bid-security/forms";
import { type OpenedSecurity, openSecurity } from "@/lifecycle/bid-security/guarantee/opened";
import { securityFileOf } from "@/lifecycle/bid-security/guarantee/part";
import { consortiumFileOf, type OpenedConsortium, openConsortium } from "@/lifecycle/bidding/consortium/opened";
import { type Declaration, declarationFileOf, readDeclaration } from "@/lifecycle/bidding/declaration/part";
import { type DeviceMarks, deviceFileOf, readMarks } from "@/lifecycle/bidding/device/marks";
import { bidOf, unitsOf } from "@/lifecycle/bidding/queries";
import { firstDamagedUnit, readBody, type StoredUnit } from "@/lifecycle/bidding/stored-body";
import { bidValidityEnd } from "@/lifecycle/law/clocks";
import { type RoundKind, roundOf } from "@/lifecycle/law/rounds";
import { type Lot, lockLot, readLot } from "@/lifecycle/lot/queries";
import { ownResult } from "@/lifecycle/prequalification/queries";
import { findingOfChange } from "@/lifecycle/prequalification/rules";
import { PRICED_BILL_FILE } from "@/lifecycle/tender-document/bill/priced";
import { envelopeOfFile, fieldsOf, type Round } from "@/lifecycle/tender-document/envelopes";
import { documentInForce } from "@/lifecycle/tender-document/queries";
import type { TenderDocumentContent } from "@/lifecycle/tender-document/schema";
import { tenderProjectOf } from "@/lifecycle/tender-project/queries";
import { insertFile } from "@/platform/file/commands";
import { trustOf } from "@/platform/identity/signer-check";
import { organisationOf } from "@/platform/party/queries";
import { readAll } from "@/ports/storage";
import { isOpening } from "../rounds";
import { FAILURE_CLASSES, type FailureClass } from "../rules";
import { bidOpenings } from "../tables";

export interface OpenedFile {
  readonly name: string;
  readonly size: number;
  readonly sha256: string;
  readonly storageKey: string;
}
export type Opened =
  | {
      readonly ok: true;
      readonly form: Record<string, string>;
      readonly draw?: string;
      readonly files: readonly OpenedFile[];
      readonly missing: readonly string[];
      /** Fields that do not belong into this envelope, or are no text: counted, and kept nowhere. */
      readonly foreign: number;
      readonly consortium?: OpenedConsortium;
      readonly declaration?: Declaration;
      readonly device?: DeviceMarks;
      readonly security?: OpenedSecurity;
    }
  | { readonly ok: false; readonly failure: FailureClass; readonly evidence: Record<string, string | number> };

/** What the tender document asks of the opening form in this envelope, and of the priced bill, and the bid does not have. */
export function missingFields(
  content: TenderDocumentContent,
  form: Record<string, string>,
  files: readonly { readonly name: string }[],
  round: Round = 1,
): string[] {
  const isBillHere = content.bill !== undefined && envelopeOfFile(content, "", PRICED_BILL_FILE) === round;
  const noBill = isBillHere && !files.some(({ name }) => name === PRICED_BILL_FILE);
  const fields = fieldsOf(content, round)
    .filter(
      ({ id, required, kind }) =>
        (required && !form[id]?.trim()) || (kind === "money" && form[id] !== undefined && !/^\d{1,18}$/.test(form[id])),
    )
    .map(({ label }) => label);
  return noBill ? [...fields, "已标价工程量清单"] : fields;
}

/** A consortium stays as it applied (IR37, R-5.3.8): a bid of others goes to the committee with that finding. */
function withChange(
  opened: Opened,
  applied: readonly string[],
  bidder: { creditCode: string },
  kind: RoundKind | undefined,
): Opened {
  if (!opened.ok) return opened;
  const { consortium } = opened;
  const parties = consortium?.parties.map(({ creditCode }) => creditCode) ?? [];
  const [before, now] = [applied, parties].map((codes) => (codes.length ? codes : [bidder.creditCode]));
  const finding = findingOfChange(before!, now!, kind);
  if (!finding) return opened;
  const { parties: kept, agreement, findings } = consortium ?? { parties: [], agreement: "", findings: [] };
  return { ...opened, consortium: { parties: kept, agreement, findings: [...findings, finding] } };
}

/** The fields of an envelope, and how many others were in it. */
function ownFields(sealed: Readonly<Record<string, unknown>>, ids: readonly string[]) {
  const own = Object.entries(sealed).filter(
    (entry): entry is [string, string] => ids.includes(entry[0]) && typeof entry[1] === "string",
  );
  return { form: Object.fromEntries(own), foreign: Object.keys(sealed).length - own.length };
}

/** What is wrong with a form, as evidence: names of what is missing, and of what is too much the number alone. */
export const incompleteness = ({ missing, foreign }: { missing: readonly string[]; foreign: number }) => ({
  ...(missing.length ? { missing: missing.join("、") } : {}),
  ...(foreign ? { foreign } : {}),
});

type SecurityFacts = Parameters<typeof openSecurity>[1];

/** What the tender document asks of a guarantee that stands for the security. */
function securityFacts(lot: Lot, content: TenderDocumentContent, tender: string, tenderer: string): SecurityFacts {
  const { requiredFen, guarantee: isAllowed } = formsAllowed(content);
  const validityEnd = bidValidityEnd(lot.bidDeadline!, content.validityDays);
  return { tender, lot: lot.code, requiredFen, validityEnd, tenderer, isAllowed };
}

/**
 * Opens one segment of a stored package with its key. What it does not hold is told by machine evidence; a store that does
 * not answer is no evidence, and is asked again.
 */
export async function openSealed(
  { site, ports }: Pick<Runtime, "site" | "ports">,
  sealed: {
    readonly header: Uint8Array;
    readonly receivedAt: Date;
    readonly units: readonly StoredUnit[];
    readonly segment: string;
    readonly key: Uint8Array<ArrayBuffer>;
  },
  facts: {
    readonly tender: string;
    readonly lot: string;
    /** Credit code of who handed it in. */
    readonly bidder: string;
    readonly content: Pick<TenderDocumentContent, "usesDraws" | "consortiumAllowed">;
    readonly round: Round;
    /** What a guarantee has to be; an application has none. */
    readonly security?: SecurityFacts;
    /** Ids of the fields that lie in this envelope: what else is in it, such as a price in the first of two, is not read. */
    readonly fields: readonly string[];
    readonly missing: (form: Record<string, string>, files: readonly OpenedFile[]) => string[];
  },
): Promise<Opened> {
  const { units, segment, receivedAt: time } = sealed;
  const damaged = await firstDamagedUnit(ports.storage, units);
  if (damaged !== undefined)
    return { ok: false, failure: "DF-4", evidence: { unit: damaged, site: site.platformCode } };
  const headerBytes = new Uint8Array(sealed.header);
  const header = readHeader(headerBytes);
  const open = { header, headerBytes, segmentId: segment, cek: sealed.key };
  const places = blobOffsets(header, headerBytes)[header.segments.findIndex(({ id }) => id === segment)]!;
  const blob = (i: number) => readBody(ports.storage, units, places[i]!.start, places[i]!.length);
  try {
    const manifest = await openManifest(open, blob(0), facts.content.usesDraws);
    const files: OpenedFile[] = [];
    for (const [i, file] of manifest.files.entries()) {
      const storageKey = `opened/${randomUUID()}`;
      await ports.storage.put(storageKey, openFile(open, file, i, blob(i + 1)), file.size);
      files.push({ ...file, storageKey });
    }
    const { form, foreign } = ownFields(manifest.form, facts.fields);
    // Who bids, and on what computer, is said in the first envelope and nowhere else.
    const told = facts.round === 1 ? files : [];
    const part = consortiumFileOf(told);
    const consortium =
      part &&
      (await openConsortium(await readAll(await ports.storage.get(part.storageKey)), {
        tender: facts.tender,
        lot: facts.lot,
        bidder: facts.bidder,
        isAllowed: facts.content.consortiumAllowed,
        trust: { ...(await trustOf(site, ports.revocation, time)), time },
      }));
    const said = declarationFileOf(told);
    const declaration = said && readDeclaration(await readAll(await ports.storage.get(said.storageKey)));
    const marks = deviceFileOf(told);
    const device = marks && readMarks(await readAll(await ports.storage.get(marks.storageKey)));
    const secured = securityFileOf(told);
    const security =
      facts.security &&
      secured &&
      openSecurity(await readAll(await ports.storage.get(secured.storageKey)), facts.security, files);
    return {
      ok: true,
      form,
      files,
      ...(declaration ? { declaration } : {}),
      ...(device ? { device } : {}),
      ...(security ? { security } : {}),
      ...(consortium ? { consortium } : {}),
      missing: facts.missing(form, files),
      foreign,
      ...(manifest.draw ? { draw: hex(manifest.draw) } : {}),
    };
  } catch (error) {
    const cause = error instanceof OpenError ? error : (error as Error).cause;
    if (cause instanceof OpenError)
      return { ok: false, failure: "DF-3", evidence: { problem: cause.problem, reason: cause.reason } };
    throw error;
  }
}

/**
 * Opens one package with its released key, in the worker: damage of stored bytes, a package that its own key does not
 * open, and an incomplete form are told apart by machine evidence. One bad bid never holds up another.
 */
export const decryptBid = defineServiceCommand({
  name: "opening.decrypt",
  input: z.object({ bidId: z.uuid(), segment: z.string() }),
  may: byService,
  async prepare({ db, site, ports }, actor, { bidId, segment }): Promise<Opened | undefined> {
    const facts = await inContext(db, actor, async (tx) => {
      const [row] = await tx
        .select({ state: bidOpenings.state, key: bidOpenings.contentKey, round: bidOpenings.round })
        .from(bidOpenings)
        .where(and(eq(bidOpenings.bidId, bidId), eq(bidOpenings.segment, segment)));
      const bid = await bidOf(tx, bidId);
      const lot = await readLot(tx, bid.lotId);
      const tender = await tenderProjectOf(tx, lot.tenderProjectId);
      return {
        row,
        bid,
        units: await unitsOf(tx, bid.uploadId),
        document: await documentInForce(tx, bid.lotId),
        lot,
        tender,
        tenderer: await organisationOf(tx, tender.tendererOrgId),
        bidder: await organisationOf(tx, bid.orgId),
        applied: lot.prequalified ? await ownResult(tx, bid.orgId, lot.id) : undefined,
      };
    });
    // A lot that a decision has ended is not opened further, whatever key was released before it.
    if (facts.row?.state !== "released" || !facts.row.key || !isOpening(facts.lot)) return undefined;
    const { bid, units, lot, tender, tenderer, bidder, document } = facts;
    const round = facts.row.round as Round;
    const opened = await openSealed(
      { site, ports },
      { ...bid, units, segment, key: new Uint8Array(facts.row.key) },
      {
        tender: tender.code,
        lot: lot.code,
        bidder: bidder.creditCode,
        content: document.content,
        round,
        fields: fieldsOf(document.content, round).map(({ id }) => id),
        security: securityFacts(lot, document.content, tender.code, tenderer.name),
        missing: (form, files) => missingFields(document.content, form, files, round),
      },
    );
    return round === 1 && facts.applied
      ? withChange(opened, facts.applied.members, bidder, roundOf(tender.regime))
      : opened;
  },
  async run({ tx, site, prepared, clock }, { bidId, segment }) {
    const bid = await bidOf(tx, bidId);
    const lot = await lockLot(tx, bid.lotId, "update");
    // A key that was released before the suspension is used after it.
    if (lot.flags.length) throw new Refused(refuse("conflict", "opening.suspended"));
    const now = await clock();
    const chain = `sealed:${lot.id}` as const;
    const mine = and(eq(bidOpenings.bidId, bidId), eq(bidOpenings.segment, segment), eq(bidOpenings.state, "released"));
    // Two workers may have opened it at once: the first one counts. What was decided to end meanwhile is opened no further.
    const [still] = await tx.select({ round: bidOpenings.round }).from(bidOpenings).where(mine);
    if (!prepared || !still || !isOpening(lot))
      return {
        result: { lotId: lot.id, done: false },
        trail: [{ action: "bid.decrypt-skipped", subject: bidId, lotId: lot.id, chain, facts: {} }],
      };
    const jobs = [{ name: "settle-opening", payload: { lotId: lot.id }, key: `settle:${lot.id}` }];
    if (!prepared.ok) {
      await tx
        .update(bidOpenings)
        .set({
          state: "failed",
          failureClass: prepared.failure,
          failureEvidence: prepared.evidence,
          legalEffect: FAILURE_CLASSES[prepared.failure].effect,
          finalAt: now,
        })
        .where(mine);
      return {
        result: { lotId: lot.id, done: true },
        trail: [{ action: "bid.not-opened", subject: bidId, lotId: lot.id, chain, facts: { class: prepared.failure } }],
        jobs,
      };
    }
    const files: { name: string; size: number; sha256: string; fileId: string }[] = [];
    for (const file of prepared.files) {
      const fileId = await insertFile(tx, {
        siteId: site.id,
        ownerOrgId: bid.orgId,
        lotId: lot.id,
        // What a second envelope holds is the committee's only when all of them are announced.
        kind: still.round === 2 ? "opened-second" : "opened-bid",
        scope: "committee",
        name: file.name,
        mediaType: file.name.toLowerCase().endsWith(".pdf") ? "application/pdf" : "application/octet-stream",
        sizeBytes: file.size,
        sha256: file.sha256,
        storageKey: file.storageKey,
        at: now,
      });
      files.push({ name: file.name, size: file.size, sha256: file.sha256, fileId });
    }
    await tx
      .update(bidOpenings)
      .set({
        state: "decrypted",
        form: prepared.form,
        files,
        draw: prepared.draw,
        consortium: prepared.consortium,
        declaration: prepared.declaration,
        device: prepared.device,
        security: prepared.security,
        finalAt: now,
        // Not ours to judge: it goes to the committee with the mark.
        ...(prepared.missing.length || prepared.foreign
          ? { failureClass: "DF-7", failureEvidence: incompleteness(prepared), legalEffect: "NONE" }
          : {}),
      })
      .where(mine);
    return {
      result: { lotId: lot.id, done: true },
      trail: [
        {
          action: "bid.decrypted",
          subject: bidId,
          lotId: lot.id,
          chain,
          facts: { files: files.map(({ sha256 }) => sha256) },
        },
      ],
      jobs,
    };
  },
});
