import { z } from "zod";
import { checkCreditCode } from "@/core/codes";
import type { Statement, TrustContext } from "@/crypto/statement";
import { holderOf, isFor } from "./consent";
import { type ConsortiumFault, consortiumFaults, isPdf, partyFaults, problemOf } from "./faults";
import { CONSORTIUM_LIMITS, type Declared, declaredBy, digestOf, Party, type Terms, WHOLE_SHARE } from "./part";

/** One company as typed; the share in percent. */
export const TypedParty = z.object({
  name: z.string(),
  creditCode: z.string(),
  work: z.string(),
  share: z.string(),
  qualification: z.string(),
});
export type TypedParty = Readonly<z.infer<typeof TypedParty>>;

/** A consortium in preparation, as it lies in the draft: the leader first, and what members gave back so far. */
export const TypedConsortium = z.object({
  parties: z.array(TypedParty).readonly(),
  consents: z.array(z.object({ payload: z.string(), cms: z.string() })).readonly(),
});
export type TypedConsortium = Readonly<z.infer<typeof TypedConsortium>>;

export const EMPTY_PARTY: TypedParty = { name: "", creditCode: "", work: "", share: "", qualification: "" };

/** A percentage with at most two places, in hundredths of a percent; undefined when it is none. */
export function readShare(typed: string): number | undefined {
  const match = /^(\d{1,3})(?:\.(\d{1,2}))?\s*[%％]?$/.exec(typed.trim());
  if (!match) return undefined;
  const share = Number(match[1]) * 100 + Number((match[2] ?? "").padEnd(2, "0"));
  return share <= WHOLE_SHARE ? share : undefined;
}

export interface TypedProblem {
  /** Place of the company among the parties; undefined for the consortium as a whole. */
  readonly party?: number;
  readonly field?: keyof TypedParty;
  readonly sentence: string;
}

const LABELS = { name: "单位名称", work: "分工", qualification: "资质" } as const;
export const partyTitle = (index: number): string => (index === 0 ? "牵头人" : `成员 ${index}`);

/** Reads what was typed. All problems at once; parties only when there are none. */
export function readParties(typed: readonly TypedParty[]): { parties: Party[]; problems: TypedProblem[] } {
  const problems: TypedProblem[] = [];
  const parties = typed.map((one, party): Party => {
    const who = partyTitle(party);
    for (const field of ["name", "work", "qualification"] as const) {
      const text = one[field].trim();
      if (!text) problems.push({ party, field, sentence: `请填写${who}的${LABELS[field]}。` });
      else if (!Party.shape[field].safeParse(text.normalize("NFC")).success)
        problems.push({
          party,
          field,
          sentence: `${who}的${LABELS[field]}超过 ${CONSORTIUM_LIMITS.textLength} 字或含有不可见字符，请改正。`,
        });
    }
    const code = checkCreditCode(one.creditCode.trim());
    if (!code.ok)
      problems.push({
        party,
        field: "creditCode",
        sentence: `${who}的统一社会信用代码不正确，请核对 18 位代码及其校验位。`,
      });
    const share = readShare(one.share);
    if (share === undefined)
      problems.push({ party, field: "share", sentence: `${who}的份额须为 0 至 100 的百分数，最多两位小数，请填写。` });
    return {
      name: one.name.trim().normalize("NFC"),
      creditCode: one.creditCode.trim(),
      work: one.work.trim().normalize("NFC"),
      shareBasisPoints: share ?? 0,
      qualification: one.qualification.trim().normalize("NFC"),
    };
  });
  if (typed.length < 2) problems.push({ sentence: "联合体至少有一家成员。请添加成员，或改为单独投标。" });
  if (typed.length > CONSORTIUM_LIMITS.parties)
    problems.push({ sentence: `联合体最多 ${CONSORTIUM_LIMITS.parties} 方（含牵头人），请核对名单。` });
  if (!problems.length) problems.push(...partyFaults(parties).map((fault) => ({ sentence: problemOf(fault) })));
  return { parties, problems };
}

/** What the members are to sign, once everything typed can be read and the agreement is there. */
export function termsFor(
  lot: { readonly tender: string; readonly lot: string },
  typed: readonly TypedParty[],
  agreement: Uint8Array | undefined,
): { terms?: Terms; problems: TypedProblem[] } {
  const { parties, problems } = readParties(typed);
  if (!agreement) problems.push({ sentence: "请添加联合体协议（PDF，不超过 4 MB）。" });
  else if (!isPdf(agreement)) problems.push({ sentence: "联合体协议不是 PDF 文件，请另存为 PDF 后重新添加。" });
  else if (agreement.length > CONSORTIUM_LIMITS.agreementBytes)
    problems.push({ sentence: "联合体协议超过 4 MB，请压缩后重新添加。" });
  if (problems.length || !agreement) return { problems };
  return {
    terms: { format: "xb-consortium-consent/1", ...lot, parties, agreement: digestOf(agreement) },
    problems: [],
  };
}

/**
 * The consortium as it may be sealed, or everything that keeps it from that: missing and invalid signatures, consents to
 * other terms, certificates of somebody else, companies named twice.
 *
 * @param facts.bidder - credit code of who seals, where it is known.
 */
export async function declare(
  facts: {
    readonly tender: string;
    readonly lot: string;
    readonly bidder?: string | undefined;
    readonly isAllowed: boolean;
    readonly trust?: TrustContext | undefined;
  },
  typed: readonly TypedParty[],
  agreement: Uint8Array | undefined,
  consents: readonly Statement[],
): Promise<{ declared?: Declared; problems: TypedProblem[] }> {
  const { tender, lot } = facts;
  const { terms, problems } = termsFor({ tender, lot }, typed, agreement);
  if (!terms || !agreement) return { problems };
  const held = new Map<string, string>();
  const stale = new Set<string>();
  for (const consent of consents) {
    const holder = await holderOf(consent);
    if (isFor(consent, terms)) held.set(holder, consent.cms);
    else stale.add(holder);
  }
  const declared = declaredBy(
    terms,
    agreement,
    [...held].map(([creditCode, cms]) => ({ creditCode, cms })),
  );
  const faults = (await consortiumFaults(declared, facts)).map((fault): ConsortiumFault => {
    // A consent to what stood there before a change is told as that, and not as missing.
    const member = terms.parties.find(({ name }) => name === fault.party);
    return fault.code === "missing" && member && stale.has(member.creditCode) ? { ...fault, code: "other" } : fault;
  });
  return faults.length ? { problems: faults.map((fault) => ({ sentence: problemOf(fault) })) } : { declared, problems };
}
