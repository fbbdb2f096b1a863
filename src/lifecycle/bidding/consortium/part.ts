import { z } from "zod";
import { type Bytes, base64url, fromBase64url, hex, isBase64url } from "@/core/bytes";
import { encodeCanonical, parseCanonical } from "@/core/canonical-json";
import { sha256 } from "@/crypto/sha256";

/** Name of the consortium's part in a sealed package; specification: `public/specs/consortium.md`. */
export const CONSORTIUM_FILE = "consortium.json";
/**
 * Every bid on a lot that allows consortia has a part of this one length, whether a consortium bids or not: a sealed
 * package does not tell that there is one, how many members it has, or how long its agreement is.
 */
export const CONSORTIUM_BYTES = 6 * 1024 * 1024;

/** The agreement in Base64 and ten parties of the longest texts stay below the length of the part. */
export const CONSORTIUM_LIMITS = { agreementBytes: 4 * 1024 * 1024, parties: 10, textLength: 200 } as const;

/** What every member that signs takes upon itself (BL31), as it is told before it signs. */
export const JOINT_LIABILITY =
  "签署表示本单位同意上述联合体协议，与各方共同投标；中标的，联合体各方共同与招标人签订合同，承担连带责任（《招标投标法》第三十一条）。";

/** All shares together, in hundredths of a percent. */
export const WHOLE_SHARE = 10_000;

const SPACE = 0x20;
/** Names are printed in the hall: nothing invisible, and nothing that turns a line around. */
const text = z
  .string()
  .min(1)
  .max(CONSORTIUM_LIMITS.textLength)
  .regex(/^\P{C}+$/u);
const creditCode = z.string().regex(/^[0-9A-Z]{18}$/);

/** One company of a consortium (联合体成员). */
export const Party = z.strictObject({
  name: text,
  creditCode,
  /** What it does of the work (分工). */
  work: text,
  /** Its share, in hundredths of a percent. */
  shareBasisPoints: z.number().int().min(0).max(WHOLE_SHARE),
  /** Qualification that it brings (资质). */
  qualification: text,
});
export type Party = z.infer<typeof Party>;

/** What every member signs (共同投标协议, BL31): who bids together, for which lot, under which agreement. The leader stands first. */
export const Terms = z.strictObject({
  format: z.literal("xb-consortium-consent/1"),
  tender: z.string().max(60),
  lot: z.string().max(60),
  parties: z.array(Party).min(2).max(CONSORTIUM_LIMITS.parties),
  /** SHA-256 of the agreement. */
  agreement: z.string().regex(/^[0-9a-f]{64}$/),
});
export type Terms = z.infer<typeof Terms>;

const base64urlText = z.string().refine(isBase64url);

/** A consortium as it is sealed: terms, the agreement itself, and the members' signatures over the terms. */
export const Declared = z.strictObject({
  format: z.literal("xb-consortium/1"),
  terms: Terms,
  agreement: base64urlText,
  consents: z.array(z.strictObject({ creditCode, cms: base64urlText.max(40_000) })).max(CONSORTIUM_LIMITS.parties),
});
export type Declared = z.infer<typeof Declared>;

/** The part of a bidder that bids alone. */
const Alone = z.strictObject({ format: z.literal("xb-consortium/1") });
const ALONE: z.infer<typeof Alone> = { format: "xb-consortium/1" };

/** The bytes that each member signs. */
export const termsBytes = (terms: Terms): Bytes => encodeCanonical(terms);

export const agreementOf = (declared: Pick<Declared, "agreement">): Bytes => fromBase64url(declared.agreement);
export const digestOf = (bytes: Uint8Array): string => hex(sha256(bytes));

/** @param declared - undefined for a bidder that bids alone. */
export function encodePart(declared: Declared | undefined): Bytes {
  const content = encodeCanonical(declared ?? ALONE);
  if (content.length > CONSORTIUM_BYTES) throw new RangeError("the consortium does not fit its part");
  const bytes = new Uint8Array(CONSORTIUM_BYTES).fill(SPACE);
  bytes.set(content);
  return bytes;
}

export type ReadPart =
  | { readonly kind: "alone" }
  | { readonly kind: "declared"; readonly declared: Declared }
  | { readonly kind: "unreadable" };

/** Reads a part of whatever origin: too long, not canonical or of another form is unreadable, never thrown. */
export function readPart(bytes: Uint8Array): ReadPart {
  if (bytes.length > CONSORTIUM_BYTES) return { kind: "unreadable" };
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === SPACE) end--;
  try {
    const value = parseCanonical(bytes.subarray(0, end));
    if (Alone.safeParse(value).success) return { kind: "alone" };
    const { data } = Declared.safeParse(value);
    return data ? { kind: "declared", declared: data } : { kind: "unreadable" };
  } catch {
    return { kind: "unreadable" };
  }
}

/** @param consents - CMS over the bytes of the terms, by credit code of the member. */
export const declaredBy = (
  terms: Terms,
  agreement: Uint8Array,
  consents: readonly { readonly creditCode: string; readonly cms: string }[],
): Declared => ({
  format: "xb-consortium/1",
  terms,
  agreement: base64url(agreement),
  consents: consents.map(({ creditCode: code, cms }) => ({ creditCode: code, cms })),
});

/** How a bidder is printed: a consortium with its leader and members, anybody else by name. */
export const bidderTitle = (name: string, members: readonly { readonly name: string }[] | undefined): string =>
  members?.length ? `联合体（牵头人：${name}；成员：${members.map((member) => member.name).join("、")}）` : name;

/** One company of a consortium, in a line. */
export const partyLine = ({ name, creditCode, work, shareBasisPoints, qualification }: Party): string =>
  `${name}（${creditCode}）：${work}，${shareText(shareBasisPoints)}，${qualification}`;

/** `35.5%` */
export const shareText = (basisPoints: number): string => `${(basisPoints / 100).toFixed(2).replace(/\.?0+$/, "")}%`;
