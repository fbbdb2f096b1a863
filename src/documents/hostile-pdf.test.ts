import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PDFDocument } from "pdf-lib";
import { beforeAll, describe, expect, test } from "vitest";
import type { Bytes } from "@/core/bytes";
import { shanghai } from "@/core/time";
import { toPem } from "@/crypto/certificate";
import { type CmsSigner, signDetachedDigest } from "@/crypto/cms";
import { type TestPki, testPki } from "@/crypto/testing/pki";
import { renderPdf } from "./pdf";
import { digestOfRanges, embedSignature, placeholder, verifyPdfSignatures } from "./sign-pdf";

const AT = shanghai("2026-03-31 16:00:05");
const SIGNING = { name: "张三（专家）", reason: "签署评标报告", signingTime: AT };

const textOf = (pdf: Uint8Array) => Buffer.from(pdf).toString("latin1");
const bytesOf = (latin1: string): Bytes => new Uint8Array(Buffer.from(latin1, "latin1"));

let pki: TestPki;
/** A document with an annotation that no page shows yet. */
let trap: { readonly pdf: Bytes; readonly annotation: string };

beforeAll(async () => {
  pki = await testPki();
  const plain = await renderPdf({
    title: "评标报告",
    number: "PB01",
    blocks: [{ kind: "paragraph", text: "推荐甲。" }],
  });
  const pdf = await PDFDocument.load(plain, { updateMetadata: false });
  const annotation = pdf.context.register(
    pdf.context.obj({ Type: "Annot", Subtype: "FreeText", Rect: [0, 0, 500, 500] }),
  );
  trap = { pdf: new Uint8Array(await pdf.save({ useObjectStreams: false })), annotation: annotation.toString() };
});

/** Signs, after `change` has had its way with the update that brings the signature. Lengths must stay. */
async function sign(
  pdf: Bytes,
  signer: CmsSigner,
  change: (update: string) => string = (same) => same,
): Promise<Bytes> {
  const prepared = placeholder(pdf, SIGNING);
  const changed = textOf(pdf) + change(textOf(prepared.pdf).slice(pdf.length));
  expect(changed.length).toBe(prepared.pdf.length);
  const digest = digestOfRanges(bytesOf(changed), prepared.byteRange);
  return embedSignature(bytesOf(changed), await signDetachedDigest(digest, signer));
}

/** The second signer cheats the first: his own signature is good, and covers the file. */
async function cheat(change: (update: string) => string): Promise<string> {
  const verdict = await verifyPdfSignatures(await sign(await sign(trap.pdf, pki.signer), pki.otherCompany, change));
  expect(verdict.signatures.map(({ ok, coversWholeFile }) => [ok, coversWholeFile])).toEqual([
    [true, false],
    [true, true],
  ]);
  return verdict.problems.join();
}

describe("a later signer may only sign", () => {
  test("an honest second signature has no problems, and says who, when and with which CMS", async () => {
    expect(await cheat((same) => same)).toBe("");
    const { signatures } = await verifyPdfSignatures(await sign(trap.pdf, pki.signer));
    expect(signatures[0]!.signingTime).toEqual(AT);
    expect(signatures[0]!.cms![0]).toBe(0x30);
  });

  test("an annotation that was prepared before is not let in", async () => {
    const swap = (update: string) => update.replace(/(\/Annots \[.*)(\d\d 0 R)\]/, `$1${trap.annotation}]`);
    expect(await cheat(swap)).toContain("的注释");
  });

  test("no form of another kind, no visible field, no field that acts, no other catalog", async () => {
    expect(await cheat((update) => update.replace("/SigFlags 3", "/XFA 10 0 R"))).toContain("改动了表单");
    expect(await cheat((update) => update.replace("[0 0 0 0]", "[0 0 9 9]"))).toContain("加入了对象");
    expect(await cheat((update) => update.replace("/F 132", "/A 132"))).toContain("加入了对象");
    expect(await cheat((update) => update.replace(/\/Root \d/, "/Root 9"))).not.toBe("");
  });
});

test("a table that names a place behind its own end", async () => {
  const id = Number(trap.annotation.split(" ")[0]);
  const lines = textOf(trap.pdf).split("\n");
  const row = lines.indexOf("xref") + 2 + id;
  expect(lines[row]).toMatch(/^\d{10} 00000 n/);
  lines[row] = lines[row]!.replace(/^\d{10}/, "0000900000");
  const verdict = await verifyPdfSignatures(await sign(bytesOf(lines.join("\n")), pki.signer));
  expect(verdict.problems.join()).toContain("behind its own end");
});

test("a file that a PDF library saved again after signing", async () => {
  const pdf = await PDFDocument.load(await sign(trap.pdf, pki.signer), { updateMetadata: false });
  for (const useObjectStreams of [false, true])
    expect((await verifyPdfSignatures(await pdf.save({ useObjectStreams }))).ok).toBe(false);
});

test("every single flipped bit of the last update is found", async () => {
  const signed = await sign(trap.pdf, pki.signer);
  const [, start, end] = /\/ByteRange \[0 (\d+) (\d+) /.exec(textOf(signed))!.map(Number);
  for (let at = trap.pdf.length; at < signed.length; at++) {
    // Inside the room of the signature a few places are enough.
    if (at > start! && at < end! && at % 997 !== 0) continue;
    const bad = signed.slice();
    bad[at]! ^= 4;
    expect((await verifyPdfSignatures(bad)).ok, String(at)).toBe(false);
  }
});

const has = (tool: string) => spawnSync(tool, ["--version"]).error === undefined;

function inFolder<T>(work: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), "xb-pdf-"));
  try {
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test.runIf(has("qpdf"))("qpdf finds nothing to complain about in a file with two signatures", async () => {
  const signed = await sign(await sign(trap.pdf, pki.signer), pki.otherCompany);
  const { status, stderr } = inFolder((folder) => {
    writeFileSync(join(folder, "a.pdf"), signed);
    return spawnSync("qpdf", ["--check", join(folder, "a.pdf")], { encoding: "utf8" });
  });
  expect(stderr).toBe("");
  expect(status).toBe(0);
});

test.runIf(has("openssl"))("OpenSSL verifies the CMS under an authority with a Chinese name", async () => {
  const signed = await sign(trap.pdf, pki.signer);
  const [gapStart, gapEnd] = [...textOf(signed).matchAll(/\/ByteRange \[0 (\d+) (\d+) /g)].map((m) => [
    Number(m[1]),
    Number(m[2]),
  ])[0]!;
  const cms = (await verifyPdfSignatures(signed)).signatures[0]!.cms!;
  const result = inFolder((folder) => {
    const path = (name: string) => join(folder, name);
    writeFileSync(path("content"), Buffer.concat([signed.subarray(0, gapStart), signed.subarray(gapEnd)]));
    writeFileSync(path("cms.der"), cms);
    writeFileSync(path("ca.pem"), pki.trust.map(({ der }) => toPem(der)).join("\n"));
    const time = String(Math.floor(AT.getTime() / 1000));
    const files = ["-in", path("cms.der"), "-content", path("content"), "-CAfile", path("ca.pem"), "-out", path("out")];
    const options = ["-verify", "-inform", "DER", "-binary", "-purpose", "any", "-attime", time];
    return spawnSync("openssl", ["cms", ...options, ...files], { encoding: "utf8" });
  });
  expect(result.stderr).toMatch(/verification successful/i);
  expect(result.status).toBe(0);
});
