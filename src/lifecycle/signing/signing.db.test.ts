import { execFileSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { base64url, fromBase64url } from "@/core/bytes";
import { addDays } from "@/core/time";
import { parseCertificate } from "@/crypto/certificate";
import { signDetached } from "@/crypto/cms";
import { type Newcomer, newcomer } from "@/dev/scenarios/newcomer";
import { actorOf, type Person, sealAs, signActAs } from "@/dev/scenarios/person";
import { draftLot } from "@/dev/scenarios/tendering";
import { inContext } from "@/kit/db/context";
import { trailOf } from "@/kit/trail-queries";
import { publishNotice } from "@/lifecycle/notice/commands";
import { noticesOfLot, publishView } from "@/lifecycle/notice/queries";
import { capacityOf, sealOf, signerOf } from "@/lifecycle/notice/signature";
import { digestOf } from "@/platform/identity/act";
import { challengeBytes, newChallenge, signIn } from "@/platform/identity/session";
import { bindPair } from "@/platform/party/bind";
import { bindCertificate, bindSeal } from "@/platform/party/commands/keys";
import { registrationDigest } from "@/platform/party/digest";
import { asPerson, asStranger } from "@/testing/lots";
import { codeOf } from "@/testing/refused";
import { type TestStage, testStage } from "@/testing/stage";
import { authorisationToSign, authoriseLead, revokeLead, signFirst } from "./commands";
import { authorisationsOf, sealsOf, waitingFor } from "./queries";

let t: TestStage;
beforeAll(async () => {
  t = await testStage();
}, 120_000);
afterAll(() => t?.close());

const NONCE = { tendererNonce: "0".repeat(64) };
const lotOf = (name: string) =>
  draftLot(t.stage, { name: `${name}（演示）`, content: "教室 12 间", estimateFen: 500_000_000n });
const own = <T>(by: Person, read: Parameters<typeof asPerson<T>>[2]) => asPerson(t.stage, by, read);
const viewOf = (by: Person, lotId: string) =>
  own(by, async (tx) =>
    publishView(tx, actorOf(by, t.stage.app.site.id), t.stage.app.site, lotId, await t.stage.now()),
  );
const signersRow = async (by: Person, lotId: string) =>
  (await viewOf(by, lotId)).rows.find(({ id }) => id === "SIGNERS")!;
/** The person's signature alone. */
const signedBy = async ({ signer }: Person, lotId: string, reader: Person) =>
  signActAs({ signer }, t.stage.app, (await viewOf(reader, lotId)).toSign);

async function revokeAll(chief: Person) {
  const { stage } = t;
  for (const { id, revokedAt } of await own(chief, (tx) => authorisationsOf(tx, chief.orgId))) {
    if (revokedAt) continue;
    const toSign = {
      act: "signing.revoke",
      subject: chief.creditCode,
      digest: await digestOf({ authorisation: id }),
    };
    await stage.act(chief, revokeLead, { authorisationId: id, statement: await signActAs(chief, stage.app, toSign) });
  }
}

async function authorise(by: Person, lead: Person, tenderProjectId?: string, days = 30) {
  const { stage } = t;
  const until = addDays(await stage.now(), days);
  const said = { personId: lead.personId, ...(tenderProjectId ? { tenderProjectId } : {}) };
  const { act, subject, digest } = await own(by, (tx) =>
    authorisationToSign(tx, actorOf(by, stage.app.site.id), { ...said, until }),
  );
  const statement = await signActAs(by, stage.app, { act, subject, digest });
  return stage.act(by, authoriseLead, { ...said, until: until.toISOString(), statement });
}

test("R-N.1: a notice carries the lead's signature and the organisation's seal over the same bytes, and openssl accepts both", async () => {
  const { stage } = t;
  const agency = stage.person("agency");
  const { lotId } = await lotOf("双签");
  expect(await signersRow(agency, lotId)).toMatchObject({ verdict: "pass" });
  expect((await signersRow(agency, lotId)).value).toContain("程远（演示）授权至 2028-05-18");

  const publish = (statement: object) =>
    stage.act(agency, publishNotice, { lotId, statement: statement as never, ...NONCE });
  const alone = await signedBy(agency, lotId, agency);
  expect(await codeOf(publish(alone))).toBe("signing.seal_missing");
  // Another organisation's seal, a person's certificate in its place, and a seal over other bytes.
  const { seal: strange } = await sealAs(stage.person("tenderer").seal!, alone);
  expect(await codeOf(publish({ ...(await signedBy(agency, lotId, agency)), seal: strange }))).toBe(
    "identity.signature_broken",
  );
  for (const by of [stage.person("tenderer").seal!, agency.signer])
    expect(await codeOf(publish(await sealAs(by, await signedBy(agency, lotId, agency))))).toBe("signing.not_the_seal");

  await publish(await sealAs(agency.seal!, await signedBy(agency, lotId, agency)));
  const [notice] = await asStranger(stage, (tx) => noticesOfLot(tx, lotId));
  const { statement, authority } = notice!;
  expect((await signerOf(statement))?.name).toBe("王信（演示）");
  expect((await sealOf(statement))?.name).toBe("信诚招标代理有限公司（演示）");
  expect(capacityOf(authority!)).toBe("项目负责人，主要负责人程远（演示）授权，本单位全部招标项目，至 2028-05-18");
  const folder = mkdtempSync(join(tmpdir(), "pair-"));
  writeFileSync(join(folder, "payload"), fromBase64url(statement!.payload));
  for (const [name, cms] of Object.entries({ person: statement!.cms, seal: statement!.seal! })) {
    writeFileSync(join(folder, name), fromBase64url(cms));
    const args = ["-inform", "DER", "-in", join(folder, name), "-content", join(folder, "payload"), "-noverify"];
    execFileSync("openssl", ["cms", "-verify", "-binary", ...args, "-out", join(folder, "out")], { stdio: "pipe" });
  }
});

test("R-N.1: whom the chief person has not authorised, or no longer, is refused; he himself signs without a word", async () => {
  const { stage } = t;
  const [agency, chief, jia] = [stage.person("agency"), stage.person("agency-chief"), stage.person("jia")];
  const [{ lotId }, other] = [await lotOf("授权"), await lotOf("另一项目")];
  const { tenderProjectId } = await stage.lot(lotId);
  const publish = async (by: Person) =>
    stage.act(by, publishNotice, {
      lotId,
      statement: await signActAs(by, stage.app, (await viewOf(by, lotId)).toSign),
      ...NONCE,
    });
  await revokeAll(chief);
  expect(await codeOf(publish(agency))).toBe("signing.authorisation_ended");
  expect(await signersRow(agency, lotId)).toMatchObject({ verdict: "fail", fix: expect.stringContaining("程远") });
  // The chief person alone gives the word, to people of the own organisation, for own projects, and not for ever.
  expect(await codeOf(authorise(agency, agency))).toBe("signing.chief_only");
  expect(await codeOf(authorise(chief, jia))).toBe("general.not_found");
  expect(await codeOf(authorise(chief, agency, crypto.randomUUID()))).toBe("general.not_found");
  expect(await codeOf(authorise(chief, agency, undefined, 4000))).toBe("signing.bad_end");
  await authorise(chief, agency, (await stage.lot(other.lotId)).tenderProjectId);
  expect(await codeOf(publish(agency))).toBe("signing.authorisation_ended");
  await authorise(chief, agency, tenderProjectId);
  expect((await signersRow(agency, lotId)).verdict).toBe("pass");
  await publish(agency);
  expect(await own(jia, (tx) => authorisationsOf(tx, chief.orgId))).toEqual([]);
  const actor = actorOf(chief, stage.app.site.id);
  const lines = await inContext(stage.app.db, actor, (tx) => trailOf(tx, `org:${chief.orgId}`));
  expect(lines.map(({ action }) => action)).toEqual(
    expect.arrayContaining(["lead.authorised", "lead.authorisation-revoked"]),
  );
});

test("R-N.1: one signs, the keeper of the seal sees it waiting, and the seal over the same bytes publishes", async () => {
  const { stage } = t;
  const [agency, chief, tenderer] = [stage.person("agency"), stage.person("agency-chief"), stage.person("tenderer")];
  await authorise(chief, agency);
  const { lotId } = await lotOf("两步");
  const first = async () => {
    const { act, digest } = (await viewOf(agency, lotId)).toSign;
    const statement = await signedBy(agency, lotId, agency);
    await stage.act(agency, signFirst, {
      lotId,
      act: act as "notice.publish",
      digest,
      title: "公告",
      body: { lotId },
      statement,
    });
    return statement;
  };
  const superseded = await first();
  await first();
  const [waiting, ...more] = await own(chief, (tx) => waitingFor(tx, chief));
  expect(more).toEqual([]);
  expect(waiting).toMatchObject({ personName: agency.name, act: "notice.publish", lotId });
  expect(await own(tenderer, (tx) => waitingFor(tx, { orgId: agency.orgId }))).toEqual([]);

  const publish = async (by: Person, statement: Parameters<typeof sealAs>[1], seal = by.seal!) =>
    stage.act(by, publishNotice, { lotId, statement: await sealAs(seal, statement), ...NONCE });
  // What another signature took the place of is nobody's any more, and a seal of others publishes nothing.
  expect(await codeOf(publish(chief, superseded))).toBe("identity.challenge_used");
  expect(await codeOf(publish(chief, waiting!.statement, tenderer.seal!))).toBe("signing.not_the_seal");
  await publish(chief, waiting!.statement);
  expect((await stage.lot(lotId)).state).toBe("T1");
  expect(await own(chief, (tx) => waitingFor(tx, chief))).toEqual([]);
  const [notice] = await asStranger(stage, (tx) => noticesOfLot(tx, lotId));
  expect((await signerOf(notice!.statement))?.name).toBe(agency.name);
  expect(notice!.authority).toMatchObject({ person: agency.name, basis: "authorised" });
  expect(await codeOf(publish(chief, waiting!.statement))).toBe("tender.not_editable");
});

test("R-N.1: a seal that somebody bound as its own certificate, or a colleague's certificate, signs in nobody's place", async () => {
  const { stage, outside } = t;
  const agency = stage.person("agency");
  const { lotId } = await lotOf("冒签");
  const { orgName, creditCode } = agency;
  const order = (name: string) => newcomer(outside.ca, 1, { name, orgName, creditCode });
  const bind = async ({ opened, signer }: Newcomer) => {
    const encryptionCertificate = base64url(opened.encryption.certificate);
    const toSign = {
      act: "party.bind-certificate",
      subject: creditCode,
      digest: await registrationDigest({ encryptionCertificate }),
    };
    const statement = await signActAs({ signer }, stage.app, toSign);
    return stage.act(agency, bindCertificate, { encryptionCertificate, statement });
  };
  const refused = async ({ signer }: Newcomer, { sign }: { sign: string }) => {
    const as = { ...agency, certificateId: sign, signer };
    const both = await sealAs(agency.seal!, await signedBy(as, lotId, agency));
    return codeOf(stage.act(as, publishNotice, { lotId, statement: both, ...NONCE }));
  };
  const seal = await order(orgName);
  expect(await refused(seal, await bind(seal))).toBe("signing.personal_needed");
  // A colleague's is not bound in the first place; one that an installation had bound before signs nothing all the same.
  const colleague = await order("李代（演示）");
  expect(await codeOf(bind(colleague))).toBe("party.certificate_of_other_person");
  const pair = {
    sign: parseCertificate(colleague.opened.signing.certificate),
    encrypt: parseCertificate(colleague.opened.encryption.certificate),
  };
  const { orgId, personId } = agency;
  const bound = await own(agency, async (tx) => bindPair(tx, { orgId, personId }, pair, await stage.now()));
  expect(await refused(colleague, bound)).toBe("signing.other_name");
});

test("R-N.1: a seal is registered with itself, names no person, is the organisation's own, signs nobody in and stays when its keeper goes", async () => {
  const { stage, outside } = t;
  const [agency, chief] = [stage.person("agency"), stage.person("agency-chief")];
  const { orgName, creditCode } = agency;
  const register = async (by: Person, who: Pick<Newcomer, "signer">) => {
    const toSign = {
      act: "party.bind-seal",
      subject: creditCode,
      digest: await registrationDigest({ seal: creditCode }),
    };
    return stage.act(by, bindSeal, { statement: await signActAs(who, stage.app, toSign) });
  };
  const order = (name: string, org = orgName, code = creditCode) =>
    newcomer(outside.ca, 1, { name, orgName: org, creditCode: code });
  const seal = await order(orgName);
  expect(await codeOf(register(agency, await order("王信（演示）")))).toBe("signing.not_a_seal");
  // One that somebody bound as its own certificate becomes no seal, and the refusal says what to do.
  const personal = await order(orgName);
  const { signing, encryption } = personal.opened;
  const pair = { sign: parseCertificate(signing.certificate), encrypt: parseCertificate(encryption.certificate) };
  await own(agency, async (tx) =>
    bindPair(tx, { orgId: agency.orgId, personId: agency.personId }, pair, await stage.now()),
  );
  for (const by of [agency, chief]) expect(await codeOf(register(by, personal))).toBe("signing.seal_is_personal");
  const strange = stage.person("jia");
  expect(await codeOf(register(agency, await order(strange.orgName, strange.orgName, strange.creditCode)))).toBe(
    "party.certificate_of_other",
  );
  await register(agency, seal);
  const keeperOf = async () => {
    const rows = await own(chief, (tx) => sealsOf(tx, agency.orgId));
    return rows.find(({ fingerprint }) => fingerprint === parseCertificate(seal.opened.signing.certificate).fingerprint)
      ?.personId;
  };
  expect(await keeperOf()).toBe(agency.personId);
  await register(chief, seal);
  expect(await keeperOf()).toBe(chief.personId);

  const { nonce, ...challenge } = await newChallenge(stage.app.db, stage.app.site, "sign-in");
  const cms = base64url(await signDetached(challengeBytes({ nonce, ...challenge }), seal.signer));
  const { site, ports, db } = stage.app;
  expect(await codeOf(signIn(db, site, ports.revocation, { nonce, cms }, undefined))).toBe(
    "identity.seal_signs_nobody_in",
  );
});
