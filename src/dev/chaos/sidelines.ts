import { createHash } from "node:crypto";
import { addDays, addMinutes } from "@/core/time";
import { signStatement } from "@/crypto/statement";
import { inContext } from "@/kit/db/context";
import { withdrawBid } from "@/lifecycle/bidding/commands/withdraw";
import { askQuestion, confirmReading, questionDigest } from "@/lifecycle/clarification/commands/ask";
import { clarificationToPublish, publishClarification } from "@/lifecycle/clarification/commands/publish";
import { Clarification } from "@/lifecycle/clarification/schema";
import { endSearch, saveSearch } from "@/lifecycle/notice/saved-searches";
import { withdrawalDigest, withdrawalToPublish, withdrawNotice } from "@/lifecycle/notice/withdrawal";
import { answerDigest, answerObjection } from "@/lifecycle/objection/commands/answer";
import { fileObjection, objectionDigest } from "@/lifecycle/objection/commands/file";
import { answerAtOpening, objectAtOpening } from "@/lifecycle/opening/commands/remark";
import { remarksOf } from "@/lifecycle/opening/queries";
import { dropBaseEstimate } from "@/lifecycle/tender-document/commands/base-estimate";
import { addLot } from "@/lifecycle/tender-project/commands";
import { tenderProjectOf } from "@/lifecycle/tender-project/queries";
import { openCalendarLink, revokeCalendarLink } from "@/platform/inbox/calendar-links";
import { setPreferences } from "@/platform/inbox/preferences";
import { obtain, order, submit } from "../scenarios/bidding";
import { decrypt, reachOpening } from "../scenarios/opening";
import { actorOf, type Person, signActAs } from "../scenarios/person";
import { draftLot, publish, sealEstimateAs } from "../scenarios/tendering";
import type { Stage } from "../scenarios/world-state";
import { BEGINNING } from "./ground";
import { until } from "./insist";

const DEADLINE = addDays(BEGINNING, 24);
const PLAN = { content: "试验", estimateFen: 900_000_000n, deadline: DEADLINE, saleDays: 22 };
const BIDDERS = ["jia", "yi", "bing", "ding"];

/** Acts that a tender without trouble does not have. Ends at the opening of one of its lots. */
export async function playSidelines(stage: Stage): Promise<void> {
  await ownThings(stage);
  await preparation(stage);
  await sale(stage);
  const { lotId } = await draftLot(stage, { name: "枝节试验工程（演示）", ...PLAN });
  await publish(stage, lotId);
  for (const key of BIDDERS) await obtain(stage, stage.person(key), lotId);
  await questions(stage, lotId);
  await objections(stage, lotId);
  await takenBack(stage);
  await atTheOpening(stage, lotId);
}

/** What everybody sets for itself. */
async function ownThings(stage: Stage): Promise<void> {
  const jia = stage.person("jia");
  await stage.act(jia, setPreferences, { copies: [], quiet: true });
  const { id } = await stage.act(jia, saveSearch, { name: "我的搜索", query: "q=工程" });
  await stage.act(jia, endSearch, { id });
  await stage.act(jia, openCalendarLink, { tokenHash: createHash("sha256").update("calendar").digest("hex") });
  await stage.act(jia, revokeCalendarLink, {});
}

async function preparation(stage: Stage): Promise<void> {
  const { lotId } = await draftLot(stage, { name: "筹备试验工程（演示）", ...PLAN });
  const lot = { name: "第二标段", content: "试验", estimateFen: "500000000" };
  await stage.act(stage.person("agency"), addLot, { lotId, lot });
  await sealEstimateAs(stage, lotId, 850_000_000n);
  await stage.act(stage.person("tenderer"), dropBaseEstimate, { lotId });
}

/** A document that has a price: ordering and paying are acts, too. */
async function sale(stage: Stage): Promise<void> {
  const { lotId } = await draftLot(stage, { name: "发售试验工程（演示）", ...PLAN, documentFeeFen: 30_000n });
  await publish(stage, lotId);
  await order(stage, stage.person("jia"), lotId);
}

const signed = async (stage: Stage, who: Person, act: string, lotId: string, digest: string) =>
  signActAs(who, stage.app, { act, subject: (await stage.lot(lotId)).code, digest });

