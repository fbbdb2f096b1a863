import { and, eq, isNull } from "drizzle-orm";
import { z } from "zod";
import { hex, utf8 } from "@/core/bytes";
import { permit, type Refusal, Refused, refuse } from "@/core/refusal";
import { sha256 } from "@/crypto/sha256";
import { byService, type CommandScope, defineCommand, defineServiceCommand, roles } from "@/kit/command";
import type { TrailLine } from "@/kit/trail";
import { sendInvitations } from "@/lifecycle/invitation/send";
import { roundOf } from "@/lifecycle/law/rounds";
import { lotFace, moveLot } from "@/lifecycle/lot/move";
import { type Lot, lockLot, updateLot } from "@/lifecycle/lot/queries";
import { isDrafting } from "@/lifecycle/lot/states";
import { drawNonces } from "@/lifecycle/lot/tables";
import { requireSigners } from "@/lifecycle/signing/pair";
import { PairedStatement } from "@/lifecycle/signing/schema";
import { tenderDocuments } from "@/lifecycle/tender-document/tables";
import { type Approval, lockOwnLot, type TenderProject } from "@/lifecycle/tender-project/queries";
import { personOf } from "@/platform/party/queries";
import { noticeBody } from "./fields";
import { documentMessage, type PublicationFacts, publicationMessages } from "./hub-messages";
import { blocks, checkPublication, groundsOf } from "./publish-check";
import { draftNoticeOf, publicationDigest, publicationOf } from "./queries";
import { NoticeDraft } from "./schema";
import { notices } from "./tables";

/** May the tender notice be written and published now? After a first round, when its results have been sent. */
function refusalToWrite({ state }: Pick<Lot, "state">, { regime }: Pick<TenderProject, "regime">): Refusal | undefined {
  const round = roundOf(regime);
  if (state === (round ? "P4" : "D0")) return undefined;
  if (!round || !isDrafting(state)) return refuse("conflict", "tender.not_editable");
  return refuse(
    "conflict",
    round === "proposal" ? "proposal.first_stage_first" : "prequalification.prequalification_first",
  );
}

const timesOf = ({ saleStart, saleEnd, bidDeadline }: Pick<NoticeDraft, "saleStart" | "saleEnd" | "bidDeadline">) => ({
  saleStart,
  saleEnd,
  bidDeadline,
});

/** Writes the tender notice (招标公告) and the schedule of a lot in preparation. */
export const saveNotice = defineCommand({
  name: "notice.save",
  input: z.object({ lotId: z.uuid(), draft: NoticeDraft }),
  may: roles("tenderer", "agency"),
  async run({ tx, actor, site }, { lotId, draft }) {
    const { lot, tender } = await lockOwnLot(tx, actor, lotId);
    permit(refusalToWrite(lot, tender));
    const fields = Object.fromEntries(
      Object.entries(draft).map(([key, value]) => [key, value instanceof Date ? value.toISOString() : value]),
    );
    const existing = await draftNoticeOf(tx, lotId);
    if (existing)
      await tx
        .update(notices)
        .set({ fields })
        .where(and(eq(notices.id, existing.id), isNull(notices.publishedAt)));
    else {
      await tx.insert(notices).values({
        siteId: site.id,
        lotId,
        tenderProjectId: lot.tenderProjectId,
        number: `${lot.code}-ZB01`,
        kind: "tender",
        title: "",
        fields,
        body: "",
        contentHash: "",
      });
    }
    // With prequalification everybody sees the lot already: its times change when they are published.
    const after = lot.prequalified ? lot : await updateLot(tx, lot, timesOf(draft));
    return {
      result: { lotId },
      trail: [
        {
          action: "notice.drafted",
          subject: lot.code,
          lotId,
          chain: `project:${lot.tenderProjectId}`,
          facts: { bidDeadline: draft.bidDeadline.toISOString() },
          changed: {
            before: { lot: lotFace(lot), notice: existing?.fields },
            after: { lot: lotFace(after), notice: fields },
          },
        },
      ],
    };
  },
});

/**
 * Signs and publishes notice and tender document: page and hub in one transaction, with one content (O20 art. 17).
 * Transitions 3 and 4: D0 → D2 → T1; with prequalification transition 8, P4 → T1, and a letter to those who were found
 * qualified (投标邀请书，代资格预审通过通知书) in place of a notice. The clock of the lot starts at the later of the two
 * publications; the medium's own time arrives with its receipt.
 */
