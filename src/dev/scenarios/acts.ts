import { createHash, randomBytes, randomUUID } from "node:crypto";
import { type Bytes, base64url, fromBase64url } from "@/core/bytes";
import { addDays } from "@/core/time";
import { partLeaves, rootOf } from "@/crypto/merkle";
import { gather, inPieces } from "@/crypto/pieces";
import { type Statement, signStatement } from "@/crypto/statement";
import { checkCommitments } from "@/crypto/xbid/open";
import { releasePayload } from "@/crypto/xbid/release";
import { readHeader } from "@/crypto/xbid/schema";
import { unwrapWithKey, unwrapWithRecovery } from "@/crypto/xbid/wrap";
import { prepareSeal } from "@/crypto/xbid/write";
import { renderPdf } from "@/documents/pdf";
import { APART } from "@/documents/pdf-apart-limits";
import { readPdf } from "@/documents/pdf-text";
import { execute } from "@/kit/command";
import { inContext } from "@/kit/db/context";
import { sealedBill, type TypedPrices } from "@/lifecycle/bidding/bill/prices";
import { prepareCopy } from "@/lifecycle/bidding/client/draft-copy";
import { keepDraft } from "@/lifecycle/bidding/commands/draft-copy";
import { finishUpload } from "@/lifecycle/bidding/commands/finish";
import { openUpload, storeUnit } from "@/lifecycle/bidding/commands/upload";
import { CONSORTIUM_FILE, encodePart } from "@/lifecycle/bidding/consortium/part";
import { DEVICE_FILE } from "@/lifecycle/bidding/device/marks";
import { EXTRA_SLOT, secondFields, segmentsOf } from "@/lifecycle/bidding/draft";
import { ownBids } from "@/lifecycle/bidding/queries";
import { UNIT_BYTES } from "@/lifecycle/bidding/rules";
import type { ReceiptView } from "@/lifecycle/bidding/schema";
import { addInvitee, replyToInvitation } from "@/lifecycle/invitation/commands";
import { replyDigest } from "@/lifecycle/invitation/queries";
import type { InvitationReply } from "@/lifecycle/invitation/schema";
import { proposeMandate, signMandate } from "@/lifecycle/mandate/commands";
import { newestMandate } from "@/lifecycle/mandate/queries";
import { ALL_ACTS } from "@/lifecycle/mandate/schema";
import { publishNotice, saveNotice } from "@/lifecycle/notice/commands";
import { publishView } from "@/lifecycle/notice/queries";
import { readingBy } from "@/lifecycle/notice/read-file";
import { readOutBaseEstimate } from "@/lifecycle/opening/commands/base-estimate";
import { closeLot, openLot } from "@/lifecycle/opening/commands/close";
import { decryptBid } from "@/lifecycle/opening/commands/decrypt";
import { releaseKey, signInAtHall, unlockMaterial } from "@/lifecycle/opening/commands/release";
import { settleOpening } from "@/lifecycle/opening/commands/settle";
import { openEstimate, readOutDigest, sealDigest, sealEstimate } from "@/lifecycle/tender-document/base-estimate";
import { PRICED_BILL_FILE } from "@/lifecycle/tender-document/bill/priced";
import type { Bill } from "@/lifecycle/tender-document/bill/schema";
import { sealBaseEstimate } from "@/lifecycle/tender-document/commands/base-estimate";
import { obtainDocument, saveTenderDocument } from "@/lifecycle/tender-document/commands/document";
import { placeOrder, startPayment } from "@/lifecycle/tender-document/commands/order";
import { askBank } from "@/lifecycle/tender-document/commands/payment";
import { envelopeOfFile } from "@/lifecycle/tender-document/envelopes";
import { baseEstimateOf, documentInForce, draftOf, hasObtained } from "@/lifecycle/tender-document/queries";
import { priceOf, type TenderDocumentContent } from "@/lifecycle/tender-document/schema";
import { createTenderProject } from "@/lifecycle/tender-project/commands";
import { tenderProjectOf } from "@/lifecycle/tender-project/queries";
import { uploadFile } from "@/platform/file/commands";
import { demoPrices } from "./bill";
import { worksDocument } from "./document";
import { actorOf, type Person, signActAs } from "./person";
import type { Stage } from "./world-state";

export interface LotPlan {
  readonly name: string;
  readonly content: string;
  readonly estimateFen: bigint;
  readonly ceilingFen?: bigint;
  readonly securityFen?: bigint;
  /** Price of the tender document; free without it. */
  readonly documentFeeFen?: bigint;
  /** Bill of quantities; bids then bring a priced one. */
  readonly bill?: Bill;
  /** Consortia may bid. */
  readonly consortium?: boolean;
  /** Two envelopes: technical and price, opened one after the other. */
  readonly twoEnvelopes?: true;
  /** Days of sale and days until the deadline, counted from publication. */
  readonly saleDays?: number;
  readonly deadline?: Date;
  /** Code of a project of fixed assets; without it the project is none. */
  readonly investCode?: string;
  /** Credit codes of those whom an invited tender goes to; without them it is open. */
  readonly invited?: readonly string[];
}

