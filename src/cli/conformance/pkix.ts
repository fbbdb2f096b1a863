import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Bytes } from "@/core/bytes";
import { type Certificate, parseCertificate, pemToDer } from "@/crypto/certificate";
import { type Crl, parseCrl } from "@/crypto/crl";
import { DerError } from "@/crypto/der";
import { validatePath } from "@/crypto/path";
import type { CaseRow } from "./types";

interface PkixCase {
  readonly id: string;
  readonly leaf: string;
  readonly intermediates: readonly string[];
  readonly crls: readonly string[];
  readonly root: string;
  readonly requireRevocation: boolean;
  readonly expect: "valid" | "invalid";
  readonly tier: string;
}

/** Tiers that are about things we do not use: delta lists, policies, DSA, lists at distribution points of other issuers. */
const USED_TIERS = new Set(["core", "name-constraints"]);

const isPem = (bytes: Uint8Array) => bytes[0] === 0x2d;

/** Runs a case file in the format of `public/specs/conformance.md`, kind `pkix`. */
export async function runPkixCases(file: string): Promise<(CaseRow & { tier: string })[]> {
  const folder = dirname(file);
  const suite = JSON.parse(await readFile(file, "utf8")) as { validationTime: string; cases: PkixCase[] };
  const bytes = async (path: string, label = "CERTIFICATE"): Promise<Bytes> => {
    const content = new Uint8Array(await readFile(join(folder, path)));
    return isPem(content) ? pemToDer(new TextDecoder().decode(content), label) : content;
  };
  const rows: (CaseRow & { tier: string })[] = [];
  for (const item of suite.cases) {
    if (!USED_TIERS.has(item.tier)) {
      rows.push({ case: item.id, verdict: "skipped", code: item.tier, agrees: true, tier: item.tier });
      continue;
    }
    let verdict: "accept" | "reject" = "reject";
    let code = "";
    try {
      const certificate = async (path: string): Promise<Certificate> => parseCertificate(await bytes(path));
      const crls: Crl[] = [];
      for (const path of item.crls) {
        // A list that cannot be read is a list we do not have.
        try {
          crls.push(parseCrl(await bytes(path, "X509 CRL")));
        } catch (error) {
          if (!(error instanceof DerError)) throw error;
        }
      }
      const result = await validatePath(await certificate(item.leaf), {
        trust: [await certificate(item.root)],
        intermediates: await Promise.all(item.intermediates.map(certificate)),
        crls,
        time: new Date(suite.validationTime),
        use: "any",
        policy: "rfc5280",
      });
      const accepted = result.ok && (!item.requireRevocation || result.revocation === "good");
      verdict = accepted ? "accept" : "reject";
      code = result.ok ? result.revocation : result.reason;
    } catch (error) {
      if (!(error instanceof DerError)) throw error;
      code = error.message;
    }
    rows.push({
      case: item.id,
      verdict,
      code,
      agrees: (verdict === "accept") === (item.expect === "valid"),
      tier: item.tier,
    });
  }
  return rows;
}
