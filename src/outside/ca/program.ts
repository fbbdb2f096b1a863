import { z } from "zod";
import { base64, fromBase64 } from "@/core/bytes";
import { pemToDer, toPem } from "@/crypto/certificate";
import { DerError } from "@/crypto/der";
import type { OutsideClock } from "../clock";
import { type Faults, noFaults } from "../faults";
import { type Ask, Declined, json, type Program } from "../http";
import { beijing, link, table } from "../page";
import { type Authority, newKey, openAuthority } from "./authority";
import { publicKeyOfRequest, spkiOf } from "./certificate-writer";
import { writePkcs12 } from "./pkcs12";

/** Two authorities of a trust list, and a third that nobody trusts. */
export const AUTHORITIES = ["黔信电子认证(演示)", "云证数字认证(演示)", "外来认证(演示)"] as const;

const text = z.string().trim().min(1).max(100);
const creditCode = z.string().regex(/^[0-9A-Z]{18}$/);
const Person = z.object({
  person: z.object({ name: text }),
  organisation: z.object({ name: text, creditCode }),
  email: z.email().optional(),
  password: z.string().min(4).max(100),
  notAfter: z.iso.datetime({ offset: true }).optional(),
});
const Order = z.object({
  csr: z.string().max(20_000).optional(),
  spki: z.string().max(20_000).optional(),
  cn: text,
  o: text,
  creditCode: creditCode.optional(),
  use: z.enum(["sign", "encrypt", "timestamp", "platform"]),
  notAfter: z.iso.datetime({ offset: true }).optional(),
});
const Revocation = z.object({ serialHex: z.string().regex(/^[0-9a-f]{2,40}$/) });

/** The certification authorities of the demonstration as one program. */
export async function certificationAuthorities(options: {
  folder: string;
  clock: OutsideClock;
  faults?: Faults;
}): Promise<Program> {
  const { folder, clock, faults = noFaults() } = options;
  const authorities = await Promise.all(AUTHORITIES.map((title, i) => openAuthority(folder, i + 1, title)));
  const authorityOf = (ask: Ask): Authority => {
    const found = authorities.find(({ number }) => String(number) === ask.params.n);
    if (!found) throw new Declined(404, "not_found", "没有这家认证机构");
    return found;
  };
  const pem = (der: Uint8Array) => ({ type: "application/x-pem-file", body: toPem(der) });
  const crl = (der: Uint8Array, ask: Ask) => ({ type: "application/pkix-crl", body: damaged(der, ask) });

  return {
    title: "电子认证机构（演示）",
    purpose: "代表依法设立的电子认证服务机构：签发证书、吊销证书、发布吊销列表。",
    faults,
    routes: [
      ["GET", "/v1/ca/:n/root.pem", (ask) => pem(authorityOf(ask).root)],
      ["GET", "/v1/ca/:n/issuing.pem", (ask) => pem(authorityOf(ask).issuing)],
      ["GET", "/v1/ca/:n/crl.der", async (ask) => crl(authorityOf(ask).crl(await clock.now(0)), ask)],
      ["GET", "/v1/ca/:n/root.crl.der", async (ask) => crl(authorityOf(ask).rootCrl(await clock.now(0)), ask)],
      [
        "POST",
        "/v1/ca/:n/ocsp",
        async (ask) => ({
          type: "application/ocsp-response",
          body: damaged(authorityOf(ask).ocsp(await ask.body(), await clock.now(0)), ask),
        }),
      ],
      ["POST", "/v1/ca/:n/issue-p12", async (ask) => json(await issuePerson(authorityOf(ask), ask, await clock.now()))],
      ["POST", "/v1/ca/:n/issue", async (ask) => json(await issueForKey(authorityOf(ask), ask, await clock.now()))],
      [
        "POST",
        "/v1/ca/:n/revoke",
        async (ask) => {
          const { serialHex } = await parsed(Revocation, ask);
          const authority = authorityOf(ask);
          if (!authority.revoke(serialHex, await clock.now(0)))
            throw new Declined(404, "unknown_serial", "没有签发过这个序列号");
          return json({ serialHex, at: authority.revoked.find((entry) => entry.serialHex === serialHex)?.at });
        },
      ],
    ],
    page: () => authorities.map(section).join(""),
  };
}

