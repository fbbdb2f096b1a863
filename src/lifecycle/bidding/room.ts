import { formatYuan } from "@/core/money";
import { Refused, refuse } from "@/core/refusal";
import { formatInstant } from "@/core/time";
import { payloadOf, type Statement } from "@/crypto/statement";
import type { Actor, Runtime } from "@/kit/command";
import type { Tx } from "@/kit/db/connect";
import { legalNow } from "@/kit/db/context";
import { type OwnExtension, type OwnSecurity, ownExtensions, ownSecurity } from "@/lifecycle/bid-security/queries";
import { type ClarificationView, clarificationViews, ownQuestions } from "@/lifecycle/clarification/queries";
import { invitationOf, type LotInvitee } from "@/lifecycle/invitation/queries";
import type { InvitationReply } from "@/lifecycle/invitation/schema";
import type { InvitationView } from "@/lifecycle/invitation/ui/reply-form";
import { type RoundKind, roundOf } from "@/lifecycle/law/rounds";
import { lotByCode, readLot } from "@/lifecycle/lot/queries";
import { type ObjectionView, objectionsOf } from "@/lifecycle/objection/queries";
import { formInForce, hasObtainedForm } from "@/lifecycle/prequalification/queries";
import { asSealable, type PrequalCriterion, type ProposalItem } from "@/lifecycle/prequalification/schema";
import { type DocumentView, documentInForce, obtainedDocument } from "@/lifecycle/tender-document/queries";
import { priceOf } from "@/lifecycle/tender-document/schema";
import { tenderProjectOf } from "@/lifecycle/tender-project/queries";
import { filesOf } from "@/platform/file/queries";
import { encryptionCertificatesOf, organisationOf } from "@/platform/party/queries";
import { trustMaterial } from "@/platform/site/trust-material";
import type { CircumstanceView } from "./circumstances/schema";
import type { LotTimes } from "./lot-times";
import { type Purpose, purposeOf } from "./purpose";
import { type Bid, circumstancesOf, keptDraft, ownDamage, ownPackages } from "./queries";
import type { DraftCopyView, ReceiptPayload } from "./schema";

/** One delivery as its owner sees it, from its signed receipt. */
export interface DeliveryView {
  readonly bidId: string;
  readonly bidUuid: string;
  readonly state: "standing" | "replaced" | "withdrawn";
  /** When it was replaced or withdrawn. */
  readonly endedAt?: string;
  /** Its stored bytes are no longer what was received. */
  readonly damaged?: true;
  readonly payload: ReceiptPayload;
  readonly receipt: Statement;
  readonly receiptHash: string;
  readonly signerFingerprint: string;
}

/** Everything the bid room of one organisation shows about one lot; nothing of anybody else. */
export interface BidRoomView {
  readonly orgId: string;
  readonly now: string;
  /** What is handed in now: applications first, where there is a prequalification. */
  readonly purpose: Purpose;
  /** The first round of the tender, where it has one. */
  readonly round?: RoundKind;
  /** After a first round, once those who came through it are invited: this organisation is not among them. */
  readonly notAmongQualified?: true;
  /** Own applications, when bids are handed in. */
  readonly applications: readonly DeliveryView[];
  /** Conditions of a prequalification, by which applications are reviewed. */
  readonly conditions?: readonly PrequalCriterion[];
  /** Of a first stage: what a technical proposal has to treat. */
  readonly items?: readonly ProposalItem[];
  readonly lot: LotTimes & { readonly id: string; readonly code: string; readonly name: string };
  readonly tender: { readonly code: string; readonly name: string };
  /** The organisation itself. */
  readonly bidder: { readonly name: string; readonly creditCode: string };
  /** To whom a guarantee must be made out. */
  readonly tenderer: string;
  /** The own security of this lot. */
  readonly security: OwnSecurity;
  /** Requests to extend the validity of the own bid, newest first. */
  readonly extensions: readonly OwnExtension[];
  /** Price of the tender document as shown; empty when it is free. */
  readonly price: string;
  /** The tender document in force, when it was obtained. */
  readonly document?: DocumentView;
  /** Newest first. */
  readonly deliveries: readonly DeliveryView[];
  /** Clarifications, newest first, when the document was obtained. */
  readonly clarifications: readonly ClarificationView[];
  readonly questions: Awaited<ReturnType<typeof ownQuestions>>;
  /** The encrypted copy of the draft that lies with the platform. */
  readonly draftCopy?: DraftCopyView;
  /** Of an invited tender: this organisation's own invitation. */
  readonly invitation?: InvitationView;
  /** Changes that this bidder told of (IR38). */
  readonly circumstances: readonly CircumstanceView[];
  /** Own objections. */
  readonly objections: readonly ObjectionView[];
  /** Registered encryption certificates: what a package may be sealed to. */
  readonly encryption: readonly { readonly fingerprint: string; readonly notAfter: string }[];
}