/** What the worker does with an upload; a file of our own needs no process of its own. */
const readOwnFile = readingBy((bytes) => readPdf(bytes, APART));

/** Has the files of a draft read, where the worker was not faster. */
async function readFiles(stage: Stage, lotId: string): Promise<void> {
  const agency = actorOf(stage.person("agency"), stage.app.site.id);
  const draft = await inContext(stage.app.db, agency, (tx) => draftOf(tx, lotId));
  for (const fileId of draft?.fileIds ?? []) await stage.serve(readOwnFile, { fileId });
}

/** A one-page PDF, for tender documents and bids of the demonstration. */
export const simplePdf = async (title: string, lines: readonly string[], createdAt: Date): Promise<Bytes> =>
  new Uint8Array(
    await renderPdf({
      title,
      number: "演示",
      footer: "",
      createdAt,
      demo: true,
      blocks: lines.map((text) => ({ kind: "paragraph" as const, text })),
    }),
  );

/** Tenderer and agency sign the contract of agency, for a year and every act that can be entrusted. */
export async function giveMandate(stage: Stage, lotId: string): Promise<void> {
  const now = await stage.now();
  const { mandateId } = await stage.act(stage.person("agency"), proposeMandate, {
    lotId,
    terms: {
      number: "WT-2026-演示",
      scope: [...ALL_ACTS],
      feeFen: "3000000",
      feePayer: "tenderer",
      feeBasis: "按合同约定（演示）",
      startsAt: now.toISOString(),
      endsAt: addDays(now, 365).toISOString(),
    },
  });
  for (const key of ["agency", "tenderer"]) await signTheMandate(stage, stage.person(key), lotId, mandateId);
}

/** Signs for one's own side. */
export async function signTheMandate(
  stage: Stage,
  person: Person,
  lotId: string,
  mandateId: string,
): Promise<{ inForce: boolean }> {
  const actor = actorOf(person, stage.app.site.id);
  const { tenderProjectId } = await stage.lot(lotId);
  const toSign = await inContext(stage.app.db, actor, async (tx) => ({
    act: "mandate.sign",
    subject: (await tenderProjectOf(tx, tenderProjectId)).code,
    digest: (await newestMandate(tx, tenderProjectId))!.digest,
  }));
  return stage.act(person, signMandate, { mandateId, statement: await signActAs(person, stage.app, toSign) });
}

/** The agency drafts project, lot, tender document and notice. */
export async function draftLot(stage: Stage, plan: LotPlan): Promise<{ lotId: string; lotCode: string }> {
  const agency = stage.person("agency");
  const now = await stage.now();
  const { lotId, lotCode } = await stage.act(agency, createTenderProject, {
    project: {
      name: plan.name,
      ...(plan.investCode ? { fixedAssets: true, investCode: plan.investCode } : {}),
      regionCode: "520100",
      address: "清溪市演示新区",
      fundSource: "财政资金，已落实",
      scale: plan.content,
      approvalName: "关于项目初步设计的批复（演示）",
      approvalNumber: "清发改投资〔2026〕演示 1 号",
    },
    tender: {
      name: plan.name,
      tendererOrgId: stage.person("tenderer").orgId,
      mandateNumber: "WT-2026-演示",
      regime: {
        mandatory: true,
        stateFundsDominant: !plan.invited,
        tenderMode: plan.invited ? "invited" : "open",
        orgForm: "agency",
        qualification: "post",
        envelopes: plan.twoEnvelopes ? 2 : 1,
        twoStage: false,
        evaluationVenue: "dispersed",
        awardRight: "recommends",
        consortium: plan.consortium ?? false,
        subject: "works",
      },
      superviseDept: stage.person("supervisor").orgName,
      supervisorOrgId: stage.person("supervisor").orgId,
    },
    lot: { name: "施工标段", content: plan.content, estimateFen: String(plan.estimateFen) },
  });
  await giveMandate(stage, lotId);
  const ceilingFen = plan.ceilingFen ?? plan.estimateFen;
  const securityFen = plan.securityFen ?? plan.estimateFen / 100n;
  const bytes = await simplePdf(
    `${plan.name}招标文件`,
    ["第一章 招标公告", "第二章 投标人须知", "第三章 评标办法（综合评估法）", "第四章 合同条款及格式", plan.content],
    now,
  );
  const { fileId } = await stage.act(agency, uploadFile, { name: "招标文件.pdf", bytes });
  await stage.act(agency, saveTenderDocument, {
    lotId,
    content: {
      ...worksDocument(ceilingFen, securityFen),
      ...(plan.documentFeeFen ? { sale: saleAt(plan.documentFeeFen) } : {}),
      ...(plan.bill ? { bill: plan.bill } : {}),
      consortiumAllowed: plan.consortium ?? false,
      ...(plan.twoEnvelopes ? { envelopes: ["technical", "price"] } : {}),
    },
    fileIds: [fileId],
  });
  await readFiles(stage, lotId);
  const start = now;
  await stage.act(agency, saveNotice, {
    lotId,
    draft: {
      qualification: "具有建筑工程施工总承包三级及以上资质和有效的安全生产许可证",
      quantity: "1 项",
      performancePlace: "清溪市演示新区",
      performanceTime: "270 日历天",
      contactPerson: agency.name,
      contactPhone: "0851-00000000",
      responsiblePublisher: agency.name,
      responsibleVerifier: "核验员（演示）",
      other: "",
      saleStart: start.toISOString(),
      saleEnd: addDays(start, plan.saleDays ?? 7).toISOString(),
      bidDeadline: (plan.deadline ?? addDays(start, 22)).toISOString(),
      ...(plan.invited ? { replyBy: addDays(start, 5).toISOString() } : {}),
    },
  });
  for (const creditCode of plan.invited ?? []) await stage.act(agency, addInvitee, { lotId, creditCode });
  return { lotId, lotCode };
}

