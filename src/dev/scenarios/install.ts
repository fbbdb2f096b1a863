import { createPrivateKey, createPublicKey, generateKeyPairSync, randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { eq } from "drizzle-orm";
import { filePlatformKeys } from "@/adapters/platform-keys-file";
import { fromBase64 } from "@/core/bytes";
import { isCreditCode } from "@/core/codes";
import { parseCertificate } from "@/crypto/certificate";
import { webCryptoSigner } from "@/crypto/cms";
import { type OpenedPkcs12, openPkcs12 } from "@/crypto/pkcs12";
import { signStatement } from "@/crypto/statement";
import type { Connection } from "@/kit/db/connect";
import { experts } from "@/lifecycle/committee/tables";
import { seats, venues } from "@/lifecycle/seat/tables";
import { certificates, memberships, organisations, people } from "@/platform/party/tables";
import { insertVersion } from "@/platform/party/versions";
import { offeredTerms } from "@/platform/service/queries";
import { serviceContracts } from "@/platform/service/tables";
import { sites } from "@/platform/site/tables";
import type { OutsideUrls } from "../plans";
import { type CastMember, DEMO_PASSWORD, ORGANISATIONS, PEOPLE, registrationOf, sealKeptBy, VENUES } from "./cast";
import type { Person } from "./person";
import { installSeals, sealOf } from "./seals";

/** The two sites of the demonstration: one installation, two trading sites. */
export const SITES = [
  {
    host: "localhost",
    name: "黔中信标电子招标投标交易平台（演示）",
    platformCode: "E5200000001",
    profile: "guizhou-demo",
  },
  { host: "b.localhost", name: "清溪信标交易平台（演示）", platformCode: "E5200000002", profile: "national" },
] as const;

/** What the sites of the demonstration disclose. */
const DISCLOSED = {
  owner: "清溪市公共资源交易中心（演示），负责人：周场（演示）",
  operator: "高维（演示）",
  developer: "信标开源社区",
  maintainer: "信标演示运营有限公司（演示），负责人：高维（演示）",
  certification: "演示环境的证书和报告均为虚构，不具法律效力",
  protection: "演示环境，未备案",
  hub: "与演示省公共服务平台对接，数据交互情况见“运行状态”",
  phone: "0851-00000000，工作日 8:30–17:30",
  complaint: "清溪市发展和改革委员会（演示），0851-00000001",
};

/** Test report, professionals and places of the demonstration: all of it on one machine. */
const DECLARED = {
  certifications: [
    {
      body: "演示检测认证机构（演示）",
      number: "演示-EB-2026-001",
      from: "2026-01-01",
      until: "2028-12-31",
      url: "https://certification.example.cn/reports/2026-001",
    },
  ],
  professionals: [
    { name: "高维（演示）", profession: "it" as const, qualification: "信息系统项目管理师（演示）" },
    { name: "核真（演示）", profession: "tendering" as const, qualification: "招标采购专业人员（演示）" },
  ],
  placements: (["database", "objects", "backup", "logs", "mail"] as const).map((kind) => ({
    kind,
    host: "127.0.0.1",
    provider: "本机（演示）",
    region: "520100",
  })),
};

const text = async (url: string): Promise<string> => {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  return answer.text();
};
const post = async <R>(url: string, body: unknown): Promise<R> => {
  const answer = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as R;
};

/** Platform key and certificate of a site, in `DATA_DIR/keys`. */
async function platformKey(
  dataDir: string,
  ca: string,
  site: (typeof SITES)[number],
  operator: { name: string; creditCode: string },
): Promise<void> {
  const folder = join(dataDir, "keys");
  mkdirSync(folder, { recursive: true });
  const path = (kind: string) => join(folder, `${site.platformCode}.${kind}.pem`);
  if (existsSync(path("crt"))) return;
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const spki = createPublicKey(privateKey).export({ type: "spki", format: "pem" });
  const { certificate, issuing } = await post<{ certificate: string; issuing: string }>(`${ca}/v1/ca/1/issue`, {
    spki,
    cn: site.name,
    o: operator.name,
    creditCode: operator.creditCode,
    use: "platform",
  });
  writeFileSync(
    path("key"),
    createPrivateKey(privateKey.export({ type: "pkcs8", format: "pem" })).export({ type: "pkcs8", format: "pem" }),
    { mode: 0o600 },
  );
  writeFileSync(path("crt"), `${certificate.trim()}\n${issuing.trim()}\n`);
}

/** An invented credit code, completed by its check character. */
export function creditCodeWithCheck(code17: string): string {
  const found = [..."0123456789ABCDEFGHJKLMNPQRTUWXY"].map((last) => code17 + last).find(isCreditCode);
  if (!found) throw new Error(`no check character completes ${code17}`);
  return found;
}

export interface Installed {
  readonly siteIds: readonly string[];
  readonly people: ReadonlyMap<string, Person>;
}

/**
 * Sets up sites, organisations, people, certificates, experts and seats. Every person's certificate file is ordered from
 * the authority and kept in `DATA_DIR/demo`; it is opened here as a browser would open it.
 */
export async function installWorld(
  owner: Connection,
  dataDir: string,
  outside: Pick<OutsideUrls, "ca" | "timestamp" | "hub" | "bank">,
  now: Date,
): Promise<Installed> {
  const { db } = owner;
  const ca = outside.ca;
  const trust = await Promise.all(
    [1, 2].flatMap((n) => [`${ca}/v1/ca/${n}/root.pem`, `${ca}/v1/ca/${n}/issuing.pem`]).map(text),
  );
  const crlUrls = [1, 2].flatMap((n) => [`${ca}/v1/ca/${n}/crl.der`, `${ca}/v1/ca/${n}/root.crl.der`]);
  const bank = JSON.parse(await text(`${outside.bank}/v1/bank`)) as { certificate: string };
  const orgIds = new Map<string, { id: string; name: string; creditCode: string }>();
  for (const { key, code17, ...row } of ORGANISATIONS) {
    const creditCode = creditCodeWithCheck(code17);
    const [made] = await db
      .insert(organisations)
      .values({
        ...row,
        creditCode,
        regionCode: "520100",
        relatedToOperator: key === "operator",
        verifiedBy: "核验员（演示）",
        verifiedAt: now,
      })
      .returning();
    await insertVersion(
      db,
      made!.id,
      1,
      { data: registrationOf({ key, code17, ...row }, creditCode), fromHub: [], evidence: [] },
      { personId: made!.id, name: row.contact },
      now,
    );
    orgIds.set(key, { id: made!.id, name: row.name, creditCode });
  }
  const operator = orgIds.get("operator")!;
  const siteIds: string[] = [];
  for (const site of SITES) {
    await platformKey(dataDir, ca, site, operator);
    const [made] = await db
      .insert(sites)
      .values({
        ...site,
        operatorName: operator.name,
        operatorCreditCode: operator.creditCode,
        hubUrl: outside.hub,
        trustList: trust,
        crlUrls,
        ocspUrls: [1, 2].map((n) => `${ca}/v1/ca/${n}/ocsp`),
        timestampUrl: outside.timestamp,
        timestampTrust: trust.slice(0, 2),
        disclosure: DISCLOSED,
        ...DECLARED,
        bankUrl: outside.bank,
        bankCertificate: bank.certificate,
        createdAt: now,
      })
      .returning();
    siteIds.push(made!.id);
  }
  mkdirSync(join(dataDir, "demo"), { recursive: true });
  const installed = new Map<string, Person>();
  for (const member of PEOPLE)
    installed.set(member.key, await enterPerson(owner, dataDir, ca, member, orgIds.get(member.org)!, now));
  await seatsAndExperts(owner, orgIds, installed);
  const orderFile = (number: 1 | 2, body: object) => post<{ p12: string }>(`${ca}/v1/ca/${number}/issue-p12`, body);
  await installSeals(owner, dataDir, orderFile, installed, now);
  for (const [key, person] of installed) installed.set(key, { ...person, ...(await sealOf(dataDir, key)) });
  for (const key of ["tenderer", "agency"]) await signServiceContracts(owner, dataDir, installed.get(key)!, now);
  const keys = PEOPLE.map(({ key, person, title, role, home, card, org }) => ({
    name: key,
    file: `${key}.p12`,
    person,
    organisation: orgIds.get(org)!.name,
    role,
    title,
    home: home.replace("{org}", orgIds.get(org)!.id),
    card: card ?? "",
    ...(sealKeptBy(key) ? { seal: sealKeptBy(key) } : {}),
  }));
  writeFileSync(join(dataDir, "demo", "keys.json"), JSON.stringify({ password: DEMO_PASSWORD, keys }, null, 2));
  return { siteIds, people: installed };
}

/** Who tenders has contracted with the operator of both sites. */
async function signServiceContracts(owner: Connection, dataDir: string, person: Person, now: Date): Promise<void> {
  const keys = filePlatformKeys(dataDir);
  for (const site of await owner.db.select().from(sites)) {
    const { terms, digest } = await offeredTerms(owner.db, site, person);
    const [act, format] = ["service.sign-contract", "xinbiao-act/1"];
    const payload = { format, act, subject: person.creditCode, origin: site.host, nonce: randomUUID(), digest };
    const countersigned = { format: "xinbiao-service-countersign/1", customer: person.creditCode, digest };
    await owner.db.insert(serviceContracts).values({
      siteId: site.id,
      orgId: person.orgId,
      personId: person.personId,
      terms,
      digest,
      statement: await signStatement(payload, person.signer, { signingTime: now }),
      operatorStatement: await signStatement(countersigned, keys.signerOf(site.platformCode), { signingTime: now }),
      signedAt: now,
    });
  }
}

/** Orders a certificate file for somebody, keeps it in `DATA_DIR/demo`, and enters its holder. */
async function enterPerson(
  owner: Connection,
  dataDir: string,
  ca: string,
  member: CastMember,
  org: { id: string; name: string; creditCode: string },
  now: Date,
): Promise<Person> {
  const order = {
    person: { name: member.person },
    organisation: { name: org.name, creditCode: org.creditCode },
    password: DEMO_PASSWORD,
  };
  const { p12 } = await post<{ p12: string }>(`${ca}/v1/ca/${member.ca}/issue-p12`, order);
  const file = fromBase64(p12);
  writeFileSync(join(dataDir, "demo", `${member.key}.p12`), file, { mode: 0o600 });
  return enterHolder(owner, member, org, await openPkcs12(file, DEMO_PASSWORD), now);
}

/** Enters a person with both certificates, as somebody who may act for the organisation. */
export async function enterHolder(
  { db }: Pick<Connection, "db">,
  member: Pick<CastMember, "key" | "person" | "role" | "title">,
  org: { id: string; name: string; creditCode: string },
  opened: OpenedPkcs12,
  now: Date,
): Promise<Person> {
  const [person] = await db.insert(people).values({ name: member.person, createdAt: now }).returning();
  await db.insert(memberships).values({
    personId: person!.id,
    orgId: org.id,
    role: member.role,
    title: member.title,
    admin: member.role !== "expert",
  });
  const bound: Record<string, string> = {};
  const pairId = randomUUID();
  for (const [use, der] of [
    ["sign", opened.signing.certificate],
    ["encrypt", opened.encryption.certificate],
  ] as const) {
    const certificate = parseCertificate(der);
    const [row] = await db
      .insert(certificates)
      .values({
        fingerprint: certificate.fingerprint,
        orgId: org.id,
        personId: person!.id,
        pairId,
        use,
        der,
        subject: certificate.subject.display,
        notBefore: certificate.notBefore,
        notAfter: certificate.notAfter,
        boundAt: now,
      })
      .returning();
    bound[use] = row!.id;
  }
  return {
    key: member.key,
    name: member.person,
    personId: person!.id,
    orgId: org.id,
    orgName: org.name,
    creditCode: org.creditCode,
    role: member.role,
    certificateId: bound.sign!,
    opened,
    signer: webCryptoSigner(opened.signing.key, opened.signing.certificate, opened.signing.chain),
  };
}

async function seatsAndExperts(
  owner: Connection,
  orgIds: ReadonlyMap<string, { id: string }>,
  installed: ReadonlyMap<string, Person>,
): Promise<void> {
  const { db } = owner;
  for (const venue of VENUES) {
    const [made] = await db
      .insert(venues)
      .values({
        code: venue.code,
        name: venue.name,
        orgId: orgIds.get(venue.key)!.id,
        regionCode: venue.regionCode,
        feeText: "演示不收费",
      })
      .returning();
    for (let i = 1; i <= 8; i++) {
      await db.insert(seats).values({
        code: `${venue.code}-${String(i).padStart(2, "0")}`,
        venueId: made!.id,
        row: Math.ceil(i / 4),
        column: ((i - 1) % 4) + 1,
      });
    }
  }
  for (const person of installed.values()) {
    if (person.role !== "expert") continue;
    await db.insert(experts).values({
      code: `EXP0${person.key.slice(-2)}`,
      personId: person.personId,
      orgId: person.orgId,
      speciality: "房屋建筑",
      regionCode: "520100",
    });
  }
}

/** The people of a world that was installed before, from their certificate files and the database. */
export async function loadPeople(owner: Connection, dataDir: string): Promise<Map<string, Person>> {
  const { keys } = JSON.parse(readFileSync(join(dataDir, "demo", "keys.json"), "utf8")) as {
    keys: { name: string; file: string }[];
  };
  const loaded = new Map<string, Person>();
  for (const { name, file } of keys) {
    const opened = await openPkcs12(new Uint8Array(readFileSync(join(dataDir, "demo", file))), DEMO_PASSWORD);
    const { fingerprint } = parseCertificate(opened.signing.certificate);
    const [row] = await owner.db
      .select({ certificate: certificates, person: people, organisation: organisations, membership: memberships })
      .from(certificates)
      .innerJoin(people, eq(people.id, certificates.personId))
      .innerJoin(organisations, eq(organisations.id, certificates.orgId))
      .innerJoin(memberships, eq(memberships.personId, certificates.personId))
      .where(eq(certificates.fingerprint, fingerprint));
    if (!row) throw new Error(`the certificate of ${name} is not bound`);
    loaded.set(name, {
      key: name,
      name: row.person.name,
      personId: row.person.id,
      orgId: row.organisation.id,
      orgName: row.organisation.name,
      creditCode: row.organisation.creditCode,
      role: row.membership.role as Person["role"],
      certificateId: row.certificate.id,
      opened,
      signer: webCryptoSigner(opened.signing.key, opened.signing.certificate, opened.signing.chain),
      ...(await sealOf(dataDir, name)),
    });
  }
  return loaded;
}
