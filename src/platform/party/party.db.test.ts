import { and, eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { obtain, submit } from "@/dev/scenarios/bidding";
import { inventedData, type Newcomer, newcomer, register } from "@/dev/scenarios/newcomer";
import { decrypt, reachOpening } from "@/dev/scenarios/opening";
import { actorOf } from "@/dev/scenarios/person";
import { sharedPartyOf } from "@/hub/parties";
import { execute } from "@/kit/command";
import type { Tx } from "@/kit/db/connect";
import { inContext } from "@/kit/db/context";
import { outbox, trailLines } from "@/kit/tables";
import { trailOf } from "@/kit/trail-queries";
import { bids } from "@/lifecycle/bidding/tables";
import { files } from "@/platform/file/tables";
import { letters } from "@/platform/inbox/tables";
import { asPerson, asService, asStranger, receivingLot } from "@/testing/lots";
import { type Parties, partiesOf, XIN } from "@/testing/parties";
import { codeOf, eventually, refusalOf } from "@/testing/refused";
import { type TestStage, testStage } from "@/testing/stage";
import { decideRequest } from "./commands/decide";
import { changeRegistration, submitRegistration } from "./commands/enter";
import { addRelation, confirmStanding, endRelation, proposeStanding } from "./commands/standing";
import { operatorRelationsOf, registrationAt } from "./queries";
import {
  organisations,
  personDetails,
  registrationDecisions,
  registrationRequests,
  registrationVersions,
} from "./tables";
import { companyView, historyView } from "./views";

let t: TestStage;
let xin: Newcomer;
let xinOrg: string;
let enter: Parties["enter"];
let act: Parties["act"];
let paper: Parties["paper"];

beforeAll(async () => {
  t = await testStage();
  ({ enter, act, paper } = partiesOf(t));
  xin = await newcomer(t.outside.ca, 1, XIN);
}, 120_000);
afterAll(() => t?.close());

const site = () => t.stage.app.site;

test("R-O.9a R-5.1.1: a newcomer registers with its certificate, free of charge, and can act in no tender before it is verified", async () => {
  const data = inventedData(xin);
  ({ orgId: xinOrg } = await register(t.stage.app, xin, data));
  const { actor, view } = await enter(xin);
  expect(view).toMatchObject({ personName: XIN.name, orgName: XIN.orgName, role: "bidder", unverified: true });
  const { lotId } = await receivingLot(t.stage, "新来者");
  const { obtainDocument } = await import("@/lifecycle/tender-document/commands/document");
  expect(await codeOf(execute(t.stage.app, actor, obtainDocument, { lotId }, crypto.randomUUID()))).toBe(
    "identity.organisation_unverified",
  );
  // A second registration of the same organisation: refused, with the way to join.
  const other = await newcomer(t.outside.ca, 2, { ...XIN, name: "辛二（演示）" });
  expect(await refusalOf(register(t.stage.app, other, data))).toMatchObject({
    code: "party.duplicate",
    facts: { name: XIN.orgName, contact: "辛一（演示） 085******0008" },
  });
  // A certificate of somebody else proves nothing about this organisation.
  const jia = t.stage.person("jia");
  expect(
    await codeOf(
      register(
        t.stage.app,
        { ...other, opened: jia.opened, signer: jia.signer },
        inventedData({ ...XIN, creditCode: "91520100MA6XN002XU" }),
      ),
    ),
  ).toBe("party.certificate_of_other");
});

test("R-O.14a SOD-04: a named operator verifies papers and form; who entered cannot; a return says why", async () => {
  const { stage } = t;
  expect(await codeOf(act(xin, submitRegistration, {}))).toBe("party.evidence_missing");
  await act(xin, changeRegistration, { data: inventedData(xin), evidence: [await paper(xin)] });
  const { requestId } = await act<unknown, { requestId: string }>(xin, submitRegistration, {});
  expect(await codeOf(act(xin, submitRegistration, {}))).toBe("party.request_pending");
  expect(await codeOf(stage.act(stage.person("jia"), decideRequest, { requestId, approved: true }))).toBe(
    "general.forbidden",
  );
  const verifier = stage.person("operator-2");
  expect(await codeOf(stage.act(verifier, decideRequest, { requestId, approved: false }))).toBe("party.reason_missing");
  await stage.act(verifier, decideRequest, { requestId, approved: false, reason: "执照不清晰" });
  expect((await enter(xin)).view.unverified).toBe(true);
  const again = await act<unknown, { requestId: string }>(xin, submitRegistration, {});
  await stage.act(verifier, decideRequest, { requestId: again.requestId, approved: true });
  expect((await enter(xin)).view.unverified).toBeUndefined();
  const [organisation] = await asService(stage, (tx) =>
    tx.select().from(organisations).where(eq(organisations.id, xinOrg)),
  );
  expect(organisation).toMatchObject({ verifiedBy: "核真（演示）" });
  const [record] = await asService(stage, (tx) =>
    tx
      .select()
      .from(registrationRequests)
      .innerJoin(registrationDecisions, eq(registrationDecisions.requestId, registrationRequests.id))
      .where(eq(registrationRequests.id, again.requestId)),
  );
  expect(record).toMatchObject({
    registration_requests: { enteredByName: XIN.name, evidence: [{ kind: "licence" }] },
    registration_decisions: { decidedByName: "核真（演示）", approved: true },
  });
  const lines = await asService(stage, (tx) =>
    tx.select().from(trailLines).where(eq(trailLines.action, "party.verified")),
  );
  expect(lines.map(({ subject }) => subject)).toContain(again.requestId);

  // The operator's own data, entered by one of its staff, are verified by another.
  const own = stage.person("operator");
  const [{ data }] = (await asService(stage, (tx) =>
    tx.select().from(registrationVersions).where(eq(registrationVersions.orgId, own.orgId)),
  )) as [typeof registrationVersions.$inferSelect];
  const change = await stage.act(own, changeRegistration, {
    data: { ...data, legalRepresent: "新法人（演示）" },
    evidence: [],
  });
  expect(change.waiting).toEqual(["legalRepresent"]);
  const request = { requestId: change.requestId!, approved: true };
  expect(await codeOf(stage.act(own, decideRequest, request))).toBe("party.verifier_entered");
  await stage.act(verifier, decideRequest, request);
  expect(await codeOf(stage.act(verifier, decideRequest, request))).toBe("party.decided_before");
});

test("the version in force at a bid is kept; a change of address after submission does not reach it", async () => {
  const { stage } = t;
  const { lotId } = await receivingLot(stage, "地址变更");
  const jia = stage.person("jia");
  await obtain(stage, jia, lotId);
  await submit(stage, jia, lotId, { priceFen: 480_000_000n });
  const [first] = await asPerson(stage, jia, (tx) =>
    tx.select().from(registrationVersions).where(eq(registrationVersions.orgId, jia.orgId)),
  );
  const data = { ...first!.data, address: "黔中省清溪市新址 9 号" };
  expect(await codeOf(stage.act(jia, changeRegistration, { data: first!.data, evidence: [] }))).toBe(
    "party.nothing_changed",
  );
  const answer = await stage.act(jia, changeRegistration, { data, evidence: [] });
  expect(answer).toMatchObject({ version: 2, changed: ["address"], waiting: [] });
  const [organisation] = await asStranger(stage, (tx) =>
    tx.select().from(organisations).where(eq(organisations.id, jia.orgId)),
  );
  expect(organisation).toMatchObject({ address: "黔中省清溪市新址 9 号", version: 2 });
  const [bid] = await asService(stage, (tx) =>
    tx
      .select()
      .from(bids)
      .where(and(eq(bids.lotId, lotId), eq(bids.orgId, jia.orgId))),
  );
  expect(bid!.registrationVersion).toBe(1);
  const kept = await asService(stage, (tx) => registrationAt(tx, jia.orgId, bid!.registrationVersion));
  expect(kept!.data.address).toBe("黔中省清溪市演示路 1 号");
  const history = await asPerson(stage, jia, (tx) => historyView(tx, actorOf(jia, site().id)));
  expect(history.versions[0]!.changes).toEqual([
    { label: "单位地址", from: "黔中省清溪市演示路 1 号", to: "黔中省清溪市新址 9 号" },
  ]);
  // Versions are never rewritten.
  await expect(
    asService(stage, (tx) =>
      tx.update(registrationVersions).set({ version: 9 }).where(eq(registrationVersions.orgId, jia.orgId)),
    ),
  ).rejects.toThrow();
});

test("R-5.1.8: two operators freeze a bidder; it still decrypts and cannot begin; history stays", async () => {
  const { stage } = t;
  const running = await receivingLot(stage, "冻结前");
  const three = ["yi", "bing", "ding"].map((key) => stage.person(key));
  for (const person of three) {
    await obtain(stage, person, running.lotId);
    await submit(stage, person, running.lotId, { priceFen: 480_000_000n });
  }
  const later = await receivingLot(stage, "冻结后");
  const [one, two] = [stage.person("operator"), stage.person("operator-2")];
  const ding = stage.person("ding");
  const { proposalId } = await stage.act(one, proposeStanding, {
    orgId: ding.orgId,
    act: "freeze",
    reason: "被列入失信名单",
  });
  expect(await codeOf(stage.act(one, confirmStanding, { proposalId }))).toBe("party.second_operator");
  await obtain(stage, ding, later.lotId);
  await stage.act(two, confirmStanding, { proposalId });
  expect(await codeOf(stage.act(two, confirmStanding, { proposalId }))).toBe("party.standing_mismatch");
  // Nothing new.
  const third = await receivingLot(stage, "冻结后另一个");
  expect(await codeOf(obtain(stage, ding, third.lotId))).toBe("party.frozen");
  expect(await codeOf(submit(stage, ding, later.lotId, { priceFen: 480_000_000n }))).toBe("party.frozen");
  // What runs goes on: replacing, decrypting.
  await submit(stage, ding, running.lotId, { priceFen: 479_000_000n });
  await stage.setClock(running.deadline);
  await reachOpening(stage, running.lotId, "O1");
  for (const person of three) await decrypt(stage, person, running.lotId);
  const told = await asPerson(stage, ding, (tx) => tx.select().from(letters).where(eq(letters.kind, "standing")));
  expect(told).toMatchObject([{ orgId: ding.orgId, subject: "账号已冻结" }]);
  const back = await stage.act(two, proposeStanding, { orgId: ding.orgId, act: "release", reason: "已移出名单" });
  await stage.act(one, confirmStanding, back);
  const fourth = await receivingLot(stage, "解冻后");
  await obtain(stage, ding, fourth.lotId);
});

test("R-O.23 SOD-01: the operator and its relations are no bidders, at registration and afterwards, and the list is public", async () => {
  const { stage } = t;
  const related = { name: "亥一（演示）", orgName: "亥海工程有限公司（演示）", creditCode: "91520100MA6XN0054H" };
  const operator = stage.person("operator");
  await stage.act(operator, addRelation, {
    creditCode: related.creditCode,
    name: related.orgName,
    relation: "运营机构控股子公司",
  });
  const who = await newcomer(t.outside.ca, 1, related);
  expect(await codeOf(register(stage.app, who, inventedData(who)))).toBe("party.operator_cannot_bid");
  await register(stage.app, who, inventedData(who, { roles: ["tenderer"] }));
  expect(await codeOf(act(who, changeRegistration, { data: inventedData(who), evidence: [] }))).toBe(
    "party.operator_cannot_bid",
  );
  // A company that registered before it was related: refused at its next upload.
  const { lotId } = await receivingLot(stage, "关联");
  const wu = stage.person("wu");
  await stage.act(operator, addRelation, {
    creditCode: wu.creditCode,
    name: wu.orgName,
    relation: "与运营机构存在管理关系",
  });
  expect(await codeOf(submit(stage, wu, lotId, { priceFen: 480_000_000n }))).toBe("bid.related_to_operator");
  // What the operator declared stands on the page of its site, and on no other operator's.
  const listed = await asStranger(stage, (tx) => operatorRelationsOf(tx, site().operatorCreditCode));
  expect(listed.map(({ creditCode, relation }) => [creditCode, relation]).sort()).toEqual(
    [
      [related.creditCode, "运营机构控股子公司"],
      [wu.creditCode, "与运营机构存在管理关系"],
    ].sort(),
  );
  expect(await asStranger(stage, (tx) => operatorRelationsOf(tx, related.creditCode))).toEqual([]);

  // A relation that is over is ended with its reason, once, and stays as history; the company bids again.
  const relationId = listed.find(({ creditCode }) => creditCode === wu.creditCode)!.id;
  const reason = "管理协议已终止，不再存在管理关系";
  expect(await codeOf(stage.act(operator, endRelation, { relationId, reason: "无" }))).toBe("general.invalid_input");
  expect(await codeOf(stage.act(stage.person("agency"), endRelation, { relationId, reason }))).toBe(
    "general.forbidden",
  );
  await stage.act(operator, endRelation, { relationId, reason });
  expect(await codeOf(stage.act(operator, endRelation, { relationId, reason }))).toBe("party.relation_ended");
  const after = await asStranger(stage, (tx) => operatorRelationsOf(tx, site().operatorCreditCode));
  expect(after.map(({ creditCode, endReason }) => [creditCode, endReason]).sort()).toEqual(
    [
      [related.creditCode, null],
      [wu.creditCode, reason],
    ].sort(),
  );
  expect((await asService(stage, (tx) => trailOf(tx, "site"))).at(-1)).toMatchObject({
    action: "operator.relation-ended",
    subject: wu.creditCode,
    facts: { reason, before: expect.any(String), after: expect.any(String) },
  });
  expect((await submit(stage, wu, lotId, { priceFen: 480_000_000n })).receipt.number).toMatch(/^R-/);
  // Related again: a new entry beside the old one.
  await stage.act(operator, addRelation, { creditCode: wu.creditCode, name: wu.orgName, relation: "再次受托管理" });
  expect(await codeOf(submit(stage, wu, lotId, { priceFen: 470_000_000n }))).toBe("bid.related_to_operator");
  expect(await asStranger(stage, (tx) => operatorRelationsOf(tx, site().operatorCreditCode))).toHaveLength(3);
});

test("strangers see nothing: another organisation reads no data, requests, papers, people", async () => {
  const { stage } = t;
  const bing = stage.person("bing");
  type Look = <R>(read: (tx: Tx) => Promise<R>) => Promise<R>;
  const looks: Look[] = [(read) => asPerson(stage, bing, read), (read) => asStranger(stage, read)];
  for (const look of looks) {
    const seen = await look(async (tx) => ({
      versions: await tx.select().from(registrationVersions).where(eq(registrationVersions.orgId, xinOrg)),
      requests: await tx.select().from(registrationRequests).where(eq(registrationRequests.orgId, xinOrg)),
      decisions: await tx.select().from(registrationDecisions).where(eq(registrationDecisions.orgId, xinOrg)),
      people: await tx.select().from(personDetails).where(eq(personDetails.orgId, xinOrg)),
      papers: await tx.select().from(files).where(eq(files.kind, "evidence")),
    }));
    expect(Object.values(seen).map((rows) => rows.length)).toEqual([0, 0, 0, 0, 0]);
  }
  const own = await inContext(stage.app.db, { siteId: site().id, orgId: xinOrg, role: "bidder" }, (tx) =>
    tx.select().from(registrationVersions).where(eq(registrationVersions.orgId, xinOrg)),
  );
  expect(own.length).toBeGreaterThan(0);
  // Experts share a library, not their papers.
  const expert = stage.person("expert-02");
  expect(await asPerson(stage, expert, (tx) => tx.select().from(personDetails))).toEqual([]);
});

test("R-5.1.6 R-S.2a: a party is brought over from the public service platform; its fields are marked and no paper is asked", async () => {
  const { stage } = t;
  const creditCode = "91520100MA6GQ00125";
  expect(await codeOf(sharedPartyOf(stage.app, "91520100MA6ABCD10B"))).toBe("party.hub_unknown");
  const shared = await sharedPartyOf(stage.app, creditCode);
  expect(shared).toMatchObject({ legalName: "庚泉建设有限公司（演示）", qualifications: [{ qualLevel: "02" }] });
  const who = await newcomer(t.outside.ca, 1, {
    name: "庚一（演示）",
    orgName: "庚泉建设有限公司（演示）",
    creditCode,
  });
  const { orgId } = await register(
    stage.app,
    who,
    inventedData(who, { ...shared, noQualification: false, address: "黔中省清溪市演示路 70 号" }),
    shared,
  );
  const { actor } = await enter(who);
  const view = await inContext(stage.app.db, actor, (tx) => companyView(tx, actor));
  expect(view.missing).toEqual([]);
  const marked = Object.fromEntries(view.lines.map(([label, , fromHub]) => [label, fromHub]));
  // What the party changed itself is its own word.
  expect(marked).toMatchObject({ 单位名称: true, 资质: true, 单位地址: false });
  const { requestId } = await act<unknown, { requestId: string }>(who, submitRegistration, {});
  await stage.act(stage.person("operator-2"), decideRequest, { requestId, approved: true });
  // Verified data go to the hub, for the next platform.
  const [message] = await asService(stage, (tx) =>
    tx
      .select()
      .from(outbox)
      .where(and(eq(outbox.dataset, "100"), eq(outbox.key, `${site().platformCode}-100-${creditCode}`))),
  );
  expect(message!.body).toMatchObject({ LEGAL_CODE: creditCode, LEGAL_ROLE: "03" });
  await stage.deliver();
  await eventually(async () => {
    const again = await sharedPartyOf(stage.app, creditCode);
    return again.address === "黔中省清溪市演示路 70 号";
  });
  expect(orgId).toBe(actor.orgId);
  // A hub that is not who it says it is gives nothing.
  await fetch(`${t.outside.hub}/faults`, { method: "PUT", body: JSON.stringify({ mode: "down" }) });
  expect(await codeOf(sharedPartyOf(stage.app, creditCode))).toBe("party.hub_unavailable");
  await fetch(`${t.outside.hub}/faults`, { method: "PUT", body: JSON.stringify({ mode: "none" }) });
});
