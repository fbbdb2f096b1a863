import { execFileSync, spawnSync } from "node:child_process";
import { createHash, createPublicKey, generateKeyPairSync, X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import forge from "node-forge";
import { afterAll, beforeAll, expect, test } from "vitest";
import { creditCodeOf, parseCertificate, pemToDer } from "@/crypto/certificate";
import { parseCrl } from "@/crypto/crl";
import { ocspStatus, parseOcspResponse } from "@/crypto/ocsp";
import { writeOcspRequest } from "@/crypto/ocsp-request";
import { validatePath } from "@/crypto/path";
import { type Served, serve } from "../http";
import { certificationAuthorities } from "./program";

const folder = mkdtempSync(join(tmpdir(), "xb-ca-"));
const now = new Date("2026-05-18T00:00:00Z");
const clock = { now: async () => now, close: async () => {} };
let ca: Served;

beforeAll(async () => {
  ca = await serve(await certificationAuthorities({ folder, clock, faults: { mode: "none", slowMs: 50 } }), 0);
});
afterAll(() => ca.close());

const get = async (path: string) => new Uint8Array(await (await fetch(`${ca.url}${path}`)).arrayBuffer());
const pem = async (path: string) => (await fetch(`${ca.url}${path}`)).text();
const post = async (path: string, body: unknown) => {
  const answer = await fetch(`${ca.url}${path}`, { method: "POST", body: JSON.stringify(body) });
  return { status: answer.status, body: (await answer.json()) as Record<string, string> };
};
const fault = (mode: string) => fetch(`${ca.url}/faults`, { method: "PUT", body: JSON.stringify({ mode }) });

const order = {
  person: { name: "张三" },
  organisation: { name: "黔山建设(演示)有限公司", creditCode: "91520100MA6DEMO01X" },
  email: "zhangsan@example.com",
  password: "demo-2026",
};
const issue = async (n: number, extra: object = {}) => {
  const { body } = await post(`/v1/ca/${n}/issue-p12`, { ...order, ...extra });
  return {
    p12: body.p12!,
    signing: parseCertificate(pemToDer(body.signing!)),
    encryption: parseCertificate(pemToDer(body.encryption!)),
    pem: body.signing!,
  };
};
const trust = async (n: number) =>
  [await pem(`/v1/ca/${n}/root.pem`), await pem(`/v1/ca/${n}/issuing.pem`)].map((text) =>
    parseCertificate(pemToDer(text)),
  );
const lists = async (n: number) =>
  [await get(`/v1/ca/${n}/crl.der`), await get(`/v1/ca/${n}/root.crl.der`)].map((der) => parseCrl(der));

test("a person's two certificates are good under their authority, each for its own use", async () => {
  const { signing, encryption } = await issue(1);
  const options = { trust: await trust(1), crls: await lists(1), time: now };
  expect(await validatePath(signing, { ...options, use: "sign" })).toMatchObject({ ok: true, revocation: "good" });
  expect(await validatePath(signing, { ...options, use: "encrypt" })).toMatchObject({ ok: false });
  expect(await validatePath(encryption, { ...options, use: "encrypt" })).toMatchObject({
    ok: true,
    revocation: "good",
  });
  expect(await validatePath(encryption, { ...options, use: "sign" })).toMatchObject({ ok: false });
  expect(signing.subject.display).toBe("C=CN, O=黔山建设(演示)有限公司, SERIALNUMBER=91520100MA6DEMO01X, CN=张三");
});

test("a credit code without the letters that look alike is read back from the certificate", async () => {
  const { signing } = await issue(2, { organisation: { name: "云上科技(演示)", creditCode: "91520100MA6DEM0HX2" } });
  expect(creditCodeOf(signing)).toBe("91520100MA6DEM0HX2");
});

test("the foreign authority is not trusted, a revoked or expired certificate is refused", async () => {
  const foreign = await issue(3);
  const options = { trust: [...(await trust(1)), ...(await trust(2))], time: now, use: "sign" as const };
  expect(await validatePath(foreign.signing, { ...options, crls: [] })).toMatchObject({ ok: false });

  const expired = await issue(1, { notAfter: "2026-03-01T00:00:00+08:00" });
  expect(await validatePath(expired.signing, { ...options, crls: await lists(1) })).toEqual({
    ok: false,
    reason: "证书已过期",
  });

  const { signing } = await issue(1);
  expect((await post("/v1/ca/1/revoke", { serialHex: signing.serialHex })).status).toBe(200);
  expect(await validatePath(signing, { ...options, crls: await lists(1) })).toEqual({
    ok: false,
    reason: "证书已被吊销",
  });
  expect((await post("/v1/ca/2/revoke", { serialHex: signing.serialHex })).status).toBe(404);
});

test("the responder says good, revoked and unknown; another issuer's certificate gets no answer", async () => {
  const ask = async (n: number, certificate: Awaited<ReturnType<typeof issue>>["signing"], of = n) => {
    const issuing = (await trust(of))[1]!;
    const answer = await fetch(`${ca.url}/v1/ca/${n}/ocsp`, {
      method: "POST",
      body: await writeOcspRequest(certificate, issuing),
    });
    const response = parseOcspResponse(new Uint8Array(await answer.arrayBuffer()));
    return ocspStatus(certificate, issuing, [response], now);
  };
  const { signing } = await issue(2);
  expect(await ask(2, signing)).toBe("good");
  expect(await ask(2, { ...signing, serial: 12345n })).toBe("unknown");
  await expect(ask(1, signing, 2)).rejects.toThrow("the responder did not answer");
  await post("/v1/ca/2/revoke", { serialHex: signing.serialHex });
  expect(await ask(2, signing)).toBe("revoked");
  await fault("wrong");
  const broken = await ask(2, signing);
  await fault("none");
  expect(broken).toBe("unknown");
});

test("openssl reads the responder's answer", async ({ skip }) => {
  if (spawnSync("openssl", ["version"]).status !== 0) skip("skipped: openssl is not installed");
  const { pem: leaf } = await issue(1);
  const write = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const issuing = write("ocsp-issuing.pem", await pem("/v1/ca/1/issuing.pem"));
  const chain = write("ocsp-chain.pem", (await pem("/v1/ca/1/issuing.pem")) + (await pem("/v1/ca/1/root.pem")));
  const request = join(folder, "request.der");
  execFileSync(
    "openssl",
    ["ocsp", "-issuer", issuing, "-cert", write("ocsp-leaf.pem", leaf), "-no_nonce", "-reqout", request],
    {
      stdio: "ignore",
    },
  );
  const answer = await fetch(`${ca.url}/v1/ca/1/ocsp`, { method: "POST", body: readFileSync(request) });
  const response = join(folder, "response.der");
  writeFileSync(response, Buffer.from(await answer.arrayBuffer()));
  const at = String(Math.floor(now.getTime() / 1000));
  const read = spawnSync("openssl", [
    ...["ocsp", "-issuer", issuing, "-cert", join(folder, "ocsp-leaf.pem"), "-respin", response, "-no_nonce"],
    ...["-CAfile", chain, "-attime", at, "-validity_period", "999999999"],
  ]);
  const said = read.stdout.toString() + read.stderr.toString();
  expect(said).toContain("Response verify OK");
  expect(said).toContain(": good");
});

test("a list is current and good for a day", async () => {
  const [list] = await lists(1);
  expect(list!.thisUpdate <= now).toBe(true);
  expect(list!.nextUpdate).toEqual(new Date(now.getTime() + 86_400_000));
});

test("openssl verifies the chain with the list, and opens the PKCS#12", async ({ skip }) => {
  if (spawnSync("openssl", ["version"]).status !== 0) skip("skipped: openssl is not installed");
  const { p12, pem: leaf } = await issue(1);
  const file = (name: string, bytes: string | Uint8Array) => {
    const path = join(folder, name);
    writeFileSync(path, bytes);
    return path;
  };
  const root = file("root.pem", await pem("/v1/ca/1/root.pem"));
  const issuing = file("issuing.pem", await pem("/v1/ca/1/issuing.pem"));
  const toPemList = (name: string, der: Uint8Array) =>
    execFileSync("openssl", ["crl", "-inform", "DER", "-in", file(name, der)]).toString();
  const crls = file(
    "crls.pem",
    toPemList("a.crl", await get("/v1/ca/1/crl.der")) + toPemList("b.crl", await get("/v1/ca/1/root.crl.der")),
  );
  const at = String(Math.floor(now.getTime() / 1000));
  const verified = spawnSync("openssl", [
    "verify",
    "-x509_strict",
    "-attime",
    at,
    "-crl_check_all",
    "-CRLfile",
    crls,
    "-CAfile",
    root,
    "-untrusted",
    issuing,
    file("leaf.pem", leaf),
  ]);
  expect(verified.stdout.toString() + verified.stderr.toString()).toMatch(/leaf\.pem: OK/);

  const opened = spawnSync("openssl", [
    "pkcs12",
    "-in",
    file("x.p12", Buffer.from(p12, "base64")),
    "-passin",
    `pass:${order.password}`,
    "-nodes",
  ]);
  expect(opened.status).toBe(0);
  expect(opened.stdout.toString().match(/BEGIN PRIVATE KEY/g)).toHaveLength(2);
  expect(opened.stdout.toString().match(/BEGIN CERTIFICATE/g)).toHaveLength(3);
});

test("the PKCS#12 opens with node-forge, and not with another password", async () => {
  const { p12, signing, encryption } = await issue(1);
  const asn1 = forge.asn1.fromDer(forge.util.decode64(p12));
  const container = forge.pkcs12.pkcs12FromAsn1(asn1, order.password);
  const oid = forge.pki.oids.pkcs8ShroudedKeyBag as string;
  const keys = container.getBags({ bagType: oid })[oid]!;
  const moduli = keys.map((bag) => (bag.key as forge.pki.rsa.PrivateKey).n.toString(16));
  const expected = [signing, encryption].map(({ spki }) => {
    const { n } = createPublicKey({ key: Buffer.from(spki), type: "spki", format: "der" }).export({ format: "jwk" });
    return Buffer.from(n!, "base64url").toString("hex");
  });
  expect(moduli).toEqual(expected);
  expect(() => forge.pkcs12.pkcs12FromAsn1(asn1, "wrong")).toThrow();
});

test("a key gets a certificate by its public key or a signed request; a forged request gets none", async ({ skip }) => {
  const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const spki = publicKey.export({ type: "spki", format: "pem" }).toString();
  const { body } = await post("/v1/ca/1/issue", {
    spki,
    cn: "时间戳(演示)",
    o: "黔信电子认证(演示)",
    use: "timestamp",
  });
  const certificate = parseCertificate(pemToDer(body.certificate!));
  expect(
    await validatePath(certificate, { trust: await trust(1), crls: await lists(1), time: now, use: "timestamp" }),
  ).toMatchObject({ ok: true });
  expect(new X509Certificate(body.certificate!).publicKey.equals(publicKey)).toBe(true);

  if (spawnSync("openssl", ["version"]).status !== 0) skip("skipped: openssl is not installed");
  const csr = execFileSync(
    "openssl",
    ["req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout", "/dev/null", "-subj", "/CN=x"],
    { stdio: ["ignore", "pipe", "ignore"] },
  ).toString();
  const asked = { cn: "平台(演示)", o: "信标(演示)", use: "platform" };
  expect((await post("/v1/ca/1/issue", { ...asked, csr })).status).toBe(200);
  const der = pemToDer(csr, "CERTIFICATE REQUEST");
  der[der.length - 1]! ^= 1;
  const forged = `-----BEGIN CERTIFICATE REQUEST-----\n${Buffer.from(der).toString("base64")}\n-----END CERTIFICATE REQUEST-----`;
  expect((await post("/v1/ca/1/issue", { ...asked, csr: forged })).body.code).toBe("bad_key");
});

test("keys, issued and revoked certificates survive a restart", async () => {
  const { signing } = await issue(2);
  await post("/v1/ca/2/revoke", { serialHex: signing.serialHex });
  const again = await serve(await certificationAuthorities({ folder, clock }), 0);
  const crl = new Uint8Array(await (await fetch(`${again.url}/v1/ca/2/crl.der`)).arrayBuffer());
  const root = await (await fetch(`${again.url}/v1/ca/2/root.pem`)).text();
  await again.close();
  expect(root).toBe(await pem("/v1/ca/2/root.pem"));
  expect(parseCrl(crl).revoked.has(signing.serial)).toBe(true);
});

test("faults: down closes, slow waits, wrong breaks the list, answer-lost keeps what it was told", async () => {
  const digest = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
  await fault("down");
  await expect(get("/v1/ca/1/root.pem")).rejects.toThrow();
  await fault("slow");
  const before = performance.now();
  await get("/v1/ca/1/root.pem");
  expect(performance.now() - before).toBeGreaterThanOrEqual(45);
  await fault("wrong");
  const broken = await get("/v1/ca/1/crl.der");
  await fault("none");
  expect(digest(broken)).not.toBe(digest(await get("/v1/ca/1/crl.der")));

  const { signing } = await issue(1);
  await fault("answer-lost");
  await expect(post("/v1/ca/1/revoke", { serialHex: signing.serialHex })).rejects.toThrow();
  await fault("none");
  expect((await lists(1))[0]!.revoked.has(signing.serial)).toBe(true);
  expect(await pem("/")).toContain("黔信电子认证(演示)");
});
