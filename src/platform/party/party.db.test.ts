import { and, eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { base64url } from "@/core/bytes";
import { encodeCanonical } from "@/core/canonical-json";
import { addDays, addHours } from "@/core/time";
import { parseCertificate } from "@/crypto/certificate";
import { signDetached } from "@/crypto/cms";
import { obtain, submit } from "@/dev/scenarios/bidding";
import { INVENTED_PERSON, inventedData, type Newcomer, newcomer, register, sealTo } from "@/dev/scenarios/newcomer";
import { decrypt, reachOpening } from "@/dev/scenarios/opening";
import { type Person, signActAs } from "@/dev/scenarios/person";
import { sharedPartyOf } from "@/hub/parties";
import { execute, executeAsService, type Role } from "@/kit/command";
import type { Tx } from "@/kit/db/connect";
import { inContext } from "@/kit/db/context";
import { outbox, trailLines } from "@/kit/tables";
import { trailOf } from "@/kit/trail-queries";
import { bids } from "@/lifecycle/bidding/tables";
import { enlistExpert } from "@/lifecycle/committee/commands/enlist";
import { experts } from "@/lifecycle/committee/tables";
import { files } from "@/platform/file/tables";
import { requireAct } from "@/platform/identity/act";
import { newChallenge, sessionOf, signIn, switchRole } from "@/platform/identity/session";
import { letters } from "@/platform/inbox/tables";
import { keysView } from "@/server/web/views/keys";
import { dueWarnings } from "@/server/worker/expiry";
import { asPerson, asService, asStranger, receivingLot } from "@/testing/lots";
import { codeOf, eventually, refusalOf } from "@/testing/refused";
import { type TestStage, testStage } from "@/testing/stage";
import { decideRequest } from "./commands/decide";
import { changeRegistration, submitRegistration } from "./commands/enter";
import { uploadEvidence } from "./commands/evidence";
import { beginKeyTest, bindCertificate, finishKeyTest, reportLost } from "./commands/keys";
import { registerPerson } from "./commands/register";
import { addRelation, confirmStanding, endRelation, proposeStanding } from "./commands/standing";
import { acceptInvitation, changeMember, inviteMember, removeMember } from "./commands/team";
import { warnOfExpiry } from "./commands/warn";
import { registrationDigest } from "./digest";
import { operatorRelationsOf, registrationAt } from "./queries";
import {
  certificates,
  memberships,
  organisations,
  personDetails,
  registrationDecisions,
  registrationRequests,
  registrationVersions,
} from "./tables";
import { companyView, historyView, organisationList, requestView, teamView, verificationQueue } from "./views";

let t: TestStage;
let xin: Newcomer;
let xinOrg: string;
const PNG = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3]);
const XIN = { name: "辛一（演示）", orgName: "辛泉建设有限公司（演示）", creditCode: "91520100MA6XN00114" };

beforeAll(async () => {
  t = await testStage();
  xin = await newcomer(t.outside.ca, 1, XIN);
}, 120_000);
afterAll(() => t?.close());

const site = () => t.stage.app.site;

/** Signs in as the page does; the session's actor and what its head shows. */
async function enter(who: Pick<Person, "signer">, role?: Role) {
  const { db, ports } = t.stage.app;
  const challenge = await newChallenge(db, site(), "sign-in");
  const cms = await signDetached(encodeCanonical({ format: "xinbiao-challenge/1", ...challenge }), who.signer);
  const { cookie } = await signIn(
    db,
    site(),
    ports.revocation,
    { nonce: challenge.nonce, cms: base64url(cms), ...(role ? { role } : {}) },
    "127.0.0.1",
  );
  return { cookie, ...(await sessionOf(db, site(), cookie))! };
}
const act = async <B, R>(who: Pick<Person, "signer">, command: { run: unknown; name: string }, body: B): Promise<R> =>
  execute(t.stage.app, (await enter(who)).actor, command as never, body, crypto.randomUUID()) as Promise<R>;

