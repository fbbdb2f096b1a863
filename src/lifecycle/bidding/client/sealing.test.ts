import { beforeAll, expect, test } from "vitest";
import { type Bytes, concat, fromBase64url, hex } from "@/core/bytes";
import { partLeaves } from "@/crypto/merkle";
import { sha256 } from "@/crypto/sha256";
import { aFile, aReceiptContext, aSealInput, RECOVERY_SECRET, someBytes } from "@/crypto/testing/package";
import { type TestPki, testPki } from "@/crypto/testing/pki";
import { headLength } from "@/crypto/xbid/read";
import { checkAtReceipt } from "@/crypto/xbid/receive";
import { type PreparedSeal, prepareSeal } from "@/crypto/xbid/write";
import { UNIT_BYTES } from "../rules";
import type { ReceiptView } from "../schema";
import { rehearseBoth, sealTexts, sendBody, type Transport } from "./sealing";

let pki: TestPki;
let prepared: PreparedSeal;
beforeAll(async () => {
  pki = await testPki();
  // Two and a bit units: 17 MB.
  const files = [aFile("投标函.pdf", someBytes(9_000_000)), aFile("技术文件.pdf", someBytes(8_500_000))];
  prepared = await prepareSeal(aSealInput(pki, { segments: [{ id: "main", form: { price: "1" }, files }] }));
});

/** A store in memory that behaves as the receiver does, and breaks where it is told to. */
function memoryTransport(breakAt?: number) {
  const units = new Map<number, { sha256: string; bytes: Bytes }>();
  const puts: number[] = [];
  const transport: Transport = {
    open: async () => ({ uploadId: "u" }),
    stored: async () => [...units].map(([n, unit]) => ({ n, sha256: unit.sha256 })),
    async put(_upload, n, declared, unit, sent) {
      puts.push(n);
      sent(unit.length / 2);
      if (n === breakAt) throw new Error("refused");
      expect(hex(sha256(unit))).toBe(declared);
      units.set(n, { sha256: declared, bytes: unit.slice() });
    },
    finish: async () => ({}) as ReceiptView,
  };
  return { transport, units, puts };
}

test("what is sent passes every check at receipt", async () => {
  const { transport, units } = memoryTransport();
  let last = 0;
  const root = await sendBody(prepared, "u", transport, (bytes) => {
    last = bytes;
  });
  const body = concat(...[...units.keys()].sort((a, b) => a - b).map((n) => units.get(n)!.bytes));
  expect(body.length).toBe(prepared.bodyLength);
  expect(last).toBe(prepared.bodyLength);
  expect(units.get(0)!.bytes.length).toBe(UNIT_BYTES);
  const { seal, signature } = await sealTexts(prepared, root, "2026-05-18T00:00:00Z");
  const leaves: Bytes[] = [];
  for await (const leaf of partLeaves([body])) leaves.push(leaf);
  const verdict = await checkAtReceipt({
    head: body.slice(0, headLength(body)),
    sealBytes: fromBase64url(seal),
    signature: fromBase64url(signature),
    leaves,
    bodyLength: body.length,
    context: aReceiptContext(pki, { envelopes: ["main"] }),
  });
  expect(verdict).toMatchObject({ ok: true });
});

test("after a failure only what is missing is sent, and the root is the same", async () => {
  const whole = await sendBody(prepared, "u", memoryTransport().transport, () => {});
  const broken = memoryTransport(2);
  await expect(sendBody(prepared, "u", broken.transport, () => {})).rejects.toThrow("refused");
  const mended = memoryTransport();
  for (const [n, unit] of broken.units) mended.units.set(n, unit);
  expect(await sendBody(prepared, "u", mended.transport, () => {})).toEqual(whole);
  expect(mended.puts).toEqual([2]);
});

test("the rehearsal opens with the certificate and with the recovery code, and refuses a wrong one of either", async () => {
  const { certificate, privateKey } = pki.encryption;
  const right = { certificate: certificate.der, key: privateKey };
  await expect(rehearseBoth(prepared, right, RECOVERY_SECRET)).resolves.toBeUndefined();
  await expect(rehearseBoth(prepared, right, new Uint8Array(32))).rejects.toThrow();
  await expect(
    rehearseBoth(prepared, { certificate: pki.spare.certificate.der, key: pki.spare.privateKey }, RECOVERY_SECRET),
  ).rejects.toThrow("没有完成");
});