/** In the mode `wrong` a list is one bit off: its signature no longer fits. */
function damaged(der: Uint8Array, ask: Ask): Uint8Array {
  if (ask.mode !== "wrong") return der;
  const copy = der.slice();
  copy[copy.length - 1]! ^= 1;
  return copy;
}

async function parsed<T>(schema: z.ZodType<T>, ask: Ask): Promise<T> {
  if (ask.mode === "wrong") throw new Declined(503, "refused", "认证机构拒绝了申请（演示故障）");
  const given = schema.safeParse(await ask.json());
  if (given.success) return given.data;
  throw new Declined(
    400,
    "invalid",
    given.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`).join("; "),
  );
}

async function issuePerson(authority: Authority, ask: Ask, now: Date) {
  const { person, organisation, email, password, notAfter } = await parsed(Person, ask);
  const [signingKey, encryptionKey] = await Promise.all([newKey(), newKey()]);
  const common = {
    subject: { cn: person.name, o: organisation.name, creditCode: organisation.creditCode },
    ...(email ? { email } : {}),
    ...(notAfter ? { notAfter: new Date(notAfter) } : {}),
  };
  const signing = authority.issue({ ...common, spki: spkiOf(signingKey), use: "sign" }, now);
  const encryption = authority.issue({ ...common, spki: spkiOf(encryptionKey), use: "encrypt" }, now);
  const p12 = writePkcs12(
    [
      { friendlyName: "signing", certificate: signing, key: signingKey },
      { friendlyName: "encryption", certificate: encryption, key: encryptionKey },
    ],
    [authority.issuing],
    password,
  );
  return { p12: base64(p12), signing: toPem(signing), encryption: toPem(encryption) };
}

async function issueForKey(authority: Authority, ask: Ask, now: Date) {
  const { csr, spki, cn, o, creditCode: code, use, notAfter } = await parsed(Order, ask);
  if ((csr === undefined) === (spki === undefined)) throw new Declined(400, "invalid", "csr 与 spki 须且只须给出一项");
  try {
    const key = csr ? publicKeyOfRequest(pemToDer(csr, "CERTIFICATE REQUEST")) : spkiFrom(spki!);
    const subject = { cn, o, ...(code ? { creditCode: code } : {}) };
    const certificate = authority.issue(
      { subject, spki: key, use, ...(notAfter ? { notAfter: new Date(notAfter) } : {}) },
      now,
    );
    const serialHex = authority.issued[authority.issued.length - 1]!.serialHex;
    return { certificate: toPem(certificate), issuing: toPem(authority.issuing), serialHex };
  } catch (error) {
    if (error instanceof DerError) throw new Declined(400, "bad_key", `公钥或申请不正确：${error.message}`);
    throw error;
  }
}

const spkiFrom = (given: string) => (given.includes("-----BEGIN") ? pemToDer(given, "PUBLIC KEY") : fromBase64(given));

const USES = { sign: "签名", encrypt: "加密", timestamp: "时间戳", platform: "平台", ca: "签发", root: "根" } as const;

function section(authority: Authority): string {
  const base = `/v1/ca/${authority.number}`;
  const revoked = new Map(authority.revoked.map(({ serialHex, at }) => [serialHex, at]));
  const rows = [...authority.issued]
    .reverse()
    .slice(0, 200)
    .map(({ serialHex, subject, use, at }) => {
      const since = revoked.get(serialHex);
      return [beijing(at), subject, USES[use], serialHex, since ? `${beijing(since)} 吊销` : "有效"];
    });
  const files = [
    ["root.pem", "根证书"],
    ["issuing.pem", "签发机构证书"],
    ["crl.der", "吊销列表"],
    ["root.crl.der", "根吊销列表"],
  ].map(([name, title]) => link(`${base}/${name}`, title!).html);
  return `<h2>${authority.title}</h2><p>${files.join(" · ")}</p>${table(["签发时间", "主体", "用途", "序列号", "状态"], rows, "尚未签发证书。")}`;
}