export const deliveryView = (bid: Bid): DeliveryView => ({
  bidId: bid.id,
  bidUuid: bid.bidUuid,
  state: bid.withdrawnAt ? "withdrawn" : bid.replacedAt ? "replaced" : "standing",
  ...(bid.withdrawnAt || bid.replacedAt ? { endedAt: (bid.withdrawnAt ?? bid.replacedAt)!.toISOString() } : {}),
  payload: payloadOf(bid.receipt).value as unknown as ReceiptPayload,
  receipt: bid.receipt,
  receiptHash: bid.receiptHash,
  signerFingerprint: bid.signerFingerprint,
});

const invitationView = ({ replyBy, reply, repliedAt }: LotInvitee, lotCode: string): InvitationView => ({
  notice: `${lotCode}-ZB01`,
  ...(replyBy ? { replyBy: replyBy.toISOString() } : {}),
  ...(reply ? { reply: reply as InvitationReply["reply"] } : {}),
  ...(repliedAt ? { repliedAt: formatInstant(repliedAt) } : {}),
});

/** The bid room. Bidders only; a lot in preparation does not exist for them. @throws Refused `not_found` */
export async function bidRoom(tx: Tx, actor: Actor, lotId: string): Promise<BidRoomView> {
  const lot = await readLot(tx, lotId);
  if (actor.role !== "bidder" || lot.state.startsWith("D")) throw new Refused(refuse("not_found", "general.not_found"));
  const tender = await tenderProjectOf(tx, lot.tenderProjectId);
  const purpose = purposeOf(lot);
  const round = roundOf(tender.regime);
  const document = await (purpose === "bid" ? obtainedDocument : obtainedForm)(tx, actor, lotId);
  const draftCopy = await keptDraft(tx, actor, lotId);
  const damaged = await ownDamage(tx, actor, lotId);
  const bidder = await organisationOf(tx, actor.orgId);
  const price = purpose === "bid" ? priceOf((await documentInForce(tx, lotId)).content) : 0n;
  const invited = await invitationOf(tx, actor.orgId, lotId);
  const deliveriesOf = async (of: Purpose) => (await ownPackages(tx, actor, lotId, of)).map(deliveryView);
  const isShutOut = lot.prequalified && purpose === "bid" && !invited;
  return {
    orgId: actor.orgId,
    purpose,
    ...(isShutOut ? { notAmongQualified: true as const } : {}),
    applications: lot.prequalified && purpose === "bid" ? await deliveriesOf("application") : [],
    ...(round ? { round } : {}),
    ...(document && purpose === "application" ? await asked(tx, lotId) : {}),
    now: (await legalNow(tx)).toISOString(),
    lot: {
      id: lot.id,
      code: lot.code,
      name: lot.name,
      state: lot.state,
      flags: lot.flags,
      saleStart: lot.saleStart?.toISOString(),
      saleEnd: lot.saleEnd?.toISOString(),
      bidDeadline: lot.bidDeadline?.toISOString(),
      windowEndsAt: lot.windowEndsAt?.toISOString(),
      applicationDeadline: lot.applicationDeadline?.toISOString(),
    },
    tender: { code: tender.code, name: tender.name },
    tenderer: (await organisationOf(tx, tender.tendererOrgId)).name,
    security: await ownSecurity(tx, actor, lotId),
    extensions: await ownExtensions(tx, actor, lotId),
    bidder: { name: bidder.name, creditCode: bidder.creditCode },
    ...(invited ? { invitation: invitationView(invited, lot.code) } : {}),
    price: price ? formatYuan(price) : "",
    ...(document ? { document } : {}),
    deliveries: (await deliveriesOf(purpose)).map((delivery) => ({
      ...delivery,
      ...(damaged.has(delivery.bidId) ? { damaged: true as const } : {}),
    })),
    ...(draftCopy ? { draftCopy } : {}),
    clarifications: document && purpose === "bid" ? await clarificationViews(tx, actor, lotId) : [],
    questions: await ownQuestions(tx, actor, lotId),
    circumstances: (await circumstancesOf(tx, lotId))
      .filter((one) => one.orgId === actor.orgId)
      .map(({ view }) => view),
    objections: await objectionsOf(tx, actor, lotId),
    encryption: (await encryptionCertificatesOf(tx, actor.orgId)).map(({ fingerprint, notAfter }) => ({
      fingerprint,
      notAfter: notAfter.toISOString(),
    })),
  };
}

