import type { Actor } from "@/kit/command";
import { trialRun } from "@/lifecycle/evaluation/engine/trial";
import type { PlacedText } from "@/lifecycle/law/lint";
import { placedFindings } from "@/lifecycle/law/lint-pages";
import {
  type ApprovalOnFile,
  type CheckRow,
  type MandateOnFile,
  publishCheck,
  type ServiceContractState,
} from "@/lifecycle/law/publish-check";
import type { Lot } from "@/lifecycle/lot/queries";
import { coversAct, isSignedByBoth, type MandateFacts, winnerPaysText } from "@/lifecycle/mandate/rules";
import { provisionalSums } from "@/lifecycle/tender-document/bill/arithmetic";
import type { Bill } from "@/lifecycle/tender-document/bill/schema";
import { GATHERING_KINDS, priceOf, type TenderDocumentContent } from "@/lifecycle/tender-document/schema";
import type { Approval, Project, TenderProject } from "@/lifecycle/tender-project/queries";
import { APPROVAL_BY_HAND, APPROVAL_KINDS } from "@/lifecycle/tender-project/schema";
import type { ReadFile } from "@/platform/file/queries";
import type { DraftAsTyped } from "./schema";

export { blocks, type CheckRow } from "@/lifecycle/law/publish-check";

/** What of a publication the law looks at, saved or still being written. */
export interface Publication {
  readonly document: { readonly content: TenderDocumentContent };
  readonly draft: DraftAsTyped;
  readonly fields: Readonly<Record<string, string>>;
  readonly profile: string;
  readonly estimates: readonly bigint[];
  readonly lintAnswers: ReadonlyMap<string, string>;
  /** The newest contract of agency, signed or not. */
  readonly mandate: MandateFacts | undefined;
  readonly project: Pick<Project, "fixedAssets">;
  readonly approval: Approval | undefined;
  /** Who of those who run the tender has contracted with the platform. */
  readonly serviceContracts: Readonly<Record<"tenderer" | "agency", ServiceContractState>>;
  /** The files of the document that can be read, each with what its reading found. */
  readonly readings: readonly ReadFile[];
  /** How many an invitation goes to; nobody, where the tender is open. */
  readonly inviteeCount: number;
}

/** An approval as the check reads it. */
export function approvalOnFile({ kind, authority, documentNumber, ground, ...decided }: Approval): ApprovalOnFile {
  const { tenderMode, orgForm } = decided as Pick<ApprovalOnFile, "tenderMode" | "orgForm">;
  const title = `${authority}${APPROVAL_KINDS[kind as keyof typeof APPROVAL_KINDS] ?? ""}（${documentNumber}），${APPROVAL_BY_HAND}`;
  return { title, documentNumber, ground, tenderMode, orgForm };
}

/** Grounds that an approval gives: for inviting (IR8), and for a tenderer that tenders by itself (BL12). */
export function groundsOf(approval: Approval | undefined): { inviteGround?: string; selfTenderFiling?: string } {
  if (!approval) return {};
  const { tenderMode, orgForm, ground, documentNumber } = approval;
  return {
    ...(tenderMode === "invited" && ground ? { inviteGround: `${ground}（${documentNumber}）` } : {}),
    ...(orgForm === "self" ? { selfTenderFiling: documentNumber } : {}),
  };
}

export const onFile = (mandate: MandateFacts): MandateOnFile => ({
  number: mandate.terms.number,
  tendererSigned: mandate.tendererSignedAt !== null,
  agencySigned: mandate.agencySignedAt !== null,
  coversPublishing: coversAct(mandate, "publish"),
  startsAt: new Date(mandate.terms.startsAt),
  endsAt: new Date(mandate.terms.endsAt),
});

/** What was found in the files of the document, with file and page. */
export const fileTextsOf = ({ readings }: Pick<Publication, "readings">): PlacedText[] =>
  readings.flatMap(({ name, text }) => placedFindings(name, text?.findings ?? []));

/** All wording that people wrote in forms, with the place where it is mended. */
export function textsOf(lot: Lot, { document: { content }, draft }: Publication): PlacedText[] {
  return [
    { place: "标段内容", text: lot.content },
    { place: "投标人资格能力要求", text: draft.qualification },
    { place: "实施地点和工期", text: `${draft.performancePlace}\n${draft.performanceTime}` },
    { place: "其他依法应当载明的内容", text: draft.other },
    { place: "投标人须知摘要", text: content.instructions },
    { place: "解密失败的补救方案", text: content.remedyClause },
    ...Object.entries(content.standard?.changes ?? {}).map(([id, text]) => ({ place: `示范文本条款 ${id}`, text })),
    ...content.requiredFiles.map(({ title }) => ({ place: "必须提交的文件", text: title })),
    ...content.form.map(({ label }) => ({ place: "开标一览表", text: label })),
    ...content.reviewItems.map(({ title, standard }) => ({
      place: `初步评审“${title}”`,
      text: `${title}：${standard}`,
    })),
    ...billTexts(content.bill),
    ...content.criteria.map(({ title, standard }) => ({ place: `详细评审“${title}”`, text: `${title}：${standard}` })),
  ];
}

/** The wording of a bill by section: two thousand items are looked through in the time of a key press. */
function billTexts(bill: Bill | undefined): PlacedText[] {
  const sections = new Map<string, string[]>();
  for (const { section, code, name, feature } of bill?.items ?? []) {
    const texts = sections.get(section) ?? [];
    texts.push(`${code} ${name}：${feature}`);
    sections.set(section, texts);
  }
  return [...sections].map(([section, texts]) => ({ place: `工程量清单“${section}”`, text: texts.join("\n") }));
}

/** Collects what a lot is about to be published with and asks the law. */
export function checkPublication(
  p: Publication,
  lot: Lot,
  tender: TenderProject,
  now: Date,
  publisher: Pick<Actor, "role">,
): CheckRow[] {
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
    documentFeeFen: priceOf(content),
    hasFeeAccount: Boolean(content.sale?.bank && content.sale.account),
    validityDays: content.validityDays,
    decryptionWindowMinutes: content.decryptionWindowMinutes,
    envelopeCount: content.envelopes.length,
    consortiumAllowed: content.consortiumAllowed,
    noticeFields: p.fields,
    gatherings: (content.gatherings ?? []).map(({ kind, at, place, note }) => ({
      title: GATHERING_KINDS[kind],
      at: new Date(at),
      place,
      note,
    })),
    provisional: provisionalSums(content.bill),
    baseEstimateHash: content.baseEstimate?.hash,
    texts: textsOf(lot, p),
    fileTexts: fileTextsOf(p),
    files: p.readings.map(({ name, uploadedAt, text }) => ({ name, uploadedAt, ...(text ? { read: text } : {}) })),
    lintAnswers: p.lintAnswers,
    mandateNumber: tender.mandateNumber,
    needsApproval: p.project.fixedAssets,
    approval: p.approval && approvalOnFile(p.approval),
    ...groundsOf(p.approval),
    inviteeCount: p.inviteeCount,
    replyBy: p.draft.replyBy,
    byAgency: publisher.role === "agency",
    serviceContract: p.serviceContracts[publisher.role === "tenderer" ? "tenderer" : "agency"],
    mandate: p.mandate && onFile(p.mandate),
    winnerPays: {
      agreed: p.mandate && isSignedByBoth(p.mandate) ? winnerPaysText(p.mandate.terms) : undefined,
      printed: content.winnerPays?.text,
    },
    methodTrial: trialRun(content),
  });
}
