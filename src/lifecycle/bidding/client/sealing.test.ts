import { Socket } from "node:net";
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

/** What the receiver says of a body that arrived in units, with its seal. */
async function verdictOn(
  units: ReadonlyMap<number, { readonly bytes: Bytes }>,
  { seal, signature }: Awaited<ReturnType<typeof sealTexts>>,
  bodyLength: number,
) {
  const body = concat(...[...units.keys()].sort((a, b) => a - b).map((n) => units.get(n)!.bytes));
  expect(body.length).toBe(bodyLength);
  const leaves: Bytes[] = [];
  for await (const leaf of partLeaves([body])) leaves.push(leaf);
  return checkAtReceipt({
    head: body.slice(0, headLength(body)),
    sealBytes: fromBase64url(seal),
    signature: fromBase64url(signature),
    leaves,
    bodyLength: body.length,
    context: aReceiptContext(pki, { envelopes: ["main"] }),
  });
}

/** Runs with every way out of this process cut. */
async function withoutNetwork<R>(work: () => Promise<R>): Promise<R> {
  const cut = () => {
    throw new Error("the network is cut");
  };
  const [fetchBefore, connectBefore] = [globalThis.fetch, Socket.prototype.connect];
  globalThis.fetch = cut;
  Socket.prototype.connect = cut;
  try {
    await expect((async () => fetch("http://127.0.0.1"))()).rejects.toThrow("cut");
    return await work();
  } finally {
    globalThis.fetch = fetchBefore;
    Socket.prototype.connect = connectBefore;
  }
}

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

test("R-O.26a: prepared, signed, encrypted and rehearsed with the network cut; later the upload passes every check at receipt", async () => {
  const { prepared, pieces } = await withoutNetwork(async () => {
    const files = [aFile("投标函.pdf", someBytes(9_000_000))];
    const made = await prepareSeal(aSealInput(pki, { segments: [{ id: "main", form: { price: "1" }, files }] }));
    const { certificate, privateKey } = pki.encryption;
    await rehearseBoth(made, { certificate: certificate.der, key: privateKey }, RECOVERY_SECRET);
    const kept = memoryTransport();
    const root = await sendBody(made, "kept here", kept.transport, () => {});
    return { prepared: made, pieces: await sealTexts(made, root, "2026-05-18T00:00:00Z") };
  });
  const { transport, units } = memoryTransport();
  await sendBody(prepared, "u", transport, () => {});
  expect(await verdictOn(units, pieces, prepared.bodyLength)).toMatchObject({ ok: true });
});

test("what is sent passes every check at receipt", async () => {
  const { transport, units } = memoryTransport();
  let last = 0;
  const root = await sendBody(prepared, "u", transport, (bytes) => {
    last = bytes;
  });
  expect(last).toBe(prepared.bodyLength);
  expect(units.get(0)!.bytes.length).toBe(UNIT_BYTES);
  const texts = await sealTexts(prepared, root, "2026-05-18T00:00:00Z");
  expect(await verdictOn(units, texts, prepared.bodyLength)).toMatchObject({ ok: true });
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
