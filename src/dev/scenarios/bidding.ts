import { createHash, randomBytes, randomUUID } from "node:crypto";
import { type Bytes, base64url } from "@/core/bytes";
import { partLeaves, rootOf } from "@/crypto/merkle";
import { gather, inPieces } from "@/crypto/pieces";
import type { Statement } from "@/crypto/statement";
import { prepareSeal } from "@/crypto/xbid/write";
import { execute } from "@/kit/command";
import { inContext } from "@/kit/db/context";
import { SECURITY_FILE } from "@/lifecycle/bid-security/guarantee/part";
import { sealedBill, type TypedPrices } from "@/lifecycle/bidding/bill/prices";
import { prepareCopy } from "@/lifecycle/bidding/client/draft-copy";
import { keepDraft } from "@/lifecycle/bidding/commands/draft-copy";
import { finishUpload } from "@/lifecycle/bidding/commands/finish";
import { openUpload, storeUnit } from "@/lifecycle/bidding/commands/upload";
import { CONSORTIUM_FILE, encodePart } from "@/lifecycle/bidding/consortium/part";
import { DECLARATION_FILE, type Declaration, encodeDeclaration } from "@/lifecycle/bidding/declaration/part";
import { asksDeclaration } from "@/lifecycle/bidding/declaration/typed";
import { DEVICE_FILE } from "@/lifecycle/bidding/device/marks";
import { EXTRA_SLOT, secondFields, segmentsOf } from "@/lifecycle/bidding/draft";
import type { Purpose } from "@/lifecycle/bidding/purpose";
import { ownPackages } from "@/lifecycle/bidding/queries";
import { RECEIVABLES } from "@/lifecycle/bidding/receivable";
import { UNIT_BYTES } from "@/lifecycle/bidding/rules";
import type { ReceiptView } from "@/lifecycle/bidding/schema";
import { replyToInvitation } from "@/lifecycle/invitation/commands";
import { replyDigest } from "@/lifecycle/invitation/queries";
import type { InvitationReply } from "@/lifecycle/invitation/schema";
import { PRICED_BILL_FILE } from "@/lifecycle/tender-document/bill/priced";
import { obtainDocument } from "@/lifecycle/tender-document/commands/document";
import { placeOrder, startPayment } from "@/lifecycle/tender-document/commands/order";
import { askBank } from "@/lifecycle/tender-document/commands/payment";
import { envelopeOfFile } from "@/lifecycle/tender-document/envelopes";
import { documentInForce, hasObtained } from "@/lifecycle/tender-document/queries";
import { priceOf, type TenderDocumentContent } from "@/lifecycle/tender-document/schema";
import { tenderProjectOf } from "@/lifecycle/tender-project/queries";
import { demoPrices } from "./bill";
import { actorOf, type Person, signActAs } from "./person";
import { simplePdf } from "./tendering";
import type { Stage } from "./world-state";

/** An invitee answers its invitation, signed. */
export async function replyAs(
  stage: Stage,
  bidder: Person,
  lotId: string,
  reply: InvitationReply["reply"],
  reason = "",
) {
  const body = { lotId, reply, reason };
  const { code } = await stage.lot(lotId);
  const toSign = { act: "invitation.reply", subject: code, digest: await replyDigest(body) };
  return stage.act(bidder, replyToInvitation, { ...body, statement: await signActAs(bidder, stage.app, toSign) });
}

/** A bidder obtains the document: free of charge, or by way of the bank where it has a price. */
export async function obtain(stage: Stage, bidder: Person, lotId: string): Promise<void> {
  const actor = actorOf(bidder, stage.app.site.id);
  const { content } = await inContext(stage.app.db, actor, (tx) => documentInForce(tx, lotId));
  if (priceOf(content)) await buy(stage, bidder, lotId);
  else await stage.act(bidder, obtainDocument, { lotId });
}

/** Places the order and goes to the bank's page. */
export async function order(stage: Stage, bidder: Person, lotId: string): Promise<{ orderId: string; payUrl: string }> {
  const head = { invoiceTitle: bidder.orgName, invoiceTaxNumber: bidder.creditCode };
  const { orderId } = await stage.act(bidder, placeOrder, { lotId, ...head });
  return { orderId, ...(await stage.act(bidder, startPayment, { orderId })) };
}

