import { randomUUID } from "node:crypto";
import { encodeCanonical } from "@/core/canonical-json";
import { Refused } from "@/core/refusal";
import { addHours, addMinutes } from "@/core/time";
import { signStatement } from "@/crypto/statement";
import { execute } from "@/kit/command";
import { inContext } from "@/kit/db/context";
import { withdrawBid } from "@/lifecycle/bidding/commands/withdraw";
import { deviceMarks, encodeMarks } from "@/lifecycle/bidding/device/marks";
import { type Bid, ownBids } from "@/lifecycle/bidding/queries";
import { revocationDigest, revokeBid } from "@/lifecycle/evaluation/commands/revoke-bid";
import { speakInHall } from "@/lifecycle/opening/commands/speak";
import { changeRegistration } from "@/platform/party/commands/enter";
import { inForce } from "@/platform/party/own";
import { organisationOf } from "@/platform/party/queries";
import { obtain, prepareDelivery, replyAs, submit } from "./bidding";
import { DEMO_BILL, miscountedBill } from "./bill";
import { consortiumOf } from "./consortium";
import {
  award,
  formCommittee,
  publishTheCandidates,
  review,
  type Seated,
  seatCommittee,
  signRecord,
  signReportAll,
} from "./evaluate";
import { decrypt, decryptApplication, reachOpening, signIn } from "./opening";
import { actorOf, type Person, signActAs } from "./person";
import {
  announceResults,
  apply,
  endFirstStage,
  inviteQualified,
  nameReviewers,
  publishPrequal,
  reachApplicationOpening,
  review as reviewApplications,
  savePrequal,
} from "./prequalification";
import { draftLot, publish, readOutEstimateAs, sealEstimateAs } from "./tendering";
import type { Stage } from "./world-state";

const PRICES = {
  jia: 965_000_000n,
  yi: 948_000_000n,
  bing: 921_000_000n,
  ding: 987_000_000n,
  wu: 899_000_000n,
  ji: 933_000_000n,
};

export interface PathOptions {
  /** Delivers twice; the second package replaces the first. */
  readonly replacing?: string;
  /** Takes its bid back before the deadline. */
  readonly withdrawing?: string;
  /** Uploads everything in time and hands it in at the very deadline: too late. */
  readonly late?: string;
  /** Changes its address after it has delivered. */
  readonly moving?: string;
  /** The tenderer seals a base estimate and reads it out. */
  readonly baseEstimateFen?: bigint;
  /** The demonstration's bill of quantities is part of the document; this bidder multiplies a line wrongly. */
  readonly miscounting?: string;
  /** Leads a consortium with members that bid alone, one of which did not sign. */
  readonly leading?: { readonly key: string; readonly signed: string; readonly unsigned: string };
  /** Seal on one computer. */
  readonly sharing?: readonly string[];
  /** Host and this bidder speak in the hall. */
  readonly speaking?: string;
  /** Revokes its bid after the announcement. */
  readonly revoking?: string;
  /** All who bid applied first and were found qualified; these applied and were not. */
  readonly prequalified?: { readonly unqualified: readonly string[] };
  /** In two stages: all who bid handed in a technical proposal first; these did not release its key. */
  readonly twoStage?: { readonly silent: readonly string[] };
  /** The tender is by invitation, and all who bid have accepted theirs. */
  readonly invited?: boolean;
}

export interface Awarded {
  readonly lotId: string;
  readonly lotCode: string;
  readonly receipts: readonly string[];
  readonly committee: readonly Seated[];
}

const SHARED_COMPUTER = encodeMarks(
  deviceMarks("command-line", { tool: ["xinbiao-scenario/1"], mac: ["3C:52:82:0A:0B:0C"], host: ["演示机-07"] }),
);

/** Without the spaces of a real bid: the archive of a demonstration stays small. */
async function partOf(stage: Stage, lotId: string, bidder: Person, leading: NonNullable<PathOptions["leading"]>) {
  if (bidder.key !== leading.key) return encodeCanonical({ format: "xb-consortium/1" });
  const [signed, unsigned] = [stage.person(leading.signed), stage.person(leading.unsigned)];
  return encodeCanonical(await consortiumOf(stage, lotId, [bidder, signed, unsigned], [signed]));
}

