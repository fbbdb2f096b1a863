import { and, eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { base64url } from "@/core/bytes";
import { addDays, addHours } from "@/core/time";
import { parseCertificate } from "@/crypto/certificate";
import { obtain, submit } from "@/dev/scenarios/bidding";
import { inventedData, type Newcomer, newcomer, register, sealTo } from "@/dev/scenarios/newcomer";
import { type Person, signActAs } from "@/dev/scenarios/person";
import { execute, executeAsService } from "@/kit/command";
import { inContext } from "@/kit/db/context";
import { requireAct } from "@/platform/identity/act";
import { sessionOf } from "@/platform/identity/session";
import { letters } from "@/platform/inbox/tables";
import { keysView } from "@/server/web/views/keys";
import { dueWarnings } from "@/server/worker/expiry";
import { asPerson, asService, receivingLot } from "@/testing/lots";
import { type Parties, partiesOf, XIN } from "@/testing/parties";
import { codeOf, refusalOf } from "@/testing/refused";
import { type TestStage, testStage } from "@/testing/stage";
import { decideRequest } from "./commands/decide";
import { changeRegistration } from "./commands/enter";
import { beginKeyTest, bindCertificate, finishKeyTest, reportLost } from "./commands/keys";
import { warnOfExpiry } from "./commands/warn";
import { registrationDigest } from "./digest";
import { certificates } from "./tables";

let t: TestStage;
let xin: Newcomer;
let enter: Parties["enter"];
let act: Parties["act"];
let verified: Parties["verified"];

beforeAll(async () => {
  t = await testStage();
  ({ enter, act, verified } = partiesOf(t));
  xin = await newcomer(t.outside.ca, 1, XIN);
  await verified(xin);
}, 120_000);
afterAll(() => t?.close());

const site = () => t.stage.app.site;

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

test("R-5.1.4: the state of an own certificate is shown by its authority's list and by its responder", async () => {
  const { stage } = t;
  const { actor } = await enter(xin);
  const { rows } = await inContext(stage.app.db, actor, (tx) => keysView(tx, actor, stage.app));
  expect(rows.filter(({ endedAt }) => !endedAt).map(({ use, status }) => [use, status])).toEqual([
    ["encrypt", { byList: "有效", byResponder: "有效" }],
    ["sign", { byList: "有效", byResponder: "有效" }],
  ]);
  expect(rows.filter(({ endedAt }) => endedAt)).toHaveLength(4);
});
