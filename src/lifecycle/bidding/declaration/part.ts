import { z } from "zod";
import type { Bytes } from "@/core/bytes";
import { encodeCanonical, parseCanonical } from "@/core/canonical-json";
import { LEVELS } from "@/lifecycle/tender-document/levels";

/** Name of the bidder's declaration in a sealed package; specification: `public/specs/declaration.md`. */
export const DECLARATION_FILE = "declaration.json";
/** One length whatever is declared: a sealed package does not tell whether somebody named a relation. */
export const DECLARATION_BYTES = 64 * 1024;
export const DECLARATION_LIMITS = { interests: 20, qualifications: 100, textLength: 200 } as const;
const SPACE = 0x20;

/** Relations to the tenderer that may bear on the fairness of the tender (IR34). */
export const INTEREST_KINDS = {
  control: "控股关系",
  management: "管理关系",
  chief: "单位负责人为同一人",
  other: "其他利害关系",
} as const;
export type InterestKind = keyof typeof INTEREST_KINDS;

/** Printed on screens and in the report: nothing invisible. */
const text = z
  .string()
  .min(1)
  .max(DECLARATION_LIMITS.textLength)
  .regex(/^\P{C}+$/u);
const creditCode = z.string().regex(/^[0-9A-Z]{18}$/);

/** Somebody related, as the bidder names it. */
export const DeclaredInterest = z.strictObject({
  name: text,
  creditCode: creditCode.optional(),
  kind: z.enum(Object.keys(INTEREST_KINDS) as [InterestKind, ...InterestKind[]]),
  note: text,
});

/** What one company of the bid holds of a speciality, and whether the division of work gives it that part (BL31). */
export const DeclaredQualification = z.strictObject({
  party: creditCode,
  speciality: text,
  /** Left out: it holds none. */
  level: z
    .number()
    .int()
    .min(0)
    .max(LEVELS.length - 1)
    .optional(),
  undertakes: z.boolean(),
});
export type DeclaredQualification = z.infer<typeof DeclaredQualification>;

/** The bidder's own structured statements (投标人声明). No interests: it declares that there are none. */
export const Declaration = z.strictObject({
  format: z.literal("xb-declaration/1"),
  interests: z.array(DeclaredInterest).max(DECLARATION_LIMITS.interests),
  qualifications: z.array(DeclaredQualification).max(DECLARATION_LIMITS.qualifications),
});
export type Declaration = z.infer<typeof Declaration>;

/** Is there a declaration to read among the files of a bid, of a length that one has? */
export const declarationFileOf = <F extends { readonly name: string; readonly size: number }>(
  files: readonly F[],
): F | undefined => files.find(({ name, size }) => name === DECLARATION_FILE && size <= DECLARATION_BYTES);

/** @throws RangeError when it does not fit its part: more than the limits let anybody type. */
export function encodeDeclaration(declaration: Declaration): Bytes {
  const content = encodeCanonical(JSON.parse(JSON.stringify(declaration)));
  if (content.length > DECLARATION_BYTES) throw new RangeError("the declaration does not fit its part");
  const bytes = new Uint8Array(DECLARATION_BYTES).fill(SPACE);
  bytes.set(content);
  return bytes;
}

/** Reads a part of whatever origin: what is none is undefined, never thrown. */
export function readDeclaration(bytes: Uint8Array): Declaration | undefined {
  if (bytes.length > DECLARATION_BYTES) return undefined;
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === SPACE) end--;
  try {
    return Declaration.safeParse(parseCanonical(bytes.subarray(0, end))).data;
  } catch {
    return undefined;
  }
}
