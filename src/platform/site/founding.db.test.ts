import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { filePlatformKeys } from "@/adapters/platform-keys-file";
import { toPem } from "@/crypto/certificate";
import { readFoundingFile } from "@/dev/founding-file";
import { actorOf } from "@/dev/scenarios/person";
import { execute } from "@/kit/command";
import { inContext } from "@/kit/db/context";
import { trailLines } from "@/kit/tables";
import { certificates, memberships, organisations } from "@/platform/party/tables";
import { type TestDatabase, testDatabase } from "@/testing/database";
import { codeOf } from "@/testing/refused";
import { type TestStage, testStage } from "@/testing/stage";
import { foundInstallation } from "./commands/found";
import { proposeSite } from "./commands/open-site";
import type { Founding } from "./founding-schema";
import { siteFormOf, siteOfHost } from "./queries";
import type { SiteForm } from "./schema";
import { sites } from "./tables";

let t: TestStage;
let empty: TestDatabase;
let folder: string;
const PROFILES = ["national"];
const FOUNDERS = ["system-admin", "security-admin", "audit-admin", "operator", "operator-2"];

beforeAll(async () => {
  t = await testStage();
  empty = await testDatabase();
  folder = mkdtempSync(join(tmpdir(), "xinbiao-founding-"));
  await empty.owner.db.execute(
    sql`insert into demo_clock (demo_base, real_base, rate, running) values ('2026-03-02T01:00:00Z', clock_timestamp(), 1, true)`,
  );
}, 120_000);
afterAll(async () => {
  await t?.close();
  await empty?.drop();
  rmSync(folder, { recursive: true, force: true });
});

/** The form as it is written, right or wrong. */
interface Form {
  operator: { name: string; creditCode: string } & Record<string, unknown>;
  site: Omit<SiteForm, "operatorName" | "operatorCreditCode">;
  people: { role: string; name: string; signCertificate: string; encryptCertificate: string }[];
}

const ports = () => ({ platformKeys: filePlatformKeys(folder), revocation: t.ports.revocation });
const found = (founding: Founding) => foundInstallation(empty.owner.db, ports(), founding, PROFILES);

/** A form as an operator writes it: certificates as files beside it. */
async function formFile(change: (form: Form) => void = () => {}): Promise<string> {
  const { operatorName, operatorCreditCode, ...site } = (await siteFormOf(t.stage.app.db, t.stage.app.site.id))!;
  const people = FOUNDERS.map((key) => {
    const { role, name, opened } = t.stage.person(key);
    const file = (use: string, der: Uint8Array<ArrayBuffer>) => {
      writeFileSync(join(folder, `${key}.${use}.pem`), toPem(der));
      return `${key}.${use}.pem`;
    };
    return {
      role,
      name,
      signCertificate: file("sign", opened.signing.certificate),
      encryptCertificate: file("encrypt", opened.encryption.certificate),
    };
  });
  const operator = {
    name: operatorName,
    creditCode: operatorCreditCode,
    regionCode: "520100",
    address: "清溪市演示路 1 号",
    contact: "高维（演示）",
    phone: "0851-00000000",
    email: "operator@xinbiao.example",
  };
  const form: Form = { operator, site: { ...site, host: "ebid.example.cn", profile: "national" }, people };
  change(form);
  const file = join(folder, "founding.json");
  writeFileSync(file, JSON.stringify(form));
  return file;
}

async function issued(csr: string, form: Founding): Promise<string> {
  const answer = await fetch(`${t.outside.ca}/v1/ca/1/issue`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      csr,
      cn: form.site.name,
      o: form.operator.name,
      creditCode: form.operator.creditCode,
      use: "platform",
    }),
  });
  const { certificate, issuing } = (await answer.json()) as { certificate: string; issuing: string };
  return `${certificate}\n${issuing}`;
}

test("a founding file that cannot be used names the file, the field and what to do, and nothing is entered", async () => {
  const wrong: [RegExp, (form: Form) => void][] = [
    [/site\.platformCode/, (form) => (form.site.platformCode = "E52")],
    [/people：至少五人/, (form) => form.people.splice(0, 1)],
    [/people\.0\.role：角色只能是/, (form) => (form.people[0]!.role = "tenderer")],
    [/operator\.creditCode/, (form) => (form.operator.creditCode = "91520100MA0000041X")],
    [/读不到文件 .*nobody\.pem/, (form) => (form.people[0]!.signCertificate = "nobody.pem")],
  ];
  for (const [message, change] of wrong) {
    const file = await formFile(change);
    expect(() => readFoundingFile(file), String(message)).toThrow(message);
  }
  writeFileSync(join(folder, "text.json"), "站点");
  expect(() => readFoundingFile(join(folder, "text.json"))).toThrow(/不是 JSON/);
  expect(await empty.owner.db.select().from(sites)).toEqual([]);
});