/** Pays on the bank's page, and has the bank asked until the document is there. */
export async function buy(stage: Stage, bidder: Person, lotId: string): Promise<string> {
  const { orderId, payUrl } = await order(stage, bidder, lotId);
  const answer = await fetch(payUrl, { method: "POST" });
  if (!answer.ok) throw new Error(`the bank answered ${answer.status}`);
  const actor = actorOf(bidder, stage.app.site.id);
  for (let i = 0; i < 100; i++) {
    await askBank(stage.worker, orderId);
    if (await inContext(stage.app.db, actor, (tx) => hasObtained(tx, actor, lotId))) return orderId;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error("the document was paid and not delivered");
}

export interface BidPlan {
  readonly priceFen: bigint;
  /** What stands in the place of the price, as a tool may write it that does not know the form. */
  readonly priceText?: string;
  readonly lead?: string;
  readonly files?: readonly { name: string; bytes: Uint8Array }[];
  /** What is sealed where the lot has a bill; without it the demonstration's, which comes to `priceFen`. */
  readonly pricedBill?: Uint8Array<ArrayBuffer> | "none";
  /** The consortium's part where the lot allows one; without it the part of a bidder that bids alone. */
  readonly consortium?: Uint8Array<ArrayBuffer>;
  /** The security's part; without it the package says nothing of its security. */
  readonly security?: Uint8Array<ArrayBuffer>;
  /** What the bidder declares; without it no relation, and the level that is required. */
  readonly declaration?: Declaration | "none";
  /** What is filled in, in place of the demonstration's. */
  readonly form?: Readonly<Record<string, string>>;
  /** Marks of the computer that sealed; without them the package is like one of another tool. */
  readonly device?: Uint8Array<ArrayBuffer>;
}

/** What a bidder keeps of a delivery. */
export interface Delivery {
  readonly receipt: ReceiptView;
  readonly recoverySecret: Uint8Array<ArrayBuffer>;
}

/** The required file that goes by this name in a package; another word when it is none. */
const slotNamed = ({ requiredFiles }: TenderDocumentContent, name: string): string =>
  requiredFiles.find(({ title }) => `${title}.pdf` === name)?.id ?? EXTRA_SLOT;

/** The declaration that a document asks for. */
function declarationOf(content: TenderDocumentContent, { creditCode }: Person, { declaration }: BidPlan) {
  if (!asksDeclaration(content) || declaration === "none") return [];
  const qualifications = (content.levels ?? []).map(({ speciality, level }) => ({
    ...{ party: creditCode, speciality, level, undertakes: true },
  }));
  const said = declaration ?? { format: "xb-declaration/1", interests: [], qualifications };
  return [{ name: DECLARATION_FILE, bytes: encodeDeclaration(said) }];
}

/** Seals with the bidder's certificate and a fresh recovery secret; the same library as in the browser. */
export async function seal(stage: Stage, bidder: Person, lotId: string, plan: BidPlan, purpose: Purpose = "bid") {
  const actor = actorOf(bidder, stage.app.site.id);
  const facts = await inContext(stage.app.db, actor, async (tx) => {
    const lot = await stage.lot(lotId);
    const document = await RECEIVABLES[purpose].documentOf(tx, lotId);
    return {
      lot,
      document,
      tender: await tenderProjectOf(tx, lot.tenderProjectId),
      earlier: await ownPackages(tx, actor, lotId, purpose),
    };
  });
  const now = await stage.now();
  const files = plan.files ?? [
    {
      name: "投标函.pdf",
      bytes: await simplePdf("投标函", [`投标人：${bidder.orgName}`, `投标总价见开标一览表。`], now),
    },
    {
      name: "技术文件.pdf",
      bytes: await simplePdf(
        "技术文件",
        [`${bidder.orgName} 施工组织设计`, "第一节 施工方案", "第二节 进度计划", "第三节 安全文明施工"],
        now,
      ),
    },
  ];
  const { bill } = facts.document.content;
  const priced =
    bill && plan.pricedBill !== "none"
      ? [
          {
            name: PRICED_BILL_FILE,
            bytes: plan.pricedBill ?? sealedBill(facts.lot.code, bill, demoPrices(plan.priceFen, bill)),
          },
        ]
      : [];
  const part = plan.consortium ?? (facts.document.content.consortiumAllowed ? encodePart(undefined) : undefined);
  const consortium = part ? [{ name: CONSORTIUM_FILE, bytes: part }] : [];
  const declaration = declarationOf(facts.document.content, bidder, plan);
  const device = plan.device ? [{ name: DEVICE_FILE, bytes: plan.device }] : [];
  const security = plan.security ? [{ name: SECURITY_FILE, bytes: plan.security }] : [];
  const recoverySecret = new Uint8Array(randomBytes(32));
  const prepared = await prepareSeal({
    suite: "XB-RSA-1",
    tender: facts.tender.code,
    lot: facts.lot.code,
    bid: facts.earlier[0]?.bidUuid ?? randomUUID(),
    seq: (facts.earlier[0]?.seq ?? 0) + 1,
    tenderDigest: facts.document.digest,
    policy: "bidder",
    segments: segmentsOf(
      facts.document.content,
      plan.form ?? {
        price: plan.priceText ?? String(plan.priceFen),
        period_days: "260",
        quality: "合格",
        project_lead: plan.lead ?? `${bidder.name}项目经理`,
        lead_certificate: "黔建演示-0001",
      },
      [...files, ...priced, ...consortium, ...declaration, ...security, ...device].map(({ name, bytes }) => ({
        name,
        size: bytes.length,
        envelope: envelopeOfFile(facts.document.content, slotNamed(facts.document.content, name), name),
        open: async function* () {
          yield bytes;
        },
      })),
      secondFields(facts.document.content),
    ),
    encryptionCertificates: [bidder.opened.encryption.certificate],
    recoverySecret,
    signer: bidder.signer,
    tool: "xinbiao-scenario/1",
  });
  const body = await gather(prepared.body());
  const leaves: Bytes[] = [];
  for await (const part of inPieces([body], 1_048_576))
    if (part.length)
      leaves.push(new Uint8Array(createHash("sha256").update(Uint8Array.of(0)).update(part).digest()) as Bytes);
  const { sealBytes, signature } = await prepared.finish(rootOf(leaves), now.toISOString());
  return { body, sealBytes, signature, recoverySecret, prepared };
}

/** Uploads sealed units to the receiver's commands without finishing. */
export async function upload(
  stage: Stage,
  bidder: Person,
  lotId: string,
  body: Uint8Array,
  purpose: Purpose | "draft" = "bid",
): Promise<string> {
  const actor = actorOf(bidder, stage.app.site.id);
  const { uploadId } = await execute(
    stage.receiver,
    actor,
    openUpload,
    { lotId, purpose, bodyLength: body.length },
    randomUUID(),
  );
  for (let n = 0; n * UNIT_BYTES < body.length; n++) {
    const unit = body.subarray(n * UNIT_BYTES, (n + 1) * UNIT_BYTES);
    const declared = createHash("sha256").update(unit).digest("hex");
    await storeUnit(
      stage.receiver,
      actor,
      { uploadId, n, sizeBytes: unit.length, declared },
      (async function* () {
        yield unit;
      })(),
    );
  }
  return uploadId;
}

/** Leaves the encrypted copy of a draft with the platform, made as the browser makes it. */
export async function keepDraftCopy(
  stage: Stage,
  bidder: Person,
  lotId: string,
  form: Readonly<Record<string, string>>,
  files: readonly { slot: string; name: string; bytes: Bytes }[],
  prices?: TypedPrices,
): Promise<{ uploadId: string; body: Bytes; statement: Statement }> {
  const named = files.map((file) => ({ ...file, id: randomUUID(), sizeBytes: file.bytes.length }));
  const copy = await prepareCopy({
    lot: (await stage.lot(lotId)).code,
    draft: { form, files: named.map(({ bytes: _, ...file }) => file), ...(prices ? { prices } : {}) },
    certificate: bidder.opened.encryption.certificate,
    open: ({ id }) => [named.find((file) => file.id === id)!.bytes],
  });
  const body = await gather(copy.body());
  const leaves: Bytes[] = [];
  for await (const leaf of partLeaves([body])) leaves.push(leaf);
  const uploadId = await upload(stage, bidder, lotId, body, "draft");
  const statement = await copy.finish(rootOf(leaves), (await stage.now()).toISOString(), bidder.signer);
  await execute(stage.receiver, actorOf(bidder, stage.app.site.id), keepDraft, { uploadId, statement }, randomUUID());
  return { uploadId, body, statement };
}

/** Seals and uploads everything; gives what hands it in, for somebody who presses too late. */
export async function prepareDelivery(
  stage: Stage,
  bidder: Person,
  lotId: string,
  plan: BidPlan,
  purpose: Purpose = "bid",
) {
  const sealed = await seal(stage, bidder, lotId, plan, purpose);
  const uploadId = await upload(stage, bidder, lotId, sealed.body, purpose);
  const receipt = () =>
    finishUpload(stage.receiver, actorOf(bidder, stage.app.site.id), {
      uploadId,
      seal: base64url(sealed.sealBytes),
      signature: base64url(sealed.signature),
    });
  return { sealed, receipt };
}

/** Seals, uploads and finishes. */
export async function submit(
  stage: Stage,
  bidder: Person,
  lotId: string,
  plan: BidPlan,
  purpose: Purpose = "bid",
): Promise<Delivery> {
  const prepared = await prepareDelivery(stage, bidder, lotId, plan, purpose);
  const { sealed } = prepared;
  const receipt = await prepared.receipt();
  return { receipt, recoverySecret: sealed.recoverySecret };
}
