import { eq } from "drizzle-orm";
import { hex, utf8 } from "@/core/bytes";
import { permit, Refused, refuse } from "@/core/refusal";
import { sha256 } from "@/crypto/sha256";
import { defineCommand, roles } from "@/kit/command";
import { blocks } from "@/lifecycle/law/check-row";
import { roundOf } from "@/lifecycle/law/rounds";
import { moveLot } from "@/lifecycle/lot/move";
import { noticeBody } from "@/lifecycle/notice/fields";
import { projectMessages } from "@/lifecycle/notice/hub-messages";
import { groundsOf } from "@/lifecycle/notice/publish-check";
import { notices } from "@/lifecycle/notice/tables";
import { requireSigners } from "@/lifecycle/signing/pair";
import { lockOwnLot } from "@/lifecycle/tender-project/queries";
import { personOf } from "@/platform/party/queries";
import {
  checkPrequalification,
  messageFacts,
  prequalDocumentMessages,
  prequalNoticeMessage,
  prequalPublicationDigest,
  prequalPublicationOf,
} from "../publication";
import { needsReviewCommittee, refusalOfContent } from "../rules";
import { PublishPrequalification } from "../schema";
import { prequalDocuments, prequalDraws } from "../tables";

/** Number of the prequalification notice in addresses: of its own, beside that of the tender notice. */
export const prequalNoticeNumber = (lotCode: string): string => `${lotCode}-ZS01`;

/**
 * Signs and publishes prequalification notice and document (transitions 3 and 4: D0 → D2 → P1): page and hub in one
 * transaction, with one content (O20 art. 17).
 */
export const publishPrequalification = defineCommand({
  name: "prequalification.publish",
  input: PublishPrequalification,
  may: roles("tenderer", "agency"),
  async run(scope, { lotId, statement }) {
    const { tx, actor, site, now } = scope;
    const { lot, tender } = await lockOwnLot(tx, actor, lotId);
    const { regime, mandateNumber } = tender;
    const round = roundOf(regime);
    if (!round) throw new Refused(refuse("conflict", "prequalification.not_qualified_lot"));
    if (lot.state !== "D0") throw new Refused(refuse("conflict", "prequalification.not_draft"));
    const p = await prequalPublicationOf(tx, site, lot, tender);
    permit(refusalOfContent(p.content, round));
    const failed = checkPrequalification(p, tender, now, actor).find(blocks);
    if (failed)
      throw new Refused(
        refuse("invalid", "prequalification.check_failed", {
          rule: failed.title,
          value: failed.value,
          limit: failed.limit,
          article: failed.article,
        }),
      );
    const signed = await requireSigners(
      scope,
      statement,
      { act: "prequalification.publish", subject: lot.code, digest: prequalPublicationDigest(p) },
      tender.id,
    );
    const ready = await moveLot(tx, lot, "D2", now, {
      regime,
      mandateNumber,
      ...groundsOf(p.approval),
      missingItems: [],
      lawFailures: [],
      signaturesValid: true,
    });
    const { content } = p;
    const open = await moveLot(
      tx,
      ready.lot,
      "P1",
      now,
      { regime, mediaInSameJob: true },
      {
        prequalified: true,
        noticePublishedAt: now,
        saleStart: now,
        saleEnd: new Date(content.saleEnd),
        applicationDeadline: new Date(content.deadline),
      },
    );
    const number = prequalNoticeNumber(lot.code);
    const body = noticeBody(p.fields);
    await tx.insert(notices).values({
      siteId: site.id,
      lotId,
      tenderProjectId: tender.id,
      number,
      kind: round === "proposal" ? "first-stage" : "prequalification",
      title: p.title,
      fields: p.fields,
      body,
      contentHash: p.hash,
      ...signed,
      publishedAt: now,
    });
    await tx
      .update(prequalDocuments)
      .set({ digest: p.digest, statement, issuedAt: now })
      .where(eq(prequalDocuments.lotId, lotId));
    // Committed before anybody knows who may be drawn, or the host's part of the seed.
    const platformNonce = needsReviewCommittee(regime) ? hex(crypto.getRandomValues(new Uint8Array(32))) : undefined;
    if (platformNonce) await tx.insert(prequalDraws).values({ lotId, siteId: site.id, platformNonce, at: now });
    const operator = (await personOf(tx, actor.personId)).name;
    const notice = { number, title: p.title, body, url: `https://${site.host}/notices/${number}` };
    const facts = messageFacts(p, site, tender, open.lot, notice, operator, now);
    return {
      result: { number, publishedAt: now.toISOString(), lotCode: lot.code },
      trail: [
        ready.line,
        {
          action: "prequalification.published",
          subject: number,
          lotId,
          chain: `project:${tender.id}`,
          facts: {
            contentHash: p.hash,
            documentDigest: p.digest,
            ...(platformNonce ? { platformCommitment: hex(sha256(utf8(platformNonce))) } : {}),
          },
        },
        open.line,
      ],
      hub: [
        ...projectMessages(facts),
        prequalNoticeMessage(facts),
        ...prequalDocumentMessages(facts, { content, version: 1 }),
      ],
      jobs: [{ name: "deliver-outbox", payload: {}, key: `deliver:${site.id}` }],
    };
  },
});
