import { randomUUID } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fromBase64 } from "@/core/bytes";
import { shanghai } from "@/core/time";
import { parseCertificate } from "@/crypto/certificate";
import { type CmsSigner, webCryptoSigner } from "@/crypto/cms";
import { openPkcs12 } from "@/crypto/pkcs12";
import { signStatement } from "@/crypto/statement";
import type { Connection } from "@/kit/db/connect";
import { ALL_TENDERS, authorisationContent } from "@/lifecycle/signing/schema";
import { leadAuthorisations } from "@/lifecycle/signing/tables";
import { digestOf } from "@/platform/identity/act";
import { insertSeal } from "@/platform/party/bind";
import { sites } from "@/platform/site/tables";
import { DEMO_PASSWORD, SEALS, sealKeptBy } from "./cast";
import type { Person } from "./person";

/** Authorisations of the demonstration end here. */
const UNTIL = shanghai("2028-05-18 23:59:59");

const signerIn = async (dataDir: string, name: string): Promise<CmsSigner> => {
  const file = new Uint8Array(readFileSync(join(dataDir, "demo", `${name}.p12`)));
  const { signing } = await openPkcs12(file, DEMO_PASSWORD);
  return webCryptoSigner(signing.key, signing.certificate, signing.chain);
};

/** The seal that somebody of the demonstration keeps; installations made before there were seals have none. */
export async function sealOf(dataDir: string, person: string): Promise<{ seal?: CmsSigner }> {
  const name = sealKeptBy(person);
  if (!name || !existsSync(join(dataDir, "demo", `${name}.p12`))) return {};
  return { seal: await signerIn(dataDir, name) };
}

/** Orders the seals of those who publish, registers them, and lets the agency's chief person authorise its lead. */
export async function installSeals(
  { db }: Connection,
  dataDir: string,
  order: (ca: 1 | 2, body: object) => Promise<{ p12: string }>,
  people: ReadonlyMap<string, Person>,
  now: Date,
): Promise<void> {
  for (const { key, ca, keepers } of SEALS) {
    const keeper = people.get(keepers[0])!;
    const { p12 } = await order(ca, {
      person: { name: keeper.orgName },
      organisation: { name: keeper.orgName, creditCode: keeper.creditCode },
      password: DEMO_PASSWORD,
    });
    const file = fromBase64(p12);
    writeFileSync(join(dataDir, "demo", `${key}.p12`), file, { mode: 0o600 });
    const { signing } = await openPkcs12(file, DEMO_PASSWORD);
    await insertSeal(db, keeper, parseCertificate(signing.certificate), now);
  }
  const [chief, lead] = [people.get("agency-chief")!, people.get("agency")!];
  for (const site of await db.select().from(sites)) {
    const { creditCode, orgId } = chief;
    const said = { organisation: creditCode, lead: lead.name, scope: ALL_TENDERS, until: UNTIL };
    const digest = await digestOf(authorisationContent(said));
    const [format, act] = ["xinbiao-act/1", "signing.authorise"];
    const payload = { format, act, subject: creditCode, origin: site.host, nonce: randomUUID(), digest };
    await db.insert(leadAuthorisations).values({
      ...{ siteId: site.id, orgId, personId: lead.personId, personName: lead.name, scope: ALL_TENDERS, endsAt: UNTIL },
      ...{ chiefPersonId: chief.personId, chiefName: chief.name, signedAt: now },
      statement: await signStatement(payload, chief.signer, { signingTime: now }),
    });
  }
}
