import { readFile } from "node:fs/promises";
import { shake256 } from "@noble/hashes/sha3.js";
import { type Bytes, concat, fromHex, hex, u32be } from "@/core/bytes";
import { chunkKeys, decryptChunked, encryptChunked } from "@/crypto/chunked";
import { gather } from "@/crypto/pieces";
import { sha256 } from "@/crypto/sha256";
import type { CaseRow } from "./types";

interface ChunkedCase {
  readonly aead: string;
  readonly key: string;
  readonly salt: string;
  readonly context: string;
  readonly msgLength: number;
  readonly msg: string;
  readonly msgSha256: string;
  readonly commitment: string;
  readonly ctLength: number;
  readonly ctSha256: string;
}

/** Kind `chunked`: the ciphertext of each case must come out byte for byte, and open again. */
export async function runChunkedCases(file: string): Promise<CaseRow[]> {
  const cases = JSON.parse(await readFile(file, "utf8")) as ChunkedCase[];
  const rows: CaseRow[] = [];
  for (const [index, item] of cases.entries()) {
    const id = `${index}`;
    if (item.aead !== "AEAD_AES_256_GCM") {
      rows.push({ case: id, verdict: "skipped", code: item.aead, agrees: true });
      continue;
    }
    const wrong = await differences(item);
    rows.push({ case: id, verdict: wrong ? "reject" : "accept", code: wrong, agrees: !wrong });
  }
  return rows;
}

async function differences(item: ChunkedCase): Promise<string> {
  const [key, context] = [fromHex(item.key), fromHex(item.context)];
  const message = shake256(concat(u32be(item.msgLength), key), { dkLen: item.msgLength }) as Bytes;
  if (item.msgLength > 0 && hex(sha256(message)) !== item.msgSha256) return "message";
  const keys = await chunkKeys(key, fromHex(item.salt), context);
  if (hex(keys.head) !== item.salt + item.commitment) return "commitment";
  const sealed = await gather(encryptChunked(keys, [message]));
  if (sealed.length !== item.ctLength || hex(sha256(sealed)) !== item.ctSha256) return "ciphertext";
  const opened = await gather(decryptChunked(key, context, [sealed]));
  return hex(opened) === hex(message) ? "" : "plaintext";
}
