import { z } from "zod";
import { isBase64url } from "@/core/bytes";
import type { Statement } from "@/crypto/statement";
import { StatementInput } from "@/platform/identity/schema";
import { MAX_PACKAGE_BYTES } from "./rules";

export const OpenUpload = z.object({
  lotId: z.uuid(),
  /** What it becomes: a bid, an application for prequalification, or the encrypted copy of a draft. */
  purpose: z.enum(["bid", "application", "draft"]).default("bid"),
  /** Length of magic, header and blobs: everything but seal and signature. */
  bodyLength: z
    .number()
    .int()
    .min(100, "文件过小，不是加密投标文件")
    .max(MAX_PACKAGE_BYTES, "加密投标文件不能超过 4 GiB"),
});

export const FinishUpload = z.object({
  uploadId: z.uuid(),
  /** Base64url of the canonical seal and of the DER signature over it. */
  seal: z.string().max(30_000, "封装信息过大").refine(isBase64url, "不是 base64url 编码"),
  signature: z.string().max(100_000, "签名过大").refine(isBase64url, "不是 base64url 编码"),
});

/** A lot by its code, as it stands in the tender document: for programs. */
export const LotByCode = z.object({ lot: z.string().max(60, "标段编号不能超过 60 字") });

export const ByReceiptNumber = z.object({
  number: z.string().regex(/^R-[0-9A-Z-]{10,40}$/, "不是回执号，回执号以 R- 开头，例如 R-20260518-093000-7K3M9PQA"),
});

/** Ends the upload of a draft's copy: from now on it is the one that is given back. */
export const KeepDraft = z.object({ uploadId: z.uuid(), statement: StatementInput });

/** The encrypted copy of a draft as its owner gets it back; the platform knows no more of it. */
export interface DraftCopyView {
  readonly uploadId: string;
  readonly keptAt: string;
  readonly bodyLength: number;
  readonly statement: Statement;
}

/** What the bidder gets for a delivery (递交回执): the one signed statement it keeps. */
export interface ReceiptView {
  readonly bidId: string;
  /** Left out for a bid. */
  readonly purpose?: "application";
  readonly number: string;
  readonly seq: number;
  readonly receivedAt: string;
  readonly receipt: Statement;
}

/** Payload of a receipt; see `public/specs/receipt.md`. */
export interface ReceiptPayload {
  readonly format: "xbid-receipt/1";
  readonly number: string;
  readonly tender: string;
  readonly lot: string;
  readonly bid: string;
  readonly seq: number;
  readonly sealHash: string;
  readonly algorithm: "SHA-256";
  readonly bytes: number;
  readonly parts: number;
  readonly receivedAt: string;
  readonly deadline: string;
  readonly clockOffsetMs: number;
  readonly documentVersion: number;
  readonly tenderDigest: string;
  readonly flags: readonly string[];
  readonly leafSalt: string;
  readonly prev: string;
  readonly organisation: string;
  readonly text: string;
}