/** One tender from draft to award notices, by six bidders on real packages, certificates and messages. */
export async function playToAward(stage: Stage, options: PathOptions = {}): Promise<Awarded> {
  const plan = {
    name: "清溪市第三小学新建工程（演示）",
    content: "教学楼一栋，建筑面积 5200 平方米",
    estimateFen: 1_000_000_000n,
    ...(options.miscounting ? { bill: DEMO_BILL } : {}),
    consortium: options.leading !== undefined,
    ...(options.prequalified ? { prequalified: true as const } : {}),
    ...(options.twoStage ? { twoStage: true as const } : {}),
    ...(options.invited ? { invited: Object.keys(PRICES).map((key) => stage.person(key).creditCode) } : {}),
  };
  const { lotId, lotCode } = await draftLot(stage, plan);
  if (options.baseEstimateFen) await sealEstimateAs(stage, lotId, options.baseEstimateFen);
  if (options.twoStage) await propose(stage, lotId, Object.keys(PRICES), options.twoStage.silent);
  else if (options.prequalified) await qualify(stage, lotId, Object.keys(PRICES), options.prequalified.unqualified);
  else await publish(stage, lotId);
  const all = Object.entries(PRICES)
    .filter(([key]) => !options.prequalified?.unqualified.includes(key) && !options.twoStage?.silent.includes(key))
    .map(([key, priceFen]) => ({ bidder: stage.person(key), priceFen }));
  const secrets = new Map<string, Uint8Array<ArrayBuffer>>();
  const receipts: string[] = [];
  for (const { bidder, priceFen } of all) {
    if (options.invited || options.prequalified || options.twoStage) await replyAs(stage, bidder, lotId, "accepted");
    await obtain(stage, bidder, lotId);
    if (bidder.key === options.replacing)
      receipts.push((await submit(stage, bidder, lotId, { priceFen: priceFen + 5_000_000n })).receipt.number);
    const { receipt, recoverySecret } = await submit(stage, bidder, lotId, {
      priceFen,
      ...(options.leading ? { consortium: await partOf(stage, lotId, bidder, options.leading) } : {}),
      ...(options.sharing?.includes(bidder.key) ? { device: SHARED_COMPUTER } : {}),
      ...(bidder.key === options.miscounting ? { pricedBill: miscountedBill(lotCode, priceFen) } : {}),
    });
    receipts.push(receipt.number);
    secrets.set(bidder.key, recoverySecret);
    if (bidder.key === options.withdrawing) await withdraw(stage, bidder.key, lotCode, receipt);
    if (bidder.key === options.moving) await move(stage, bidder.key);
  }
  const bidders = all.map(({ bidder }) => bidder).filter(({ key }) => key !== options.withdrawing);
  const bidDeadline = (await stage.lot(lotId)).bidDeadline!;
  await stage.setClock(addHours(bidDeadline, -1));
  for (const bidder of bidders) await signIn(stage, bidder, lotId);
  const late = options.late
    ? await prepareDelivery(stage, stage.person(options.late), lotId, { priceFen: 930_000_000n })
    : undefined;
  await stage.setClock(bidDeadline);
  // It is refused, and that it was is on record.
  await late?.receipt().catch((error: unknown) => {
    if (!(error instanceof Refused)) throw error;
  });
  await reachOpening(stage, lotId, "O1");
  for (const bidder of bidders) {
    // One bidder renewed its certificate and opens with its recovery code.
    const released = await decrypt(stage, bidder, lotId, bidder.key === "wu" ? secrets.get("wu") : undefined);
    if (!released.opened) throw new Error(`${bidder.orgName} could not open its bid: ${released.reason}`);
  }
  await stage.setClock(addMinutes(bidDeadline, 20));
  if (options.speaking) {
    await stage.act(stage.person("agency"), speakInHall, { lotId, text: "请各投标人核对开标一览表。" });
    await stage.act(stage.person(options.speaking), speakInHall, { lotId, text: "本单位核对无误。" });
  }
  if (options.baseEstimateFen) await readOutEstimateAs(stage, lotId);
  if (options.revoking) await revoke(stage, stage.person(options.revoking), lotId);
  await signRecord(stage, lotId, [...bidders.slice(0, 2), stage.person("tenderer")]);

  const evaluationAt = addHours(bidDeadline, 5);
  const committee = await formCommittee(stage, lotId, evaluationAt);
  await stage.setClock(evaluationAt);
  await seatCommittee(stage, lotId, committee);
  await review(stage, lotId, committee, "preliminary");
  await review(stage, lotId, committee, "detailed");
  await signReportAll(stage, lotId, committee);

  const periodEnd = await publishTheCandidates(stage, lotId);
  await stage.setClock(periodEnd);
  await award(stage, lotId);
  return { lotId, lotCode, receipts, committee };
}

