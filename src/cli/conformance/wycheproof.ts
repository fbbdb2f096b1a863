import { readFile } from "node:fs/promises";
import { inflateSync } from "node:zlib";
import { type Bytes, concat, equalBytes, fromHex, hex } from "@/core/bytes";
import { ChunkedError, decryptChunked } from "@/crypto/chunked";
import { children, DerError, parseDer, readOid, sequenceOf } from "@/crypto/der";
import { OID } from "@/crypto/oid";
import { gather } from "@/crypto/pieces";
import { type SignatureScheme, verifySignature } from "@/crypto/signature";
import type { CaseRow } from "./types";

interface Test {
  readonly tcId: number;
  readonly result: "valid" | "acceptable" | "invalid";
  readonly flags?: readonly string[];
  readonly [field: string]: unknown;
}

interface Group {
  readonly type: string;
  readonly tests: readonly Test[];
  readonly [field: string]: unknown;
}

const { subtle } = globalThis.crypto;
const text = (value: unknown): string => String(value ?? "");
const bytes = (value: unknown): Bytes => fromHex(text(value));

/** Says whether a case is accepted. */
type Judge = (test: Test, group: Group) => Promise<boolean>;

const JUDGES: Record<string, { judge: Judge; fits(group: Group, algorithm: string): boolean }> = {
  AeadTest: {
    judge: aead,
    fits: (group, algorithm) => algorithm === "AES-GCM" && group.ivSize === 96 && group.tagSize === 128,
  },
  ChunkedEncryption: { judge: chunked, fits: ({ aead: name }) => name === "AEAD_AES_256_GCM" },
  RsaesOaepDecrypt: { judge: oaep, fits: ({ sha, mgfSha }) => sha === "SHA-256" && mgfSha === "SHA-256" },
  RsassaPkcs1Verify: {
    judge: (test, group) => signature(test, group, { kind: "rsa", hash: "SHA-256" }),
    fits: ({ sha }) => sha === "SHA-256",
  },
  RsassaPssVerify: {
    judge: (test, group) => signature(test, group, { kind: "pss", hash: "SHA-256", saltLength: Number(group.sLen) }),
    fits: ({ sha, mgfSha }) => sha === "SHA-256" && mgfSha === "SHA-256",
  },
  EcdsaVerify: {
    judge: (test, group) => signature(test, group, { kind: "ecdsa", hash: "SHA-256" }),
    fits: ({ sha }) => sha === "SHA-256",
  },
};

/** Kind `wycheproof`: the public format of C2SP/wycheproof. */
export async function runWycheproofCases(file: string): Promise<CaseRow[]> {
  const suite = JSON.parse(await readFile(file, "utf8")) as { algorithm: string; testGroups: Group[] };
  const rows: CaseRow[] = [];
  for (const group of suite.testGroups) {
    const entry = Object.hasOwn(JUDGES, group.type) ? JUDGES[group.type] : undefined;
    for (const test of group.tests) {
      const id = `${test.tcId}`;
      if (!entry?.fits(group, suite.algorithm)) {
        rows.push({ case: id, verdict: "skipped", code: suite.algorithm, agrees: true });
        continue;
      }
      const accepted = await entry.judge(test, group);
      const agrees = test.result === "acceptable" || accepted === (test.result === "valid");
      rows.push({ case: id, verdict: accepted ? "accept" : "reject", code: test.flags?.join(" ") ?? "", agrees });
    }
  }
  return rows;
}

async function aead(test: Test): Promise<boolean> {
  const key = await subtle.importKey("raw", bytes(test.key), "AES-GCM", false, ["decrypt"]);
  const algorithm = { name: "AES-GCM", iv: bytes(test.iv), additionalData: bytes(test.aad) };
  try {
    const plain = await subtle.decrypt(algorithm, key, concat(bytes(test.ct), bytes(test.tag)));
    return equalBytes(new Uint8Array(plain), bytes(test.msg));
  } catch {
    return false;
  }
}

async function chunked(test: Test): Promise<boolean> {
  // Ciphertexts travel deflated in this suite, because long ones are mostly zeros before encryption.
  const sealed = new Uint8Array(inflateSync(bytes(test.ct)));
  try {
    const plain = await gather(decryptChunked(bytes(test.key), bytes(test.ctx), [sealed]));
    const digest = new Uint8Array(await subtle.digest("SHA-512", plain));
    return plain.length === test.msgLength && hex(digest) === test.msgSha512;
  } catch (error) {
    if (error instanceof ChunkedError) return false;
    throw error;
  }
}

async function oaep(test: Test, group: Group): Promise<boolean> {
  const key = await subtle.importKey(
    "pkcs8",
    bytes(group.privateKeyPkcs8),
    { name: "RSA-OAEP", hash: "SHA-256" },
    false,
    ["decrypt"],
  );
  try {
    const plain = await subtle.decrypt({ name: "RSA-OAEP", label: bytes(test.label) }, key, bytes(test.ct));
    return equalBytes(new Uint8Array(plain), bytes(test.msg));
  } catch {
    return false;
  }
}

async function signature(test: Test, group: Group, scheme: SignatureScheme): Promise<boolean> {
  const spki = bytes(group.publicKeyDer);
  const [algorithm] = sequenceOf(parseDer(spki), "public key");
  const publicKeyAlgorithm = readOid(children(algorithm!)[0]!);
  const signer = { spki, publicKeyAlgorithm, keyBits: publicKeyAlgorithm === OID.ecPublicKey ? 256 : 2048 };
  try {
    return await verifySignature(signer, scheme, bytes(test.sig), bytes(test.msg));
  } catch (error) {
    if (error instanceof DerError) return false;
    throw error;
  }
}
