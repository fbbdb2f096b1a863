import { readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { creditCodeOf, parseCertificate } from "@/crypto/certificate";
import { verifyDetached } from "@/crypto/cms";
import { DerError, parseDer } from "@/crypto/der";
import { validatePath } from "@/crypto/path";
import { readTimestampResponse, verifyTimestamp } from "@/crypto/timestamp";
import { filesOf } from "./pem-file";
import type { CaseRow } from "./types";

interface Context {
  readonly trust: readonly string[];
  readonly crls?: readonly string[];
  readonly time: string;
  readonly content?: string;
  readonly tsaTrust?: readonly string[];
  readonly account?: string;
}

interface Asn1Case {
  readonly file: string;
  readonly kind: "der" | "certificate" | "cms" | "tsr" | "crl";
  readonly expect: "accept" | "reject";
  readonly context?: Partial<Context>;
}

/** Kind `asn1`: strict reading of DER, certificates, detached CMS and time-stamp responses. */
export async function runAsn1Cases(file: string): Promise<CaseRow[]> {
  const suite = JSON.parse(await readFile(file, "utf8")) as { context: Context; cases: Asn1Case[] };
  const rows: CaseRow[] = [];
  for (const item of suite.cases) {
    const refused = await judge(item, { ...suite.context, ...item.context }, dirname(file)).catch((error: unknown) => {
      if (error instanceof DerError) return error.message;
      throw error;
    });
    const verdict = refused ? "reject" : "accept";
    rows.push({ case: item.file, verdict, code: refused, agrees: verdict === item.expect });
  }
  return rows;
}

/** @returns why it is refused, or nothing. */
async function judge(item: Asn1Case, context: Context, folder: string): Promise<string> {
  const files = filesOf(folder);
  const bytes = await files.bytes(item.file);
  const trust = await Promise.all(context.trust.map(files.certificate));
  const crls = await Promise.all((context.crls ?? []).map(files.crl));
  const time = new Date(context.time);
  switch (item.kind) {
    case "der":
      parseDer(bytes);
      return "";
    case "crl":
      await files.crl(item.file);
      return "";
    case "certificate": {
      const certificate = parseCertificate(bytes);
      const path = await validatePath(certificate, { trust, crls, time, use: "any" });
      if (!path.ok) return path.reason;
      const code = creditCodeOf(certificate);
      return code === undefined || (context.account && code !== context.account) ? "credit code" : "";
    }
    case "cms": {
      const cms = await verifyDetached(bytes, await files.bytes(context.content!));
      if (!cms.ok) return cms.reason;
      const path = await validatePath(cms.signer, { trust, crls, time, use: "sign" });
      return path.ok ? "" : path.reason;
    }
    case "tsr": {
      const authorities = await Promise.all((context.tsaTrust ?? []).map(files.certificate));
      const token = readTimestampResponse(bytes);
      const stamp = await verifyTimestamp(token, await files.bytes(context.content!), {
        trust: [...trust, ...authorities],
        crls,
      });
      return stamp.ok ? "" : stamp.reason;
    }
  }
}
