import { randomUUID } from "node:crypto";
import { sql } from "drizzle-orm";
import { permit, Refused, refuse } from "@/core/refusal";
import { type Certificate, parseCertificate, pemToDers, toPem } from "@/crypto/certificate";
import { parseCrl } from "@/crypto/crl";
import { validatePath } from "@/crypto/path";
import type { Ports } from "@/kit/command";
import type { Db, Tx } from "@/kit/db/connect";
import { inContext, legalNow } from "@/kit/db/context";
import { appendTrail } from "@/kit/trail";
import { bindPair } from "@/platform/party/bind";
import { holderOf, requireOrganisation } from "@/platform/party/certificate-check";
import { memberships, organisations, people } from "@/platform/party/tables";
import { problemsOfFounders, siteOf } from "../founding";
import { FOUNDING_ROLES, type Founding } from "../founding-schema";
import { refusalOfPlacements } from "../rules";
import { problemOfSiteCertificate } from "../site-certificate";
import { sites } from "../tables";
import { readTrustList } from "../trust-list";
import { requireTrust } from "./open-site";

type Pair = { readonly sign: Certificate; readonly encrypt: Certificate };

const wrong = (problem: string) => new Refused(refuse("invalid", "site.founding_refused", { problem }));

/**
 * Begins an installation (安装初始化): its operator, the first site and the people without whom nobody could be entered.
 * It is the one act without a signed-in person, done at the machine by whoever owns the database, and once: as soon as
 * there is a site, everything else is done by its administrators in their own pages, by signature.
 *
 * @param owner - the database as its owner sees it
 * @param profiles - law profiles of this version by their ids
 * @returns the request for the platform's certificate when the founding brings none yet; nothing is entered then.
 * @throws Refused with all that is wrong; nothing is entered.
 */
export async function foundInstallation(
  owner: Db,
  ports: Pick<Ports, "platformKeys" | "revocation">,
  founding: Founding,
  profiles: readonly string[],
): Promise<{ readonly csr: string } | { readonly host: string }> {
  const now = await legalNow(owner);
  const form = siteOf(founding);
  if (!profiles.includes(form.profile)) throw new Refused(refuse("invalid", "site.profile_unknown"));
  requireTrust(form, now);
  permit(refusalOfPlacements(form.placements));
  const crls = await ports.revocation.lists(form.crlUrls, now);
  const pairs = await Promise.all(founding.people.map((person) => pairOf(person, founding, crls, now)));
  const problems = problemsOfFounders(
    founding.people.map(({ role, name }, i) => ({ role, name, fingerprint: pairs[i]!.sign.fingerprint })),
  );
  if (problems.length) throw wrong(problems.join("；"));
  const { name, operatorName: organisation, operatorCreditCode: creditCode } = form;
  await inContext(owner, { siteId: randomUUID(), role: "founding" }, refuseFounded);
  const csr = ports.platformKeys.request(form.platformCode, { name, organisation, creditCode });
  if (!founding.siteCertificate) return { csr };
  const problem = await problemOfSiteCertificate(csr, founding.siteCertificate, form.trustList, crls, now);
  if (problem) throw new Refused(refuse("invalid", "site.certificate_refused", { problem }));
  const chain = pemToDers(founding.siteCertificate).map((der) => toPem(der));
  ports.platformKeys.install(form.platformCode, chain.join(""));
  const siteId = randomUUID();
  await inContext(owner, { siteId, role: "founding" }, (tx) => enterAll(tx, siteId, founding, pairs, now));
  return { host: form.host };
}

/** @throws Refused when there is a site already; who comes second waits for the first. */
async function refuseFounded(tx: Tx): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext('sites'))`);
  const [site] = await tx.select({ host: sites.host }).from(sites).limit(1);
  if (site) throw new Refused(refuse("conflict", "site.founded_before", { host: site.host }));
}

/** The two certificates of a person: of the operator, in force, with a known status. @throws Refused */
async function pairOf(
  person: Founding["people"][number],
  founding: Founding,
  crls: readonly Uint8Array<ArrayBuffer>[],
  now: Date,
): Promise<Pair> {
  const trust = readTrustList(founding.site.trustList, now);
  if ("problem" in trust) throw wrong(trust.problem);
  const read = async (pem: string, use: "sign" | "encrypt") => {
    const which = `${person.name}的${use === "sign" ? "签名" : "加密"}证书`;
    let certificate: Certificate;
    try {
      certificate = parseCertificate(pemToDers(pem)[0]!);
    } catch {
      throw wrong(`${which}不是可读的证书`);
    }
    requireOrganisation(certificate, founding.operator.creditCode);
    const path = await validatePath(certificate, {
      trust: trust.list,
      crls: crls.map((der) => parseCrl(der)),
      time: now,
      use,
    });
    if (!path.ok) throw wrong(`${which}：${path.reason}`);
    if (path.revocation === "unknown") throw wrong(`${which}：取不到吊销列表，无法确认证书有效`);
    return certificate;
  };
  return {
    sign: await read(person.signCertificate, "sign"),
    encrypt: await read(person.encryptCertificate, "encrypt"),
  };
}

async function enterAll(tx: Tx, siteId: string, founding: Founding, pairs: readonly Pair[], now: Date): Promise<void> {
  await refuseFounded(tx);
  const { hubUrl, timestampUrl, bankUrl, bankCertificate, ...form } = siteOf(founding);
  const orgId = randomUUID();
  await tx.insert(organisations).values({
    id: orgId,
    ...founding.operator,
    relatedToOperator: true,
    verifiedBy: "安装初始化",
    verifiedAt: now,
  });
  await tx.insert(sites).values({
    id: siteId,
    ...form,
    hubUrl: hubUrl || null,
    timestampUrl: timestampUrl || null,
    bankUrl: bankUrl || null,
    bankCertificate: bankCertificate || null,
    createdAt: now,
  });
  for (const [i, { role, name }] of founding.people.entries()) {
    const personId = randomUUID();
    await tx.insert(people).values({ id: personId, name, createdAt: now });
    const isVerifier = role === "operator";
    await tx.insert(memberships).values({ personId, orgId, role, title: FOUNDING_ROLES[role], admin: isVerifier });
    await bindPair(tx, { orgId, personId }, pairs[i]!, now);
  }
  await appendTrail(tx, { siteId, role: "founding" }, now, [
    {
      action: "site.founded",
      subject: form.platformCode,
      chain: "site",
      facts: {
        host: form.host,
        people: founding.people
          .map(({ role, name }, i) => `${FOUNDING_ROLES[role]} ${name}（${holderOf(pairs[i]!.sign)}）`)
          .join("；"),
      },
    },
  ]);
}