async function questions(stage: Stage, lotId: string): Promise<void> {
  const [jia, agency] = [stage.person("jia"), stage.person("agency")];
  const question = { lotId, clause: "3.1", text: "工期是否可以延长？" };
  const asked = await signed(stage, jia, "clarification.ask", lotId, await questionDigest(question));
  const { questionId } = await stage.act(jia, askQuestion, { ...question, statement: asked });
  const input = { lotId, title: "答疑澄清", answers: [{ questionId, answer: "工期不变。" }], affectsBids: false };
  const draft = Clarification.parse(input);
  const lot = await stage.lot(lotId);
  const actor = actorOf(agency, stage.app.site.id);
  const { hash } = await inContext(stage.app.db, actor, (tx) => clarificationToPublish(tx, lot, draft));
  const statement = await signed(stage, agency, "clarification.publish", lotId, hash);
  const { clarificationId } = await stage.act(agency, publishClarification, { ...input, statement });
  await stage.act(jia, confirmReading, { clarificationId });
}

async function objections(stage: Stage, lotId: string): Promise<void> {
  const [jia, agency] = [stage.person("jia"), stage.person("agency")];
  const objection = {
    lotId,
    kind: "tender_document" as const,
    clause: "第三章 2.1",
    text: "该资质要求与招标内容不相适应，限制了投标人。",
    demand: "删除该项要求",
  };
  const filed = await signed(stage, jia, "objection.file", lotId, await objectionDigest(objection));
  const { objectionId } = await stage.act(jia, fileObjection, { ...objection, statement: filed });
  const text = "该要求与工程规模相适应，符合规定，予以保留。";
  const answer = { objectionId, outcome: "rejected" as const, text, omitted: [] };
  const statement = await signed(stage, agency, "objection.answer", lotId, await answerDigest(answer));
  await stage.act(agency, answerObjection, { ...answer, statement });
}

/** A bid that is withdrawn, and the notice of the same lot after it. */
async function takenBack(stage: Stage): Promise<void> {
  const { lotId } = await draftLot(stage, { name: "撤回试验工程（演示）", ...PLAN });
  await publish(stage, lotId);
  const [jia, tenderer] = [stage.person("jia"), stage.person("tenderer")];
  const { receipt } = await submit(stage, jia, lotId, { priceFen: 800_000_000n });
  const { lot, bid, seq, sealHash } = JSON.parse(
    Buffer.from(receipt.receipt.payload, "base64url").toString(),
  ) as Record<"lot" | "bid" | "sealHash", string> & { seq: number };
  const statement = await signStatement({ format: "xbid-withdrawal/1", lot, bid, seq, sealHash }, jia.signer);
  await stage.act(jia, withdrawBid, { bidId: receipt.bidId, statement });
  const body = { lotId, reason: "项目用地因山体滑坡灭失，工程不再实施。", isForceMajeure: true };
  const found = await stage.lot(lotId);
  const { hash } = await inContext(stage.app.db, actorOf(tenderer, stage.app.site.id), async (tx) =>
    withdrawalToPublish(tx, found, await tenderProjectOf(tx, found.tenderProjectId), body),
  );
  const signedBody = await signed(stage, tenderer, "notice.withdraw", lotId, await withdrawalDigest(hash));
  await stage.act(tenderer, withdrawNotice, { ...body, statement: signedBody });
}

async function atTheOpening(stage: Stage, lotId: string): Promise<void> {
  for (const key of BIDDERS) await submit(stage, stage.person(key), lotId, { priceFen: 800_000_000n });
  await stage.setClock(DEADLINE);
  await reachOpening(stage, lotId, "O1");
  for (const key of BIDDERS) await decrypt(stage, stage.person(key), lotId);
  await stage.setClock(addMinutes(DEADLINE, 5));
  const [jia, agency] = [stage.person("jia"), stage.person("agency")];
  await stage.act(jia, objectAtOpening, { lotId, text: "本单位工期与开标一览表不符。" });
  const actor = actorOf(agency, stage.app.site.id);
  const remark = await until("the objection", () =>
    inContext(stage.app.db, actor, async (tx) => (await remarksOf(tx, lotId)).find(({ kind }) => kind === "objection")),
  );
  await stage.act(agency, answerAtOpening, { lotId, remarkId: remark.id, answer: "经核对，开标一览表无误。" });
}