export const publishNotice = defineCommand({
  name: "notice.publish",
  input: z.object({
    lotId: z.uuid(),
    statement: PairedStatement,
    /** The tenderer's part of the seed of draws; its hash is public at once, itself only when it may be. */
    tendererNonce: z.string().regex(/^[0-9a-f]{64}$/),
  }),
  may: roles("tenderer", "agency"),
  async run(scope, { lotId, statement, tendererNonce }) {
    const { tx, actor, site, now } = scope;
    const { lot, tender } = await lockOwnLot(tx, actor, lotId);
    permit(refusalToWrite(lot, tender));
    const p = await publicationOf(tx, site, lot, tender);
    const rows = checkPublication(p, lot, tender, now, actor);
    const unanswered = rows.find((row) => row.hit && blocks(row));
    const failed = rows.find(({ verdict }) => verdict === "fail");
    if (!failed && unanswered)
      throw new Refused(
        refuse("invalid", "tender.lint_unanswered", { rule: unanswered.title, value: unanswered.value }),
      );
    if (failed)
      throw new Refused(
        refuse("invalid", "tender.publish_check_failed", {
          rule: failed.title,
          value: failed.value,
          limit: failed.limit,
          article: failed.article,
        }),
      );
    const signed = await requireSigners(
      scope,
      statement,
      { act: "notice.publish", subject: lot.code, digest: await publicationDigest(p) },
      tender.id,
    );

    const { regime } = tender;
    const isPre = roundOf(regime) !== undefined;
    // What goes to invitees alone is printed nowhere: there is no medium to wait for.
    const restricted = regime.tenderMode === "invited";
    const ready = isPre ? { lot, line: undefined } : await makeReady(scope, lot, tender, p);
    const facts = isPre
      ? // Only what the results said puts somebody on the list: no act adds to it.
        { regime, unqualifiedInvitees: 0 }
      : { regime, mediaInSameJob: true, inviteeCount: p.inviteeCount };
    const open = await moveLot(
      tx,
      ready.lot,
      "T1",
      now,
      facts,
      isPre ? timesOf(p.draft) : { noticePublishedAt: now, restricted },
    );
    const body = noticeBody(p.fields);
    await tx
      .update(notices)
      .set({
        title: p.title,
        fields: p.fields,
        draft: p.notice.fields,
        body,
        contentHash: p.hash,
        ...signed,
        publishedAt: now,
      })
      .where(eq(notices.id, p.notice.id));
    await tx
      .update(tenderDocuments)
      .set({ digest: p.digest, statement, issuedAt: now })
      .where(eq(tenderDocuments.id, p.document.id));
    const platformNonce = hex(crypto.getRandomValues(new Uint8Array(32)));
    const commitments = { platform: hex(sha256(utf8(platformNonce))), tenderer: hex(sha256(utf8(tendererNonce))) };
    for (const [party, nonce] of [
      ["platform", platformNonce],
      ["tenderer", tendererNonce],
    ] as const) {
      await tx.insert(drawNonces).values({ siteId: site.id, lotId, party, commitment: commitments[party], nonce });
    }
    const operator = (await personOf(tx, actor.personId)).name;
    const url = `https://${site.host}/notices/${p.notice.number}`;
    const invited =
      restricted || isPre
        ? await sendInvitations(scope, open.lot, { title: p.title, replyBy: p.draft.replyBy! }, roundOf(regime))
        : [];
    const published: TrailLine = {
      action: "notice.published",
      subject: p.notice.number,
      lotId,
      chain: `project:${tender.id}`,
      facts: {
        contentHash: p.hash,
        documentDigest: p.digest,
        platformCommitment: commitments.platform,
        tendererCommitment: commitments.tenderer,
      },
      changed: {
        before: { notice: p.notice.fields },
        after: { notice: p.fields, contentHash: p.hash, documentDigest: p.digest },
      },
    };
    return {
      result: { number: p.notice.number, publishedAt: now.toISOString(), lotCode: lot.code },
      trail: ready.line ? [ready.line, published, open.line] : [published, open.line],
      hub: (isPre ? (f: PublicationFacts) => [documentMessage(f)] : publicationMessages)({
        project: p.project,
        approvalAuthority: p.approval?.authority,
        tender,
        lot: open.lot,
        document: p.document.content,
        draft: p.draft,
        tenderer: p.tenderer,
        agency: p.agency,
        operator,
        platformCode: site.platformCode,
        notice: { number: p.notice.number, title: p.title, body, url },
        now,
      }),
      jobs: [...invited, { name: "deliver-outbox", payload: {}, key: `deliver:${site.id}` }],
    };
  },
});

/** Transition 3: what was checked and signed is ready to be published. */
const makeReady = (
  { tx, now }: Pick<CommandScope, "tx" | "now">,
  lot: Lot,
  { regime, mandateNumber }: TenderProject,
  { approval }: { readonly approval: Approval | undefined },
) =>
  moveLot(tx, lot, "D2", now, {
    regime,
    mandateNumber,
    ...groundsOf(approval),
    missingItems: [],
    lawFailures: [],
    signaturesValid: true,
  });

/** Records when and where the legal medium printed a notice: the later publication starts the clocks. */
export const recordMediaReceipt = defineServiceCommand({
  name: "notice.media-receipt",
  input: z.object({ number: z.string(), url: z.string().max(500), at: z.iso.datetime({ offset: true }) }),
  may: byService,
  async run({ tx }, { number, url, at }) {
    const [notice] = await tx.select().from(notices).where(eq(notices.number, number));
    if (!notice) throw new Refused(refuse("not_found", "general.not_found"));
    const mediaPublishedAt = new Date(at);
    const lot = await lockLot(tx, notice.lotId);
    await tx.update(notices).set({ mediaUrl: url, mediaPublishedAt }).where(eq(notices.id, notice.id));
    const after = ["tender", "prequalification", "first-stage"].includes(notice.kind)
      ? await updateLot(tx, lot, { mediaPublishedAt })
      : lot;
    return {
      result: { number },
      trail: [
        {
          action: "notice.printed-by-medium",
          subject: number,
          lotId: lot.id,
          chain: `project:${lot.tenderProjectId}`,
          facts: { url, at },
          changed: { before: lotFace(lot), after: lotFace(after) },
        },
      ],
    };
  },
});
