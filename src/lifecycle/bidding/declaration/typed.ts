import { z } from "zod";
import { checkCreditCode } from "@/core/codes";
import { LEVELS } from "@/lifecycle/tender-document/levels";
import type { TenderDocumentContent } from "@/lifecycle/tender-document/schema";
import { DECLARATION_LIMITS, type Declaration, INTEREST_KINDS, type InterestKind } from "./part";

const TypedInterest = z.object({ name: z.string(), creditCode: z.string(), kind: z.string(), note: z.string() });
export type TypedInterest = Readonly<z.infer<typeof TypedInterest>>;
export const EMPTY_INTEREST: TypedInterest = { name: "", creditCode: "", kind: "control", note: "" };

/** A company's level of one requirement; `level` is empty until it is chosen, and `none` where it holds none. */
const TypedLevel = z.object({
  party: z.string(),
  requirement: z.string(),
  level: z.string(),
  undertakes: z.boolean(),
});
export type TypedLevel = Readonly<z.infer<typeof TypedLevel>>;

/** The declaration in preparation, as it lies in the draft. */
export const TypedDeclaration = z.object({
  /** Empty until the bidder has said whether there is a relation. */
  related: z.enum(["", "no", "yes"]),
  interests: z.array(TypedInterest).readonly(),
  levels: z.array(TypedLevel).readonly(),
});
export type TypedDeclaration = Readonly<z.infer<typeof TypedDeclaration>>;
export const EMPTY_DECLARATION: TypedDeclaration = { related: "", interests: [], levels: [] };

type Asked = Pick<TenderDocumentContent, "interestDeclaration" | "levels">;
export interface DeclaringParty {
  readonly name: string;
  readonly creditCode: string;
}
export const NO_LEVEL = "none";
export const CONTROL_OF_INTERESTS = "declaration-interests";
export const controlOfLevel = (requirement: string, party: number): string => `declaration-${requirement}-${party}`;

/** Does the tender document ask the bidder for a declaration? Documents of before do not. */
export const asksDeclaration = ({ interestDeclaration, levels }: Asked): boolean =>
  interestDeclaration === true || Boolean(levels?.length);

/** One company's level of a requirement as typed; who bids alone does all of the work. */
export const typedLevelOf = (typed: TypedDeclaration, party: string, requirement: string, alone: boolean): TypedLevel =>
  typed.levels.find((one) => one.party === party && one.requirement === requirement) ?? {
    ...{ party, requirement, level: "" },
    undertakes: alone,
  };

/** Reads what was typed; all problems at once, the declaration only when there are none. */
export function declare(
  asked: Asked,
  parties: readonly DeclaringParty[],
  typed: TypedDeclaration = EMPTY_DECLARATION,
): { declaration?: Declaration; problems: { control: string; sentence: string }[] } {
  const problems: { control: string; sentence: string }[] = [];
  const tell = (sentence: string, control = CONTROL_OF_INTERESTS) => problems.push({ control, sentence });
  if (asked.interestDeclaration && !typed.related)
    tell("请声明本投标人与招标人是否存在可能影响招标公正性的利害关系（《招标投标法实施条例》第三十四条）。");
  const named = typed.related === "yes" ? typed.interests : [];
  if (typed.related === "yes" && !named.length) tell("已选择存在利害关系，请写明是哪些单位或个人、什么关系。");
  if (named.length > DECLARATION_LIMITS.interests)
    tell(`利害关系最多写 ${DECLARATION_LIMITS.interests} 项，请合并后填写。`);
  const interests = named.map((one, i) => {
    const code = one.creditCode.trim().toUpperCase();
    if (code && !checkCreditCode(code).ok)
      tell(`第 ${i + 1} 项利害关系的统一社会信用代码不正确，请核对 18 位代码及其校验位；没有代码的请留空。`);
    const read = {
      name: one.name.trim().normalize("NFC"),
      ...(code ? { creditCode: code } : {}),
      kind: one.kind as InterestKind,
      note: one.note.trim().normalize("NFC"),
    };
    if (!read.name || !read.note) tell(`第 ${i + 1} 项利害关系请写明名称和具体情况。`);
    else if (!isLegible(read))
      tell(`第 ${i + 1} 项利害关系超过 ${DECLARATION_LIMITS.textLength} 字或含有不可见字符，请改正。`);
    return read;
  });
  const alone = parties.length === 1;
  const qualifications = (asked.levels ?? []).flatMap((requirement) => {
    const rows = parties.map((party, i) => {
      const { level, undertakes } = typedLevelOf(typed, party.creditCode, requirement.id, alone);
      if (!level)
        tell(
          `请选择“${party.name || "成员"}”的“${requirement.speciality}”资质等级；没有的选“无”。`,
          controlOfLevel(requirement.id, i),
        );
      const held = level === NO_LEVEL || !level ? {} : { level: Number(level) };
      return { party: party.creditCode, speciality: requirement.speciality, ...held, undertakes: alone || undertakes };
    });
    if (!rows.some(({ undertakes }) => undertakes))
      tell(`请勾选按联合体分工承担“${requirement.speciality}”的成员。`, controlOfLevel(requirement.id, 0));
    return rows;
  });
  return problems.length
    ? { problems }
    : { declaration: { format: "xb-declaration/1", interests, qualifications }, problems };
}

const isLegible = ({ name, note, kind }: { name: string; note: string; kind: string }): boolean =>
  [name, note].every((text) => text.length <= DECLARATION_LIMITS.textLength && /^\P{C}+$/u.test(text)) &&
  kind in INTEREST_KINDS;

export const LEVEL_CHOICES: readonly (readonly [string, string])[] = [
  ["", "请选择"],
  [NO_LEVEL, "无"],
  ...LEVELS.map((name, level) => [String(level), name] as const),
];
