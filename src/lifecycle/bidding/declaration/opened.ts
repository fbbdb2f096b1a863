import { levelName } from "@/lifecycle/tender-document/levels";
import type { TenderDocumentContent } from "@/lifecycle/tender-document/schema";
import { type Declaration, type DeclaredQualification, INTEREST_KINDS } from "./part";

/** What the bidder declares of its relations, in words; undefined where it declares nothing that can be read. */
export const interestLines = (declaration: Declaration | null | undefined): readonly string[] | undefined =>
  declaration?.interests.map(
    ({ name, creditCode, kind, note }) =>
      `${name}${creditCode ? `（${creditCode}）` : ""}：${INTEREST_KINDS[kind]}，${note}`,
  );

const RULE = "《招标投标法实施条例》第三十四条";

/**
 * The declaration beside what the tenderer registered and registrations show (IR34): what is missing, what is named, and
 * where one says what the other denies. Evidence for the committee, which decides.
 *
 * @param found - findings of the platform about the same bid.
 */
export function declarationFindings(
  { interestDeclaration }: Pick<TenderDocumentContent, "interestDeclaration">,
  declaration: Declaration | null | undefined,
  found: readonly string[],
): string[] {
  if (!declaration) return interestDeclaration ? [`投标文件没有可读的利害关系声明，招标文件要求声明（${RULE}）。`] : [];
  const named = interestLines(declaration) ?? [];
  return [
    ...named.map((line) => `投标人声明存在利害关系：${line}。是否可能影响招标公正性，请依${RULE}认定。`),
    ...(interestDeclaration && !named.length && found.length
      ? ["投标人声明不存在利害关系，与平台核对发现的情况不一致，请核对。"]
      : []),
  ];
}

export interface LevelParty {
  readonly name: string;
  readonly creditCode: string;
}
export interface LevelRow {
  readonly speciality: string;
  readonly required: string;
  /** The level of the bid: for a consortium the lowest of the members that do this work. */
  readonly computed: string;
  /** How it was computed: each company with its level and whether it does this work. */
  readonly by: readonly string[];
  readonly ok: boolean;
}

/**
 * Level of a bid by speciality (BL31: 由同一专业的单位组成的联合体，按照资质等级较低的单位确定资质等级): the lowest of the companies that do the
 * speciality by the division of work; one of them without it, or nobody doing it, is below every requirement.
 */
export function levelRows(
  requirements: TenderDocumentContent["levels"],
  parties: readonly LevelParty[],
  stated: readonly DeclaredQualification[],
): LevelRow[] {
  return (requirements ?? []).map(({ speciality, level }) => {
    const rows = parties.map((party) => ({
      ...party,
      own: stated.find((one) => one.party === party.creditCode && one.speciality === speciality),
    }));
    const doing = rows.filter(({ own }) => own?.undertakes);
    const levels = doing.map(({ own }) => own?.level);
    const held = levels.filter((one) => one !== undefined);
    const lowest = held.length === doing.length && held.length ? Math.max(...held) : undefined;
    return {
      speciality,
      required: levelName(level),
      computed:
        lowest !== undefined ? levelName(lowest) : doing.length ? "无（有承担成员不具备）" : "无（没有成员承担）",
      by: rows.map(
        ({ name, own }) =>
          `${name}：${own?.level === undefined ? "无" : levelName(own.level)}${own?.undertakes ? "，承担" : "，不承担"}`,
      ),
      // The place in the list falls with the level: a higher number is a lower level.
      ok: lowest !== undefined && lowest <= level,
    };
  });
}

/** Levels below what the document requires, for the committee. */
export const levelFindings = (rows: readonly LevelRow[]): string[] =>
  rows
    .filter(({ ok }) => !ok)
    .map(
      ({ speciality, required, computed, by }) =>
        `“${speciality}”资质低于招标文件要求的${required}：按${by.join("；")}计算为${computed}（《招标投标法》第三十一条：同一专业的联合体按资质等级较低的单位确定）。`,
    );
