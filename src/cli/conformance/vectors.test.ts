import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { runAsn1Cases } from "./asn1";
import { runChunkedCases } from "./chunked";
import { runLimboCases } from "./limbo";
import { runOcspCases } from "./ocsp";
import { runPkixCases } from "./pkix";
import type { CaseRow } from "./types";
import { runWycheproofCases } from "./wycheproof";
import { runXbidCases } from "./xbid";

/** The folder of published vectors; in a plain checkout it may be missing. */
const folder = process.env.VECTORS_DIR;

type Runner = (file: string) => Promise<readonly CaseRow[]>;
/** File, runner, and how many cases are judged at least: a runner that skips everything proves nothing. */
const FILES: readonly [string, Runner, number][] = [
  ["pkits/expected.json", runPkixCases, 113],
  ["chunked-sample.json", runChunkedCases, 2],
  ["xbid-sample/expected.json", runXbidCases, 4],
  ["asn1-sample/expected.json", runAsn1Cases, 11],
  ["ocsp/expected.json", runOcspCases, 28],
  ["limbo/limbo-subset.json", runLimboCases, 125],
  ["wycheproof/aes_gcm_test.json", runWycheproofCases, 190],
  ["wycheproof/c2sp_chunked_encryption_aes_256_gcm_test.json", runWycheproofCases, 35],
  ["wycheproof/rsa_oaep_2048_sha256_mgf1sha256_test.json", runWycheproofCases, 30],
  ["wycheproof/rsa_signature_2048_sha256_test.json", runWycheproofCases, 200],
  ["wycheproof/rsa_pss_2048_sha256_mgf1_32_test.json", runWycheproofCases, 100],
  ["wycheproof/ecdsa_secp256r1_sha256_test.json", runWycheproofCases, 400],
];

describe.skipIf(!folder)(folder ? "published vectors" : "skipped: VECTORS_DIR not set", () => {
  test.each(FILES)("%s: no verdict disagrees", async (file, run, least) => {
    const rows = await run(join(folder!, file));
    expect(rows.filter(({ agrees }) => !agrees)).toEqual([]);
    expect(rows.filter(({ verdict }) => verdict !== "skipped").length).toBeGreaterThanOrEqual(least);
  });
});
