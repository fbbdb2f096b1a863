import { trialRun } from "@/lifecycle/evaluation/engine/trial";
import { type CheckRow, publishCheck } from "@/lifecycle/law/publish-check";
import type { Lot } from "@/lifecycle/lot/queries";
import type { TenderDocumentContent } from "@/lifecycle/tender-document/schema";
import type { TenderProject } from "@/lifecycle/tender-project/queries";
import type { DraftAsTyped } from "./schema";

export type { CheckRow } from "@/lifecycle/law/publish-check";

/** What of a publication the law looks at, saved or still being written. */
export interface Publication {
  readonly document: { readonly content: TenderDocumentContent };
  readonly draft: DraftAsTyped;
  readonly fields: Readonly<Record<string, string>>;
  readonly profile: string;
  readonly estimates: readonly bigint[];
}

/** Collects what a lot is about to be published with and asks the law. */
export function checkPublication(p: Publication, lot: Lot, tender: TenderProject, now: Date): CheckRow[] {
  const { content } = p.document;
  return publishCheck({
    profile: p.profile,
    regime: tender.regime,
    now,
    publishAt: now,
    saleStart: p.draft.saleStart,
    saleEnd: p.draft.saleEnd,
    bidDeadline: p.draft.bidDeadline,
    estimateFen: lot.estimateFen,
    projectEstimatesFen: p.estimates,
    ceilingFen: BigInt(content.ceilingFen),
    securityFen: BigInt(content.securityFen),
    validityDays: content.validityDays,
    decryptionWindowMinutes: content.decryptionWindowMinutes,
    envelopeCount: content.envelopes.length,
    consortiumAllowed: content.consortiumAllowed,
    noticeFields: p.fields,
    texts: [
      content.instructions,
      p.draft.qualification,
      p.draft.other,
      ...content.reviewItems.map(({ standard }) => standard),
      ...content.criteria.map(({ standard }) => standard),
    ],
    mandateNumber: tender.mandateNumber,
    methodTrial: trialRun(content),
  });
}