/** Everybody applies; all but a few are found qualified and invited. */
async function qualify(
  stage: Stage,
  lotId: string,
  keys: readonly string[],
  unqualified: readonly string[],
): Promise<void> {
  await savePrequal(stage, lotId);
  await publishPrequal(stage, lotId);
  for (const key of keys) await apply(stage, stage.person(key), lotId);
  await stage.setClock((await stage.lot(lotId)).applicationDeadline!);
  await reachApplicationOpening(stage, lotId, "P2");
  for (const key of keys) await decryptApplication(stage, stage.person(key), lotId);
  const reviewers = await nameReviewers(stage, lotId);
  const failed = unqualified.map((key) => stage.person(key).orgId);
  await reviewApplications(stage, lotId, reviewers, failed);
  await announceResults(stage, lotId);
  await inviteQualified(stage, lotId);
}

/** Everybody hands in a technical proposal; whose was opened is invited to the second stage. */
async function propose(stage: Stage, lotId: string, keys: readonly string[], silent: readonly string[]): Promise<void> {
  await savePrequal(stage, lotId, { twoStage: true });
  await publishPrequal(stage, lotId);
  for (const key of keys) await apply(stage, stage.person(key), lotId);
  const due = (await stage.lot(lotId)).applicationDeadline!;
  await stage.setClock(due);
  await reachApplicationOpening(stage, lotId, "P2");
  for (const key of keys) if (!silent.includes(key)) await decryptApplication(stage, stage.person(key), lotId);
  await stage.setClock(addHours(due, 2));
  await endFirstStage(stage, lotId);
  await inviteQualified(stage, lotId);
}

async function withdraw(
  stage: Stage,
  key: string,
  lot: string,
  { bidId, receipt }: Awaited<ReturnType<typeof submit>>["receipt"],
): Promise<void> {
  const bidder = stage.person(key);
  const { bid, seq, sealHash } = payloadMembers(receipt.payload);
  const statement = await signStatement({ format: "xbid-withdrawal/1", lot, bid, seq, sealHash }, bidder.signer);
  await execute(stage.receiver, actorOf(bidder, stage.app.site.id), withdrawBid, { bidId, statement }, randomUUID());
}

/** Gives a bid up after the deadline, signed. */
export async function revoke(stage: Stage, bidder: Person, lotId: string, reason = "无法履约，撤销投标文件") {
  const actor = actorOf(bidder, stage.app.site.id);
  const [{ id: bidId, sealHash }] = (await inContext(stage.app.db, actor, (tx) => ownBids(tx, actor, lotId))) as [Bid];
  const digest = await revocationDigest({ sealHash, reason });
  const { code: subject } = await stage.lot(lotId);
  const statement = await signActAs(bidder, stage.app, { act: "bid.revoke", subject, digest });
  return stage.act(bidder, revokeBid, { bidId, reason, statement });
}

const payloadMembers = (payload: string) =>
  JSON.parse(Buffer.from(payload, "base64url").toString()) as { bid: string; seq: number; sealHash: string };

/** Changes the address of a bidder: in force at once, and never in a bid that was made before. */
async function move(stage: Stage, key: string): Promise<void> {
  const bidder = stage.person(key);
  const actor = actorOf(bidder, stage.app.site.id);
  const { data, evidence } = await inContext(stage.app.db, actor, async (tx) =>
    inForce(tx, await organisationOf(tx, bidder.orgId)),
  );
  await stage.act(bidder, changeRegistration, { data: { ...data, address: "黔中省清溪市迁址路 9 号" }, evidence });
}
