import { randomUUID } from "node:crypto";
import { and, eq, isNull, max, sql } from "drizzle-orm";
import { z } from "zod";
import { base64url, fromBase64url, hex } from "@/core/bytes";
import { Refused, refuse } from "@/core/refusal";
import { formatMoment, ts14 } from "@/core/time";
import { sha256 } from "@/crypto/sha256";
import { type Statement, signStatement, statementHash } from "@/crypto/statement";
import { type Actor, type CommandScope, defineCommand, execute, type Runtime, roles } from "@/kit/command";
import { inContext } from "@/kit/db/context";
import { lockLot } from "@/lifecycle/lot/queries";
import { roundOfLot } from "@/lifecycle/prequalification/queries";
import { writeLetters } from "@/platform/inbox/letters";
import { organisationOf } from "@/platform/party/queries";
import { HOLD_MS } from "@/ports/clock-offset";
import { checkPackage, type PackageVerdict } from "../check";
import { isPurpose, type Purpose, RULES_OF, rulesOf } from "../purpose";
import { ownPackage, ownUpload, receiptView, unitsOf } from "../queries";
import { RECEIVABLES } from "../receivable";
import { receiptNumber, unitCount } from "../rules";
import { FinishUpload, type ReceiptPayload, type ReceiptView } from "../schema";
import { gatePasses, receiptRefusals, uploads } from "../tables";
import { discardUnits } from "./upload";

type Pass = typeof gatePasses.$inferSelect;

/**
 * The gate: a short transaction of its own, after all units are durable and before the costly checks. Its
 * `clock_timestamp()` under the lot lock is `receivedAt`, the instant that counts in law (RF-01, R-K.7).
 */
type GateAnswer =
  | { readonly passId: string }
  | { readonly refused: { readonly code: "RF-01" | "RF-13"; readonly at: string; readonly deadline: string } };

const passGate = defineCommand<typeof FinishUpload, GateAnswer>({
  name: "bid.pass-gate",
  input: FinishUpload,
  may: roles("bidder"),
  async run({ tx, actor, site, ports, clock }, { uploadId, seal, signature }) {
    const upload = await ownUpload(tx, actor, uploadId);
    if (!isPurpose(upload.purpose)) throw new Refused(refuse("not_found", "general.not_found"));
    const { deadlineOf } = RECEIVABLES[upload.purpose];
    // Shared: deliveries do not wait for one another, the closer waits for all of them.
    const lot = await lockLot(tx, upload.lotId, "share");
    const now = await clock();
    const units = await unitsOf(tx, uploadId);
    if (upload.state !== "open" && upload.state !== "not_received")
      throw new Refused(refuse("conflict", "bid.upload_closed"));
    const refusal = RULES_OF[upload.purpose].refusalToSubmit(lot, now);
    if (refusal) {
      const code = refusal.kind === "too_late" ? "RF-01" : "RF-13";
      const deadline = deadlineOf(lot)!.toISOString();
      await recordRefusal(
        { tx, actor, site },
        {
          lotId: lot.id,
          uploadId,
          code,
          facts: { deadline, finishedAt: now.toISOString() },
          at: now,
        },
      );
      return {
        result: { refused: { code, at: now.toISOString(), deadline } } as const,
        trail: [
          {
            action: `${upload.purpose}.refused`,
            subject: uploadId,
            lotId: lot.id,
            chain: `sealed:${lot.id}`,
            facts: { code },
          },
        ],
      };
    }
    // Asked after the clock: what is missing at the deadline can no longer be sent (O20 art. 27).
    if (units.length !== unitCount(upload.bodyLength))
      throw new Refused(
        refuse("conflict", "bid.units_missing", { stored: units.length, needed: unitCount(upload.bodyLength) }),
      );
    const passId = randomUUID();
    await tx.insert(gatePasses).values({
      id: passId,
      siteId: site.id,
      lotId: lot.id,
      orgId: actor.orgId,
      personId: actor.personId,
      uploadId,
      seal: fromBase64url(seal),
      signature: fromBase64url(signature),
      receivedAt: now,
      clockOffsetMs: Math.round(ports.clockOffset.currentMs()),
    });
    await tx.update(uploads).set({ state: "finished" }).where(eq(uploads.id, uploadId));
    return {
      result: { passId } as const,
      trail: [
        {
          action: `${upload.purpose}.delivered`,
          subject: uploadId,
          lotId: lot.id,
          chain: `sealed:${lot.id}`,
          facts: { receivedAt: now.toISOString() },
        },
      ],
    };
  },
});