const saleAt = (fen: bigint) => ({
  priceFen: String(fen),
  payee: "agency" as const,
  bank: "黔江商业银行清溪支行（演示）",
  account: "5200 0000 0000 0001",
});

/** The tenderer seals a base estimate, the same way as in the browser. */
export async function sealEstimateAs(stage: Stage, lotId: string, amountFen: bigint): Promise<string> {
  const tenderer = stage.person("tenderer");
  const { code } = await stage.lot(lotId);
  const { kept } = await sealEstimate(code, amountFen, tenderer.opened.encryption.certificate);
  const digest = sealDigest(kept.hash, kept.sealed);
  const statement = await signActAs(tenderer, stage.app, { act: "base-estimate.seal", subject: code, digest });
  await stage.act(tenderer, sealBaseEstimate, { lotId, ...kept, statement });
  return kept.hash;
}

/** The tenderer opens the base estimate and reads it out. */
export async function readOutEstimateAs(stage: Stage, lotId: string): Promise<void> {
  const tenderer = stage.person("tenderer");
  const { code } = await stage.lot(lotId);
  const actor = actorOf(tenderer, stage.app.site.id);
  const { hash, sealed } = (await inContext(stage.app.db, actor, (tx) => baseEstimateOf(tx, lotId)))!.kept!;
  const privateKey = tenderer.opened.encryption.key;
  const said = await openEstimate(code, sealed, { fingerprint: fingerprintOf(tenderer), privateKey });
  const toSign = { act: "base-estimate.read-out", subject: code, digest: readOutDigest(hash, said) };
  const statement = await signActAs(tenderer, stage.app, toSign);
  await stage.act(tenderer, readOutBaseEstimate, { lotId, said, statement });
}

/** Signs and publishes, and waits until the medium has printed it. */
export async function publish(stage: Stage, lotId: string): Promise<void> {
  await readFiles(stage, lotId);
  const agency = stage.person("agency");
  const actor = actorOf(agency, stage.app.site.id);
  const view = await inContext(stage.app.db, actor, async (tx) =>
    publishView(tx, actor, stage.app.site, lotId, await stage.now()),
  );
  const failed = view.rows.filter(({ verdict }) => verdict === "fail");
  if (failed.length)
    throw new Error(
      `publication check: ${failed.map(({ title, value, limit }) => `${title} ${value} (${limit})`).join("; ")}`,
    );
  const statement = await signActAs(agency, stage.app, view.toSign);
  await stage.act(agency, publishNotice, { lotId, statement, tendererNonce: randomBytes(32).toString("hex") });
  if ((await stage.lot(lotId)).restricted) return;
  for (let i = 0; i < 100 && !(await stage.lot(lotId)).mediaPublishedAt; i++) {
    await stage.deliver();
    if (!(await stage.lot(lotId)).mediaPublishedAt) await new Promise((done) => setTimeout(done, 100));
  }
  if (!(await stage.lot(lotId)).mediaPublishedAt) throw new Error("the medium did not print the notice");
}

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
  readonly lead?: string;
  readonly files?: readonly { name: string; bytes: Uint8Array }[];
  /** What is sealed where the lot has a bill; without it the demonstration's, which comes to `priceFen`. */
  readonly pricedBill?: Uint8Array<ArrayBuffer> | "none";
  /** The consortium's part where the lot allows one; without it the part of a bidder that bids alone. */
  readonly consortium?: Uint8Array<ArrayBuffer>;
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