const paper = async (who: Pick<Person, "signer">) => {
  const { fileId } = await act<unknown, { fileId: string }>(who, uploadEvidence, { name: "执照.png", bytes: PNG });
  return { kind: "licence" as const, fileId, name: "执照.png", validUntil: "" };
};

/** Takes an organisation from nothing to verified. */
async function verified(who: Newcomer, data = inventedData(who)): Promise<string> {
  const { orgId } = await register(t.stage.app, who, data);
  await act(who, changeRegistration, { data, evidence: [await paper(who)] });
  const { requestId } = await act<unknown, { requestId: string }>(who, submitRegistration, {});
  await t.stage.act(t.stage.person("operator-2"), decideRequest, { requestId, approved: true });
  return orgId;
}

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
  // Versions are never rewritten.
  await expect(
    asService(stage, (tx) =>
      tx.update(registrationVersions).set({ version: 9 }).where(eq(registrationVersions.orgId, jia.orgId)),
    ),
  ).rejects.toThrow();
});

test("R-5.1.4 R-K.5: a lost certificate is refused from that instant, a replaced one too, a revoked one with its reason", async () => {
  const { stage } = t;
  const session = await enter(xin);
  const next = await newcomer(t.outside.ca, 2, XIN);
  const content = { encryptionCertificate: sealTo(next), replaces: session.actor.certificateId };
  const statement = await signActAs(next, stage.app, {
    act: "party.bind-certificate",
    subject: XIN.creditCode,
    digest: await registrationDigest(content),
  });
  const bound = await execute(
    stage.app,
    session.actor,
    bindCertificate,
    { ...content, statement },
    crypto.randomUUID(),
  );
  expect(await codeOf(enter(xin))).toBe("identity.certificate_ended");
  expect(await sessionOf(stage.app.db, site(), session.cookie)).toBeUndefined();
  expect((await enter(next)).actor.certificateId).toBe(bound.sign);

  const third = await newcomer(t.outside.ca, 1, XIN);
  const more = { encryptionCertificate: sealTo(third) };
  const { actor, cookie } = await enter(next);
  await execute(
    stage.app,
    actor,
    bindCertificate,
    {
      ...more,
      statement: await signActAs(third, stage.app, {
        act: "party.bind-certificate",
        subject: XIN.creditCode,
        digest: await registrationDigest(more),
      }),
    },
    crypto.randomUUID(),
  );
  await execute(stage.app, actor, reportLost, { certificateId: bound.sign }, crypto.randomUUID());
  expect(await codeOf(enter(next))).toBe("identity.certificate_ended");
  expect(await sessionOf(stage.app.db, site(), cookie)).toBeUndefined();
  // Signing is refused from that minute as well: with another session of the same person, an act signed with it is none.
  const { actor: other } = await enter(third);
  const tender = { act: "party.bind-certificate", subject: XIN.creditCode, digest: "0".repeat(64) };
  const lost = await signActAs(next, stage.app, tender);
  expect(
    await codeOf(
      inContext(stage.app.db, other, async (tx) =>
        requireAct({ tx, actor: other, site: site(), ports: t.ports, now: await stage.now() } as never, lost, tender),
      ),
    ),
  ).toBe("identity.certificate_ended");
  // The other pair of the same person, bound at the same instant of a standing clock, goes on.
  expect((await enter(third)).view.personName).toBe(XIN.name);

  // A revoked one: the refusal names the reason.
  const wei = await newcomer(t.outside.ca, 1, {
    name: "壬一（演示）",
    orgName: "壬江工程有限公司（演示）",
    creditCode: "91520100MA6XN002XU",
  });
  const { serialHex } = parseCertificate(wei.opened.signing.certificate);
  await fetch(`${t.outside.ca}/v1/ca/1/revoke`, { method: "POST", body: JSON.stringify({ serialHex }) });
  const { httpRevocation } = await import("@/adapters/revocation-http");
  const fresh = { ...stage.app, ports: { ...stage.app.ports, revocation: httpRevocation() } };
  expect(await refusalOf(register(fresh, wei, inventedData(wei)))).toMatchObject({
    code: "identity.certificate_refused",
    facts: { reason: "证书已被吊销" },
  });
  xin = third;
});

