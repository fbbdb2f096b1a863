import { readFile } from "node:fs/promises";
import { type Certificate, parseCertificate, pemToDer } from "@/crypto/certificate";
import { type Crl, parseCrl } from "@/crypto/crl";
import { DerError } from "@/crypto/der";
import { OID } from "@/crypto/oid";
import { validatePath } from "@/crypto/path";
import type { CaseRow } from "./types";

interface LimboCase {
  readonly id: string;
  readonly trusted_certs: readonly string[];
  readonly untrusted_intermediates: readonly string[];
  readonly peer_certificate: string;
  readonly validation_time: string | null;
  readonly expected_result: "SUCCESS" | "FAILURE";
  readonly max_chain_depth: number | null;
  readonly crls: readonly string[];
}

/** Namespaces about certificate paths; the rest is about names of web servers, which do not occur here. */
const USED = new Set(["rfc5280", "crl", "pathlen", "pathological", "cve"]);
/** Cases of those that turn on what a web server is called or may do. */
const ABOUT_WEB_SERVERS = new Set(["rfc5280::ca-as-leaf-wrong-san", "rfc5280::eku::ee-wrong-eku"]);

/** Kind `limbo`: the public format of C2SP/x509-limbo. */
export async function runLimboCases(file: string): Promise<CaseRow[]> {
  const suite = JSON.parse(await readFile(file, "utf8")) as { testcases: LimboCase[] };
  const rows: CaseRow[] = [];
  for (const item of suite.testcases) {
    const namespace = item.id.split("::")[0]!;
    if (!USED.has(namespace) || ABOUT_WEB_SERVERS.has(item.id) || item.max_chain_depth !== null) {
      rows.push({ case: item.id, verdict: "skipped", code: namespace, agrees: true });
      continue;
    }
    const refused = await judge(item);
    const verdict = refused ? "reject" : "accept";
    rows.push({
      case: item.id,
      verdict,
      code: refused,
      agrees: (verdict === "accept") === (item.expected_result === "SUCCESS"),
    });
  }
  return rows;
}

async function judge(item: LimboCase): Promise<string> {
  const certificate = (pem: string): Certificate => parseCertificate(pemToDer(pem));
  try {
    const crls: Crl[] = item.crls.map((pem) => parseCrl(pemToDer(pem, "X509 CRL")));
    // RFC 5280 5.2.3 asks every authority to number its lists.
    if (crls.some(({ extensions }) => !extensions.has(OID.crlNumber))) return "list without a number";
    // No time means the time of the run: the certificates are meant to hold for centuries. Validity counts in seconds.
    const time = item.validation_time === null ? new Date() : new Date(item.validation_time);
    time.setUTCMilliseconds(0);
    const result = await validatePath(certificate(item.peer_certificate), {
      trust: [],
      anchors: item.trusted_certs.map(certificate),
      intermediates: item.untrusted_intermediates.map(certificate),
      crls,
      time,
      use: "any",
      policy: "profile",
    });
    if (!result.ok) return result.reason;
    return item.crls.length && result.revocation !== "good" ? "revocation unknown" : "";
  } catch (error) {
    if (error instanceof DerError) return error.message;
    throw error;
  }
}