/** Seals with the bidder's certificate and a fresh recovery secret; the same library as in the browser. */
export async function seal(stage: Stage, bidder: Person, lotId: string, plan: BidPlan) {
  const actor = actorOf(bidder, stage.app.site.id);
  const facts = await inContext(stage.app.db, actor, async (tx) => {
    const lot = await stage.lot(lotId);
    const document = await documentInForce(tx, lotId);
    return {
      lot,
      document,
      tender: await tenderProjectOf(tx, lot.tenderProjectId),
      earlier: await ownBids(tx, actor, lotId),
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
            bytes: plan.pricedBill ?? sealedBill(facts.lot.code, bill, demoPrices(plan.priceFen)),
          },
        ]
      : [];
  const part = plan.consortium ?? (facts.document.content.consortiumAllowed ? encodePart(undefined) : undefined);
  const consortium = part ? [{ name: CONSORTIUM_FILE, bytes: part }] : [];
  const device = plan.device ? [{ name: DEVICE_FILE, bytes: plan.device }] : [];
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
      {
        price: String(plan.priceFen),
        period_days: "260",
        quality: "合格",
        project_lead: plan.lead ?? `${bidder.name}项目经理`,
        lead_certificate: "黔建演示-0001",
      },
      [...files, ...priced, ...consortium, ...device].map(({ name, bytes }) => ({
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
  purpose: "bid" | "draft" = "bid",
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
export async function prepareDelivery(stage: Stage, bidder: Person, lotId: string, plan: BidPlan) {
  const sealed = await seal(stage, bidder, lotId, plan);
  const uploadId = await upload(stage, bidder, lotId, sealed.body);
  const receipt = () =>
    finishUpload(stage.receiver, actorOf(bidder, stage.app.site.id), {
      uploadId,
      seal: base64url(sealed.sealBytes),
      signature: base64url(sealed.signature),
    });
  return { sealed, receipt };
}

/** Seals, uploads and finishes. */
export async function submit(stage: Stage, bidder: Person, lotId: string, plan: BidPlan): Promise<Delivery> {
  const prepared = await prepareDelivery(stage, bidder, lotId, plan);
  const { sealed } = prepared;
  const receipt = await prepared.receipt();
  return { receipt, recoverySecret: sealed.recoverySecret };
}

/** Lets the deadline's services run until the lot is open, or has failed for fewer than three. */
export async function reachOpening(stage: Stage, lotId: string, state: "O1" | "F1"): Promise<void> {
  await stage.until(lotId, state, async () => {
    await stage.serve(closeLot, { lotId });
    await stage.serve(openLot, { lotId });
  });
}

export const signIn = (stage: Stage, bidder: Person, lotId: string) => stage.act(bidder, signInAtHall, { lotId });

/** Unlocks the own package locally and releases its key, by certificate or by recovery code. */
export async function decrypt(stage: Stage, bidder: Person, lotId: string, recoverySecret?: Uint8Array<ArrayBuffer>) {
  const actor = actorOf(bidder, stage.app.site.id);
  const material = await unlockMaterial(stage.app, actor, lotId);
  const headerBytes = fromBase64url(material.header);
  const header = readHeader(headerBytes);
  let last: { opened: boolean; code: string; reason: string } | undefined;
  for (const { segment, heads } of material.blobHeads) {
    const key = recoverySecret
      ? await unwrapWithRecovery(header, segment, recoverySecret)
      : await unwrapWithKey(header, segment, {
          fingerprint: fingerprintOf(bidder),
          privateKey: bidder.opened.encryption.key,
        });
    checkCommitments(header, headerBytes, segment, key, heads.map(fromBase64url));
    const payload = releasePayload({
      lot: material.lotCode,
      bid: material.bid,
      seq: material.seq,
      segment,
      key,
      sealHash: material.sealHash,
      closingHash: material.closing!.hash,
      nonce: new Uint8Array(randomBytes(32)),
    });
    last = await stage.act(bidder, releaseKey, { lotId, statement: await signStatement(payload, bidder.signer) });
    await stage.serve(decryptBid, {
      bidId: (await inContext(stage.app.db, actor, (tx) => ownBids(tx, actor, lotId)))[0]!.id,
      segment,
    });
  }
  await stage.serve(settleOpening, { lotId });
  return last!;
}

const fingerprintOf = (person: Person): string =>
  createHash("sha256").update(person.opened.encryption.certificate).digest("hex");