async function recordRefusal(
  { tx, actor, site }: Pick<CommandScope, "tx" | "actor" | "site">,
  row: { lotId: string; uploadId: string; code: string; facts: Record<string, unknown>; at: Date },
) {
  await tx.insert(receiptRefusals).values({ siteId: site.id, orgId: actor.orgId, personId: actor.personId, ...row });
  await tx.update(uploads).set({ state: "refused" }).where(eq(uploads.id, row.uploadId));
}

type Accepted =
  | { readonly bidId: string; readonly purpose?: Purpose }
  | {
      readonly refused: {
        readonly code: string;
        readonly reason: string;
        readonly at: string;
        readonly uploadId: string;
      };
    };

/** Accepts a package whose checks held: the bid, its signed receipt, the end of the one it replaces. */
const AcceptInput = z.object({ passId: z.uuid() });
const acceptBid = defineCommand<
  typeof AcceptInput,
  Accepted,
  { pass: Pass; purpose: Purpose; verdict: PackageVerdict }
>({
  name: "bid.accept",
  input: AcceptInput,
  may: roles("bidder"),
  async prepare(runtime, actor, { passId }) {
    const found = await inContext(runtime.db, actor, async (tx) => {
      const [row] = await tx
        .select()
        .from(gatePasses)
        .where(and(eq(gatePasses.id, passId), eq(gatePasses.orgId, actor.orgId)));
      if (!row) throw new Refused(refuse("not_found", "general.not_found"));
      const { purpose } = await ownUpload(tx, actor, row.uploadId);
      return { pass: row, purpose: isPurpose(purpose) ? purpose : ("bid" as const) };
    });
    return { ...found, verdict: await checkPackage(runtime, actor, found.pass) };
  },
  async run(scope, { passId }) {
    const { tx, actor, site, ports, prepared } = scope;
    const { pass, purpose } = prepared;
    const { table, documentOf, deadlineOf } = RECEIVABLES[purpose];
    const lot = await lockLot(tx, pass.lotId, "share");
    const { name, deadline } = rulesOf({ purpose, round: await roundOfLot(tx, lot) });
    // One delivery of an organisation at a time: sequence numbers have no gaps and no twins.
    await tx.execute(sql`select pg_advisory_xact_lock(hashtext(${lot.id}), hashtext(${actor.orgId}))`);
    const [last] = await tx
      .select({ seq: max(table.seq) })
      .from(table)
      .where(and(eq(table.lotId, lot.id), eq(table.orgId, actor.orgId)));
    const verdict = inSequence(prepared.verdict, (last?.seq ?? 0) + 1);
    const [mine] = await tx
      .update(gatePasses)
      .set({ state: verdict.ok ? "accepted" : "refused" })
      .where(and(eq(gatePasses.id, passId), eq(gatePasses.state, "checking")))
      .returning();
    if (!mine) throw new Refused(refuse("conflict", "bid.upload_closed"));
    if (!verdict.ok) {
      await recordRefusal(scope, {
        lotId: lot.id,
        uploadId: pass.uploadId,
        code: verdict.code,
        facts: { reason: verdict.reason, receivedAt: pass.receivedAt.toISOString() },
        at: pass.receivedAt,
      });
      return {
        result: {
          refused: {
            code: verdict.code,
            reason: verdict.reason,
            at: pass.receivedAt.toISOString(),
            uploadId: pass.uploadId,
          },
        } as const,
        trail: [
          {
            action: `${purpose}.refused`,
            subject: pass.uploadId,
            lotId: lot.id,
            chain: `sealed:${lot.id}`,
            facts: { code: verdict.code },
          },
        ],
      };
    }
    const [upload] = await tx.select().from(uploads).where(eq(uploads.id, pass.uploadId));
    const document = await documentOf(tx, lot.id);
    const organisation = await organisationOf(tx, actor.orgId);
    const [replaced] = await tx
      .update(table)
      .set({ replacedAt: pass.receivedAt })
      .where(
        and(eq(table.lotId, lot.id), eq(table.orgId, actor.orgId), isNull(table.replacedAt), isNull(table.withdrawnAt)),
      )
      .returning({ receiptHash: table.receiptHash });
    const number = receiptNumber(ts14(pass.receivedAt), crypto.getRandomValues(new Uint8Array(8)));
    const flags = [...verdict.flags, ...(Math.abs(pass.clockOffsetMs) > HOLD_MS ? ["clock-offset"] : [])];
    const sealHash = hex(sha256(pass.seal));
    const payload: ReceiptPayload = {
      format: "xbid-receipt/1",
      number,
      tender: verdict.header.tender,
      lot: lot.code,
      bid: verdict.header.bid,
      seq: verdict.header.seq,
      sealHash,
      algorithm: "SHA-256",
      bytes: upload!.bodyLength,
      parts: Math.ceil(upload!.bodyLength / 1_048_576),
      receivedAt: pass.receivedAt.toISOString(),
      deadline: deadlineOf(lot)!.toISOString(),
      clockOffsetMs: pass.clockOffsetMs,
      documentVersion: document.version,
      tenderDigest: verdict.header.tenderDigest,
      flags,
      leafSalt: base64url(crypto.getRandomValues(new Uint8Array(32))),
      prev: replaced?.receiptHash ?? "",
      organisation: organisation.creditCode,
      text: document.receiptText,
    };
    const receipt: Statement = await signStatement(payload as never, ports.platformKeys.signerOf(site.platformCode), {
      signingTime: pass.receivedAt,
    });
    const bidId = randomUUID();
    await tx.insert(table).values({
      id: bidId,
      siteId: site.id,
      lotId: lot.id,
      orgId: actor.orgId,
      personId: actor.personId,
      bidUuid: verdict.header.bid,
      seq: verdict.header.seq,
      uploadId: pass.uploadId,
      suite: verdict.header.suite,
      tenderDigest: verdict.header.tenderDigest,
      header: verdict.headerBytes,
      seal: pass.seal,
      signature: pass.signature,
      sealHash,
      bodyLength: upload!.bodyLength,
      signerFingerprint: verdict.signerFingerprint,
      registrationVersion: organisation.version,
      receivedAt: pass.receivedAt,
      clockOffsetMs: pass.clockOffsetMs,
      flags,
      receiptNumber: number,
      receipt,
      receiptHash: statementHash(receipt),
    });
    const jobs = await writeLetters(tx, site.id, pass.receivedAt, [
      {
        orgId: actor.orgId,
        lotId: lot.id,
        kind: "receipt",
        subject: `递交回执 ${number}`,
        body: `贵单位对标段 ${lot.code} 的加密${name}已收到，未开启。回执号 ${number}。${deadline}时间前可替换或撤回。`,
      },
    ]);
    return {
      result: { bidId, purpose } as const,
      trail: [
        {
          action: `${purpose}.${replaced ? "replaced" : "submitted"}`,
          subject: bidId,
          lotId: lot.id,
          chain: `sealed:${lot.id}`,
          facts: { sealHash, receipt: number, seq: verdict.header.seq },
        },
      ],
      jobs: [...jobs, { name: "stamp-receipt", payload: { bidId, purpose }, key: `stamp:${bidId}` }],
    };
  },
});