test("SOD-07: an installation begins with three administrators and two verifiers, each a person of their own", async () => {
  const twice = readFoundingFile(
    await formFile((form) => {
      form.people[1] = { ...form.people[0]!, role: "security-admin" };
    }),
  );
  expect(await codeOf(found(twice))).toBe("site.founding_refused");
  const one = readFoundingFile(await formFile((form) => (form.people[4]!.role = "audit-admin")));
  expect(await codeOf(found(one))).toBe("site.founding_refused");
  const stranger = readFoundingFile(
    await formFile((form) => {
      writeFileSync(join(folder, "jia.pem"), toPem(t.stage.person("jia").opened.signing.certificate));
      form.people[0]!.signCertificate = "jia.pem";
    }),
  );
  expect(await codeOf(found(stranger))).toBe("party.certificate_of_other");
  expect(await empty.owner.db.select().from(organisations)).toEqual([]);
});

test("SOD-07: without a certificate there is a request; with it the site answers, its people act, and it is done once", async () => {
  const form = readFoundingFile(await formFile());
  const first = await found(form);
  if (!("csr" in first)) throw new Error("no request");
  expect(await empty.owner.db.select().from(sites)).toEqual([]);
  const other = await issued(
    ((await found({ ...form, site: { ...form.site, platformCode: "E5200000008" } })) as { csr: string }).csr,
    form,
  );
  expect(await codeOf(found({ ...form, siteCertificate: other }))).toBe("site.certificate_refused");
  const founding = { ...form, siteCertificate: await issued(first.csr, form) };
  const outcomes = await Promise.allSettled([found(founding), found(founding)]);
  expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  expect(await codeOf(found(founding))).toBe("site.founded_before");

  const app = empty.as.xb_app.db;
  const site = (await siteOfHost(app, "ebid.example.cn"))!;
  expect(site.operatorName).toBe(form.operator.name);
  expect((await empty.owner.db.select().from(memberships)).map(({ role }) => role).sort()).toEqual([
    "audit-admin",
    "operator",
    "operator",
    "security-admin",
    "system-admin",
  ]);
  const [line] = await empty.owner.db.select().from(trailLines);
  expect(line).toMatchObject({ action: "site.founded", subject: form.site.platformCode, role: "founding", seq: 1 });
  expect(JSON.stringify(line!.facts)).toContain("安全审计员");
  // The administrator goes on by the pages' own command, with the certificate that was bound.
  const { fingerprint } = await boundOf("system-admin");
  expect(fingerprint).toBeTruthy();
  const admin = await actorFor("system-admin", site.id);
  const values = { ...(await siteFormOf(app, site.id))!, host: "second.example.cn", platformCode: "E5200000009" };
  const runtime = { db: app, site, ports: { ...t.ports, platformKeys: filePlatformKeys(folder) } };
  const proposal = await execute(runtime, admin, proposeSite(PROFILES), { values }, "second-site");
  expect(proposal.csr).toContain("BEGIN CERTIFICATE REQUEST");
  expect(readFileSync(join(folder, "keys", `${form.site.platformCode}.crt.pem`), "utf8")).toContain(
    "BEGIN CERTIFICATE",
  );
});

async function boundOf(role: string) {
  const [row] = await empty.owner.db
    .select({
      id: certificates.id,
      fingerprint: certificates.fingerprint,
      orgId: certificates.orgId,
      personId: certificates.personId,
    })
    .from(certificates)
    .innerJoin(memberships, sql`${memberships.personId} = ${certificates.personId}`)
    .where(sql`${memberships.role} = ${role} and ${certificates.use} = 'sign'`);
  return row!;
}

async function actorFor(role: "system-admin", siteId: string) {
  const { id, orgId, personId } = await boundOf(role);
  const actor = { ...actorOf({ ...t.stage.person(role), orgId, personId, certificateId: id }, siteId) };
  await inContext(empty.as.xb_app.db, actor, async () => {});
  return actor;
}