test("R-5.1.4: at sign-in the authority's responder is asked as well as its list; a dead responder leaves the list's word", async () => {
  const { stage } = t;
  const who = await newcomer(t.outside.ca, 1, {
    name: "子一（演示）",
    orgName: "子山工程有限公司（演示）",
    creditCode: "91520100MA6XN00606",
  });
  await register(stage.app, who, inventedData(who));
  const faults = (mode: string) => fetch(`${t.outside.ca}/faults`, { method: "PUT", body: JSON.stringify({ mode }) });
  await enter(who);
  await faults("down");
  await enter(who);
  await faults("none");
  // Revoked since the list was fetched: the list that is known does not say so yet.
  const { serialHex } = parseCertificate(who.opened.signing.certificate);
  await fetch(`${t.outside.ca}/v1/ca/1/revoke`, { method: "POST", body: JSON.stringify({ serialHex }) });
  expect(await refusalOf(enter(who))).toMatchObject({
    code: "identity.certificate_refused",
    facts: { reason: "证书已被吊销（在线状态查询）" },
  });
});

test("R-5.1.4: a changed credit code unbinds the certificates of the old one; the new one is bound while the change waits", async () => {
  const { stage } = t;
  const before = { name: "丑一（演示）", orgName: "丑水建设有限公司（演示）", creditCode: "91520100MA6XN00707" };
  const old = await newcomer(t.outside.ca, 1, before);
  const orgId = await verified(old);
  const creditCode = "91520100MA6XN00808";
  const next = await newcomer(t.outside.ca, 2, { ...before, creditCode });
  const bind = async () => {
    const content = { encryptionCertificate: sealTo(next) };
    const toSign = {
      act: "party.bind-certificate",
      subject: before.creditCode,
      digest: await registrationDigest(content),
    };
    return act(old, bindCertificate, { ...content, statement: await signActAs(next, stage.app, toSign) });
  };
  expect(await codeOf(bind())).toBe("party.certificate_of_other");
  const change = { data: inventedData({ ...before, creditCode }, { licenseNo: before.creditCode }), evidence: [] };
  const { requestId } = await act<unknown, { requestId: string }>(old, changeRegistration, change);
  const verifier = stage.person("operator-2");
  // Approved now, nobody could sign in any more.
  expect(await codeOf(stage.act(verifier, decideRequest, { requestId, approved: true }))).toBe(
    "party.no_certificate_of_new_code",
  );
  await bind();
  const { cookie } = await enter(old);
  await stage.act(verifier, decideRequest, { requestId, approved: true });
  expect(await codeOf(enter(old))).toBe("identity.certificate_ended");
  expect(await sessionOf(stage.app.db, site(), cookie)).toBeUndefined();
  expect((await enter(next)).view).toMatchObject({ orgId, creditCode });
  const ended = await asService(stage, (tx) => tx.select().from(certificates).where(eq(certificates.orgId, orgId)));
  expect(
    ended
      .filter(({ endedAt }) => endedAt)
      .map(({ use, endedReason }) => [use, endedReason])
      .sort(),
  ).toEqual([
    ["encrypt", "credit-code-changed"],
    ["sign", "credit-code-changed"],
  ]);
});