/** What the document of the first round asks of everybody. */
async function asked(tx: Tx, lotId: string): Promise<Pick<BidRoomView, "conditions" | "items">> {
  const { criteria, items } = (await formInForce(tx, lotId)).content;
  return items ? { items } : { conditions: criteria };
}

/** The prequalification document as an application is made by it, for who obtained it. */
async function obtainedForm(tx: Tx, actor: Actor, lotId: string): Promise<DocumentView | undefined> {
  if (!(await hasObtainedForm(tx, actor, lotId))) return undefined;
  const { version, digest, content, fileIds } = await formInForce(tx, lotId);
  const files = (await filesOf(tx, fileIds)).map(({ id, name, sizeBytes, sha256 }) => ({
    id,
    name,
    sizeBytes,
    sha256,
  }));
  return { version, digest, content: asSealable(content), files };
}

/** What certificates of a consortium's members are judged by at the bidder's; the same for all, where consortia may bid. */
export const consortiumTrust = async (runtime: Runtime, { document, now }: BidRoomView) =>
  document?.content.consortiumAllowed ? trustMaterial(runtime, new Date(now)) : undefined;

/** What a program must know before it sends a package: the same as the bid room says. */
export type BidStanding = Pick<BidRoomView, "lot" | "encryption" | "now"> & {
  readonly documentDigest?: string;
  /** A security is a condition of receipt: that the package brings a guarantee has to be told before it is finished (RF-14). */
  readonly marksGuarantee?: true;
  readonly deliveries: readonly (Pick<DeliveryView, "bidId" | "bidUuid" | "state"> & {
    readonly seq: number;
    readonly sealHash: string;
    readonly number: string;
  })[];
};

/** Where the actor's organisation stands in a lot that it names by its code. @throws Refused `not_found` */
export async function bidStanding(tx: Tx, actor: Actor, code: string): Promise<BidStanding> {
  const { lot, encryption, now, document, deliveries } = await bidRoom(tx, actor, (await lotByCode(tx, code)).id);
  return {
    lot,
    encryption,
    now,
    ...(document ? { documentDigest: document.digest } : {}),
    ...(document?.content.security?.receiptCondition ? { marksGuarantee: true as const } : {}),
    deliveries: deliveries.map(({ bidId, bidUuid, state, payload: { seq, sealHash, number } }) => ({
      bidId,
      bidUuid,
      state,
      seq,
      sealHash,
      number,
    })),
  };
}
