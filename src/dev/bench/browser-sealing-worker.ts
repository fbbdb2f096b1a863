import { CHUNK_BYTES } from "@/crypto/chunked";
import { prepareSeal } from "@/crypto/xbid/write";
import { blobBytes, sendBody, type Transport } from "@/lifecycle/bidding/client/sealing";

/**
 * In a worker of the browser: the product's own sealing of so many MiB in so many files, into a transport that lets go of what it
 * gets, beside bare WebCrypto that encrypts as many bytes in the same chunks. Answers with the seconds of each.
 */
const scope = globalThis as unknown as DedicatedWorkerGlobalScope;
const MIB = 1024 * 1024;
/** Chunks that bare WebCrypto has in work at once, as the product. */
const IN_FLIGHT = 32;
const { subtle } = globalThis.crypto;

function someMib(): Uint8Array<ArrayBuffer> {
  const piece = new Uint8Array(MIB);
  for (let i = 0; i < MIB; i += 65_536) globalThis.crypto.getRandomValues(piece.subarray(i, i + 65_536));
  return piece;
}

const nowhere: Transport = {
  open: async () => ({ uploadId: "bench" }),
  stored: async () => [],
  put: async () => undefined,
  finish: () => Promise.reject(new Error("not asked for")),
};

async function product(files: readonly Blob[]): Promise<void> {
  const prepared = await prepareSeal({
    ...{ suite: "XB-RSA-1", policy: "recovery-only", tender: "T-1", lot: "L1", seq: 1, tool: "bench" },
    bid: "0192f0c0-7e57-4000-8000-000000000001",
    tenderDigest: "0".repeat(64),
    segments: [
      {
        id: "bid",
        form: {},
        files: files.map((file, i) => ({ name: `${i}.pdf`, size: file.size, open: () => blobBytes(file) })),
      },
    ],
    encryptionCertificates: [],
    recoverySecret: globalThis.crypto.getRandomValues(new Uint8Array(32)),
    // The seal is not signed here: that is one small act at the end.
    signer: undefined as never,
  });
  await sendBody(prepared, "bench", nowhere, () => undefined);
}

async function bare(piece: Uint8Array<ArrayBuffer>, mib: number): Promise<void> {
  const key = await subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt"]);
  const running: Promise<unknown>[] = [];
  for (let i = 0; i < (mib * MIB) / CHUNK_BYTES; i++) {
    const iv = new Uint8Array(12);
    new DataView(iv.buffer).setUint32(8, i);
    const start = (i * CHUNK_BYTES) % MIB;
    running.push(subtle.encrypt({ name: "AES-GCM", iv }, key, piece.subarray(start, start + CHUNK_BYTES)));
    if (running.length >= IN_FLIGHT) await running.shift();
  }
  await Promise.all(running);
}

async function seconds(work: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}

scope.onmessage = async ({ data: { mib, files } }: MessageEvent<{ mib: number; files: number }>) => {
  const piece = someMib();
  const blob = new Blob(Array.from({ length: mib / files }, () => piece));
  const ours = await seconds(() => product(Array.from({ length: files }, () => blob)));
  scope.postMessage({ ours, theirs: await seconds(() => bare(piece, mib)) });
};
