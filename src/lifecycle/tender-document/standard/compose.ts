import { formatYuan } from "@/core/money";
import { formatScore } from "@/core/score";
import type { Regime } from "@/lifecycle/law/regime";
import { fieldText, fileText } from "../envelopes";
import type { TenderDocumentContent } from "../schema";
import { securityTerms } from "../schema";
import { GOODS } from "./goods";
import type { ModelText } from "./model";
import { SERVICES } from "./services";
import { WORKS } from "./works";

export const MODELS = { works: WORKS, goods: GOODS, services: SERVICES } as const satisfies Record<string, ModelText>;
export type ModelId = keyof typeof MODELS;

/** Which model a subject of tendering begins with. */
export const modelFor = (subject: Regime["subject"]): ModelId => (subject === "survey_design" ? "services" : subject);

export interface ComposedClause {
  readonly id: string;
  readonly number: string;
  readonly title: string;
  readonly text: string;
  /** What the model says here, filled in the same way, where the document says something else (IR15). */
  readonly model?: string;
  /** Must be written and is not. */
  readonly missing?: true;
}

export interface ComposedChapter {
  readonly title: string;
  readonly clauses: readonly ComposedClause[];
}

export interface ComposeFacts {
  readonly tenderName: string;
  readonly tenderer: string;
  readonly lot: { readonly name: string; readonly code: string; readonly content: string };
  readonly content: TenderDocumentContent;
}

const NUMERALS = "一二三四五六七八九十";

/** What the form says, as words for the placeholders of a model. */
function wordsOf({ tenderName, tenderer, lot, content }: ComposeFacts): Readonly<Record<string, string>> {
  const { method } = content;
  const price = (method.price ?? {}) as { full?: string };
  return {
    tenderName,
    tenderer,
    lotName: lot.name,
    lotCode: lot.code,
    lotContent: lot.content,
    requiredFiles: content.requiredFiles.map((file) => fileText(content, file)).join("、"),
    formFields: content.form.map((field) => fieldText(content, field)).join("、"),
    ceiling: formatYuan(BigInt(content.ceilingFen)),
    security: formatYuan(BigInt(content.securityFen)),
    winnerPays: content.winnerPays?.text ?? "不向中标人收取招标代理服务费。",
    securityForms: securityTerms(content),
    validityDays: String(content.validityDays),
    windowMinutes: String(content.decryptionWindowMinutes),
    remedy: content.remedyClause,
    consortium: content.consortiumAllowed ? "接受" : "不接受",
    reviewItems: content.reviewItems.map(({ title, standard, clause }) => `${clause} ${title}：${standard}`).join("\n"),
    method:
      method.kind === "lowest_evaluated"
        ? "采用经评审的最低投标价法，按评标价由低到高排序。"
        : `采用综合评估法，满分一百分${price.full ? `，其中报价 ${price.full} 分，由交易平台按招标文件载明的参数计算` : ""}。`,
    criteria: content.criteria
      .map(
        ({ title, standard, clause, maxHundredths }) =>
          `${clause} ${title}（${formatScore(maxHundredths)} 分）：${standard}`,
      )
      .join("\n"),
  };
}

const fill = (text: string, words: Readonly<Record<string, string>>): string =>
  text.replace(/\{(\w+)\}/g, (whole, name: string) => words[name] ?? whole);

/** Composes the chapters of a tender document from its model, the form, and what the publisher wrote differently. */
export function compose(facts: ComposeFacts): readonly ComposedChapter[] {
  const { standard } = facts.content;
  if (!standard) return [];
  const words = wordsOf(facts);
  return MODELS[standard.model].chapters.map((chapter, i) => ({
    title: `第${NUMERALS[i]}章 ${chapter.title}`,
    clauses: chapter.clauses.map(({ id, title, text, fillIn }, j): ComposedClause => {
      const own = standard.changes[id]?.trim();
      const model = fill(text, words);
      const base = { id, number: `${i + 1}.${j + 1}`, title };
      if (fillIn)
        return own ? { ...base, text: fill(own, words) } : { ...base, text: `（待填写：${text}）`, missing: true };
      const said = own ? fill(own, words) : model;
      return said === model ? { ...base, text: model } : { ...base, text: said, model };
    }),
  }));
}

/** Clauses that say something else than the model. */
export const deviationsOf = (chapters: readonly ComposedChapter[]): readonly ComposedClause[] =>
  chapters.flatMap(({ clauses }) => clauses.filter(({ model }) => model !== undefined));

export const missingOf = (chapters: readonly ComposedChapter[]): readonly ComposedClause[] =>
  chapters.flatMap(({ clauses }) => clauses.filter(({ missing }) => missing));