test("R-5.1.5 R-S.2a: certificates of two authorities sign in and open what is sealed to them", async () => {
  const { stage } = t;
  const issuerOf = (key: string) => parseCertificate(stage.person(key).opened.signing.certificate).issuer.display;
  expect(issuerOf("jia")).not.toBe(issuerOf("yi"));
  for (const key of ["jia", "yi"]) {
    const person = stage.person(key);
    await enter(person);
    const [row] = await asPerson(stage, person, (tx) =>
      tx
        .select()
        .from(certificates)
        .where(and(eq(certificates.personId, person.personId), eq(certificates.use, "encrypt"))),
    );
    const test = await stage.act(person, beginKeyTest, { certificateId: row!.id });
    const opened = new Uint8Array(
      await crypto.subtle.decrypt(
        { name: "RSA-OAEP" },
        person.opened.encryption.key,
        Buffer.from(test.wrapped, "base64url"),
      ),
    );
    const wrong = await stage.act(person, beginKeyTest, { certificateId: row!.id });
    expect(await codeOf(stage.act(person, finishKeyTest, { nonce: wrong.nonce, opened: base64url(opened) }))).toBe(
      "party.key_test_failed",
    );
    await stage.act(person, finishKeyTest, { nonce: test.nonce, opened: base64url(opened) });
    const [after] = await asPerson(stage, person, (tx) =>
      tx.select().from(certificates).where(eq(certificates.id, row!.id)),
    );
    expect(after!.testedAt).not.toBeNull();
  }
});

