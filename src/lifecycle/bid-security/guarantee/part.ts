import { z } from "zod";
import type { Bytes } from "@/core/bytes";
import { encodeCanonical, parseCanonical } from "@/core/canonical-json";

/** Name of the security's part in a sealed package; specification: `public/specs/bid-security.md`. */
export const SECURITY_FILE = "bid-security.json";
/** One length whatever is in it: a sealed package does not tell how its bid is secured. */
export const SECURITY_BYTES = 4096;
export const GUARANTEE_LIMITS = { textLength: 100, fileBytes: 10 * 1024 * 1024 } as const;
const SPACE = 0x20;

/** Kinds of guarantee with their codes in the exchange (CL06). */
export const GUARANTEE_KINDS = {
  bank: { name: "银行保函", code: "5" },
  guarantor: { name: "担保公司保函", code: "6" },
  insurance: { name: "保险保函", code: "7" },
} as const;
export type GuaranteeKind = keyof typeof GUARANTEE_KINDS;

/** Printed in lists: nothing invisible. */
const text = z
  .string()
  .min(1)
  .max(GUARANTEE_LIMITS.textLength)
  .regex(/^\P{C}+$/u);

/** What a guarantee says (电子保函、保险、银行保函), typed beside its PDF, which lies in the package under its hash. */
export const Guarantee = z.strictObject({
  format: z.literal("xb-bid-security/1"),
  tender: z.string().max(60),
  lot: z.string().max(60),
  kind: z.enum(Object.keys(GUARANTEE_KINDS) as [GuaranteeKind, ...GuaranteeKind[]]),
  guarantor: text,
  number: text,
  /** Fen, as decimal text. */
  amountFen: z.string().regex(/^\d{1,18}$/),
  beneficiary: text,
  /** Last day on which it holds, to 24:00 Beijing time. */
  validUntil: z.iso.date(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export type Guarantee = z.infer<typeof Guarantee>;

/** The part of a bid that brings no guarantee: it is secured by transfer, or not at all. */
const Plain = z.strictObject({ format: z.literal("xb-bid-security/1") });

export type ReadSecurity =
  | { readonly kind: "plain" }
  | { readonly kind: "guarantee"; readonly guarantee: Guarantee }
  | { readonly kind: "unreadable" };

/** @param guarantee - undefined for a bid that brings none. */
export function encodeSecurity(guarantee: Guarantee | undefined): Bytes {
  const bytes = new Uint8Array(SECURITY_BYTES).fill(SPACE);
  bytes.set(encodeCanonical(guarantee ?? { format: "xb-bid-security/1" }));
  return bytes;
}

/** Reads a part of whatever origin: too long, not canonical or of another form is unreadable, never thrown. */
export function readSecurity(bytes: Uint8Array): ReadSecurity {
  if (bytes.length > SECURITY_BYTES) return { kind: "unreadable" };
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === SPACE) end--;
  try {
    const value = parseCanonical(bytes.subarray(0, end));
    if (Plain.safeParse(value).success) return { kind: "plain" };
    const { data } = Guarantee.safeParse(value);
    return data ? { kind: "guarantee", guarantee: data } : { kind: "unreadable" };
  } catch {
    return { kind: "unreadable" };
  }
}

/** The part among the files of a bid, of a length that it has. */
export const securityFileOf = <F extends { readonly name: string; readonly size: number }>(
  files: readonly F[],
): F | undefined => files.find(({ name, size }) => name === SECURITY_FILE && size <= SECURITY_BYTES);
