import { readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { fromBase64 } from "@/core/bytes";
import { DerError } from "@/crypto/der";
import { type OcspResponse, ocspStatus, parseOcspResponse } from "@/crypto/ocsp";
import { validatePath } from "@/crypto/path";
import { filesOf } from "./pem-file";
import type { CaseRow } from "./types";

interface OcspCase {
  readonly id: string;
  readonly root: string;
  readonly intermediates: readonly string[];
  readonly leaf: string;
  /** DER, or Base64 of it. */
  readonly ocsp: readonly string[];
  readonly time: string;
  readonly expect: "valid" | "invalid";
}

/** Kind `ocsp`: the path must hold, the leaf must be good, and no answer may be one that counts for no certificate. */
export async function runOcspCases(file: string): Promise<CaseRow[]> {
  const cases = JSON.parse(await readFile(file, "utf8")) as OcspCase[];
  const rows: CaseRow[] = [];
  for (const item of cases) {
    const refused = await judge(item, dirname(file)).catch((error: unknown) => {
      if (error instanceof DerError) return error.message;
      throw error;
    });
    const verdict = refused ? "reject" : "accept";
    rows.push({ case: item.id, verdict, code: refused, agrees: (verdict === "accept") === (item.expect === "valid") });
  }
  return rows;
}

async function judge(item: OcspCase, folder: string): Promise<string> {
  const files = filesOf(folder);
  const responses: OcspResponse[] = [];
  for (const path of item.ocsp) {
    const bytes = await files.bytes(path);
    responses.push(parseOcspResponse(bytes[0] === 0x30 ? bytes : fromBase64(new TextDecoder().decode(bytes))));
  }
  const time = new Date(item.time);
  const leaf = await files.certificate(item.leaf);
  const result = await validatePath(leaf, {
    trust: [await files.certificate(item.root)],
    intermediates: await Promise.all(item.intermediates.map(files.certificate)),
    crls: [],
    ocsp: responses,
    time,
    use: "any",
    policy: "rfc5280",
  });
  if (!result.ok) return result.reason;
  const links = result.path.slice(1).map((certificate, i) => ({ certificate, issuer: result.path[i]! }));
  for (const response of responses) {
    const says = await Promise.all(
      links.map(({ certificate, issuer }) => ocspStatus(certificate, issuer, [response], time)),
    );
    if (says.every((status) => status === "unknown")) return "an answer that counts for no certificate";
  }
  const last = links.at(-1)!;
  return (await ocspStatus(last.certificate, last.issuer, responses, time)) === "good" ? "" : "leaf unknown";
}