/** Another package of the bidder was accepted while this one was checked: decided like every other refusal, and kept. */
function inSequence(verdict: PackageVerdict, expected: number): PackageVerdict {
  if (!verdict.ok || verdict.header.seq === expected) return verdict;
  return { ok: false, code: "RF-03", reason: "投标文件的序号与本次递交不符：另一台电脑刚刚递交过，请重新封装" };
}

/** Finishes what passed the gate; also called by the sweep for passes whose check was cut off by a crash. */
export async function completePass(runtime: Runtime, actor: Actor, passId: string): Promise<ReceiptView> {
  const outcome = await execute(runtime, actor, acceptBid, { passId }, `accept:${passId}`);
  if ("refused" in outcome) {
    const { code, reason } = outcome.refused;
    await discardUnits(runtime, actor, outcome.refused.uploadId);
    throw new Refused(refuse("invalid", "bid.refused_at_receipt", { code, reason }));
  }
  const { purpose = "bid" } = outcome;
  const kept = await inContext(runtime.db, actor, (tx) => ownPackage(tx, actor, outcome.bidId, purpose));
  return receiptView(kept, purpose);
}

/**
 * Finishes an upload (递交): gate, checks, acceptance, receipt. Repeating it with the same upload gives the same receipt,
 * whatever was cut off in between.
 *
 * @throws Refused with the RF code of the refusal at receipt.
 */
export async function finishUpload(
  runtime: Runtime,
  actor: Actor,
  input: z.input<typeof FinishUpload>,
): Promise<ReceiptView> {
  const gate = await execute(runtime, actor, passGate, input, `gate:${input.uploadId}`);
  if ("refused" in gate) {
    const { code, at, deadline } = gate.refused;
    await discardUnits(runtime, actor, input.uploadId);
    throw new Refused(
      code === "RF-01"
        ? refuse("too_late", "bid.deadline_passed_at_gate", {
            code,
            finishedAt: formatMoment(new Date(at)),
            deadline: formatMoment(new Date(deadline)),
          })
        : refuse("conflict", "bid.not_receivable", { code }),
    );
  }
  return completePass(runtime, actor, gate.passId);
}

export type { Pass };