test("R-5.1.7: roles are switched explicitly, the trail says so, and rights do not mix", async () => {
  const { stage } = t;
  const gui = await newcomer(t.outside.ca, 1, {
    name: "癸一（演示）",
    orgName: "癸溪咨询有限公司（演示）",
    creditCode: "91520100MA6XN0046N",
  });
  await verified(gui, inventedData(gui, { roles: ["agency", "bidder"] }));
  const { cookie, view, actor } = await enter(gui, "bidder");
  expect([...view.roles].sort()).toEqual(["agency", "bidder"]);
  const { uploadFile } = await import("@/platform/file/commands");
  const upload = (who: typeof actor) =>
    execute(stage.app, who, uploadFile, { name: "图.png", bytes: PNG }, crypto.randomUUID());
  expect(await codeOf(upload(actor))).toBe("general.forbidden");
  await switchRole(stage.app.db, site(), cookie, "agency");
  const after = (await sessionOf(stage.app.db, site(), cookie))!;
  expect(after.view.role).toBe("agency");
  await upload(after.actor);
  expect(await codeOf(switchRole(stage.app.db, site(), cookie, "supervisor"))).toBe("identity.no_such_role");
  const lines = await asService(stage, (tx) =>
    tx.select().from(trailLines).where(eq(trailLines.action, "session.role-switched")),
  );
  expect(lines.at(-1)).toMatchObject({ role: "agency", facts: { from: "bidder", to: "agency" } });
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

test("R-5.1.1: an expert is entered under its library, waits for a verifier, and then sits in the library", async () => {
  const { stage } = t;
  const library = stage.person("expert-01");
  const who = await newcomer(t.outside.ca, 1, {
    name: "评新（演示）",
    orgName: library.orgName,
    creditCode: library.creditCode,
  });
  const { email: _, ...id } = INVENTED_PERSON;
  const data = {
    ...{
      ...id,
      email: "",
      sex: "1" as const,
      birthday: "19900307",
      duty: "",
      education: "本科",
      professional: "高级工程师",
    },
    ...{ onWork: "1" as const, company: "黔中设计院（演示）", industry: "E47", area: "520100", speciality: "房屋建筑" },
  };
  const content = { role: "expert" as const, data, encryptionCertificate: sealTo(who) };
  const statement = await signActAs(who, stage.app, {
    act: "party.register",
    subject: data.idNumber,
    digest: await registrationDigest(content),
  });
  const { requestId } = await registerPerson(stage.app, { ...content, statement });
  expect(await codeOf(enter(who))).toBe("party.person_pending");
  const again = async () => {
    const toSign = { act: "party.register", subject: data.idNumber, digest: await registrationDigest(content) };
    return registerPerson(stage.app, { ...content, statement: await signActAs(who, stage.app, toSign) });
  };
  expect(await codeOf(again())).toBe("party.person_pending");
  const verifier = stage.person("operator-2");
  await stage.act(verifier, decideRequest, { requestId, approved: false, reason: "职称证书不清晰" });
  expect(await refusalOf(enter(who))).toMatchObject({
    code: "party.person_returned",
    facts: { reason: "职称证书不清晰" },
  });
  const second = await again();
  await stage.act(verifier, decideRequest, { requestId: second.requestId, approved: true });
  const { view } = await enter(who);
  expect(view.role).toBe("expert");
  const job = { personId: view.personId, orgId: library.orgId, speciality: "房屋建筑", regionCode: "520100" };
  await executeAsService(stage.worker, enlistExpert, job);
  await executeAsService(stage.worker, enlistExpert, job);
  const rows = await asService(stage, (tx) => tx.select().from(experts).where(eq(experts.personId, view.personId)));
  expect(rows).toMatchObject([{ speciality: "房屋建筑", available: "yes" }]);
});

test("members: invited by link, roles, removal; one administrator stays", async () => {
  const { stage } = t;
  const yi = stage.person("yi");
  const invite = { email: "yi2@example.test", name: "乙二（演示）", roles: ["bidder" as const], admin: false };
  expect(await codeOf(stage.act(yi, inviteMember, { ...invite, roles: ["agency"] }))).toBe("party.role_not_held");
  await stage.act(yi, inviteMember, invite);
  const [job] = await t.database.owner.db.execute<{ payload: { token: string } }>(
    `select payload from graphile_worker._private_jobs j join graphile_worker._private_tasks k on k.id = j.task_id where k.identifier = 'mail-invitation'` as never,
  );
  const { token } = job!.payload;
  const who = await newcomer(t.outside.ca, 1, { name: "乙二（演示）", orgName: yi.orgName, creditCode: yi.creditCode });
  const content = { token, person: INVENTED_PERSON, encryptionCertificate: sealTo(who) };
  const join = async (holder: Newcomer) =>
    acceptInvitation(stage.app, {
      ...content,
      encryptionCertificate: sealTo(holder),
      statement: await signActAs(holder, stage.app, {
        act: "party.join",
        subject: yi.creditCode,
        digest: await registrationDigest({ ...content, encryptionCertificate: sealTo(holder) }),
      }),
    });
  // The link alone is worth nothing: the certificate must be this organisation's.
  expect(await codeOf(join({ ...who, opened: xin.opened, signer: xin.signer }))).toBe("party.certificate_of_other");
  await join(who);
  expect(await codeOf(join(who))).toBe("party.invitation_unknown");
  const session = await enter(who);
  expect(session.view.role).toBe("bidder");
  expect(await codeOf(act(who, inviteMember, invite))).toBe("party.not_admin");
  expect(await codeOf(stage.act(yi, removeMember, { personId: yi.personId }))).toBe("party.last_admin");
  expect(await codeOf(stage.act(yi, changeMember, { personId: yi.personId, roles: ["bidder"], admin: false }))).toBe(
    "party.last_admin",
  );
  await stage.act(yi, removeMember, { personId: session.actor.personId });
  expect(await sessionOf(stage.app.db, site(), session.cookie)).toBeUndefined();
  expect(await codeOf(enter(who))).toBe("identity.certificate_ended");
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

test("certificates that end: a letter at the nearest of 90, 30, 15 days and before an opening with an own bid, once, to the own organisation", async () => {
  const { stage } = t;
  const { lotId, deadline } = await receivingLot(stage, "证书到期");
  const bing = stage.person("bing");
  await obtain(stage, bing, lotId);
  await submit(stage, bing, lotId, { priceFen: 480_000_000n });
  const now = await stage.now();
  const ends = (person: Person, notAfter: Date) =>
    t.database.owner.db.update(certificates).set({ notAfter }).where(eq(certificates.id, person.certificateId));
  await ends(stage.person("jia"), addDays(now, 20));
  await ends(bing, addHours(deadline, -1));
  const due = () => asService(stage, dueWarnings);
  const write = async () => {
    for (const { certificateId, occasion, lotId: lot, lotCode, opensAt } of await due())
      await executeAsService(stage.worker, warnOfExpiry, {
        certificateId,
        occasion,
        ...(lot ? { lot: { id: lot, code: lotCode!, opensAt: opensAt! } } : {}),
      });
  };
  expect((await due()).map(({ occasion }) => occasion).sort()).toEqual(["30", "30"]);
  await write();
  expect(await due()).toEqual([]);
  await stage.setClock(addHours(deadline, -71));
  await write();
  expect(await due()).toEqual([]);
  const written = await asService(stage, (tx) =>
    tx.select().from(letters).where(eq(letters.kind, "certificate-expiry")).orderBy(letters.sentAt),
  );
  const byOrg = (orgId: string) => written.filter((letter) => letter.orgId === orgId).map(({ subject }) => subject);
  expect(byOrg(bing.orgId).some((subject) => subject.startsWith("签名证书将在开标前到期"))).toBe(true);
  expect(byOrg(bing.orgId).filter((subject) => subject.includes("开标前"))).toHaveLength(1);
  // Only those two organisations got any letter, and nobody else sees them.
  expect(new Set(written.map(({ orgId }) => orgId))).toEqual(new Set([stage.person("jia").orgId, bing.orgId]));
  const yi = await asPerson(stage, stage.person("yi"), (tx) =>
    tx.select().from(letters).where(eq(letters.kind, "certificate-expiry")),
  );
  expect(yi).toEqual([]);
});

test("a member that was taken out no longer makes its organisation choosable", async () => {
  const rows = await asService(t.stage, (tx) => tx.select().from(memberships).where(eq(memberships.role, "bidder")));
  expect(rows.some(({ endedAt }) => endedAt)).toBe(true);
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

test("R-8.2.8: lists show personal data masked, who verifies reads them in full, nobody else at all; and the state of certificates by list and by responder", async () => {
  const { stage } = t;
  const { actor } = await enter(xin);
  const team = await inContext(stage.app.db, actor, (tx) => teamView(tx, actor));
  expect(team.members[0]).toMatchObject({ idNumber: "520100**********33", phone: "138****0008" });
  expect(JSON.stringify(team)).not.toContain(INVENTED_PERSON.idNumber);
  const { rows } = await inContext(stage.app.db, actor, (tx) => keysView(tx, actor, stage.app));
  expect(rows.filter(({ endedAt }) => !endedAt).map(({ use, status }) => [use, status])).toEqual([
    ["encrypt", { byList: "有效", byResponder: "有效" }],
    ["sign", { byList: "有效", byResponder: "有效" }],
  ]);
  expect(rows.filter(({ endedAt }) => endedAt)).toHaveLength(4);
  const operator = stage.person("operator");
  const queue = await asPerson(stage, operator, async (tx) => ({
    organisations: await verificationQueue(tx, site().id, "organisations"),
    people: await verificationQueue(tx, site().id, "people"),
    all: await organisationList(tx),
  }));
  expect(JSON.stringify(queue)).not.toContain("0851-00000008");
  expect(JSON.stringify(queue)).not.toContain(INVENTED_PERSON.idNumber);
  // Purpose-bound: in full on the verifier's own page of one request, and nowhere else.
  const [request] = await asService(stage, (tx) =>
    tx.select().from(registrationRequests).where(eq(registrationRequests.kind, "person")),
  );
  const page = await asPerson(stage, operator, (tx) => requestView(tx, site().id, request!.id));
  expect(page!.lines.find(([label]) => label === "证件号码")![1]).toBe(INVENTED_PERSON.idNumber);
  for (const key of ["jia", "agency", "supervisor"]) {
    const seen = await asPerson(stage, stage.person(key), async (tx) => ({
      request: await requestView(tx, site().id, request!.id),
      details: await tx.select().from(personDetails).where(eq(personDetails.personId, request!.personId!)),
    }));
    expect(seen, key).toEqual({ request: undefined, details: [] });
  }
  expect(await asStranger(stage, (tx) => tx.select().from(personDetails))).toEqual([]);
  const history = await asPerson(stage, stage.person("jia"), (tx) =>
    historyView(tx, { ...actor, orgId: stage.person("jia").orgId }),
  );
  expect(history.versions[0]!.changes).toEqual([
    { label: "单位地址", from: "黔中省清溪市演示路 1 号", to: "黔中省清溪市新址 9 号" },
  ]);
});
