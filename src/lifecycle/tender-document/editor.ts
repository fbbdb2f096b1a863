import { parseYuan, yuanText } from "@/core/money";
import { formatScore, parseScore } from "@/core/score";
import { type GatheringFields, gatheringFields, gatheringsOf } from "./gathering-fields";
import { priceOf, type TenderDocumentContent } from "./schema";

/** Parameters of the price score that the form knows: deviation from a base made by B2 or B3. */
export interface MethodFields {
  readonly base: "B2" | "B3";
  readonly k: string;
  readonly full: string;
  readonly e1: string;
  readonly e2: string;
}

type Content = TenderDocumentContent;

/** A tender document as its form holds it: everything that people type is text. */
export interface EditorState {
  readonly title: string;
  readonly instructions: string;
  readonly ceiling: string;
  readonly security: string;
  readonly securityForms: string;
  /** A bid without a security: `committee` judges it, or it is `refused` at receipt (RF-14). */
  readonly securityAtReceipt: string;
  /** The security of a bid that its bidder's fault keeps closed: `back` or `kept`. */
  readonly securityOnFailure: string;
  /** Price of the document, who is paid, and where. */
  readonly price: string;
  readonly payee: "tenderer" | "agency";
  readonly payeeBank: string;
  readonly payeeAccount: string;
  readonly validityDays: string;
  readonly windowMinutes: string;
  readonly remedyClause: string;
  readonly form: Content["form"];
  readonly requiredFiles: Content["requiredFiles"];
  readonly reviewItems: Content["reviewItems"];
  readonly criteria: readonly (Omit<Content["criteria"][number], "maxHundredths"> & { readonly max: string })[];
  /** Undefined: a method that this form does not know; it stays as it is. */
  readonly method: MethodFields | undefined;
  /** The model text and what departs from it; undefined: files alone. */
  readonly standard: Content["standard"];
  readonly gatherings: readonly GatheringFields[];
  readonly bill: Content["bill"];
  /** Required qualifications by speciality; the level as its place in the list. */
  readonly levels: readonly LevelFields[];
}

export interface LevelFields {
  readonly id: string;
  readonly speciality: string;
  readonly level: string;
}

interface DeviationPrice {
  readonly type: "deviation";
  readonly base: { readonly variant: string; readonly k?: unknown };
  readonly full: string;
  readonly e1: string;
  readonly e2: string;
}

function methodFields(method: Content["method"]): MethodFields | undefined {
  const price = method.price as DeviationPrice | undefined;
  if (method.kind !== "comprehensive" || price?.type !== "deviation") return undefined;
  const { variant, k } = price.base;
  if (variant !== "B2" && !(variant === "B3" && typeof k === "string")) return undefined;
  return {
    base: variant as "B2" | "B3",
    k: typeof k === "string" ? k : "0.015",
    full: price.full,
    e1: price.e1,
    e2: price.e2,
  };
}

export function stateOf(content: Content): EditorState {
  const { title, instructions, remedyClause, form, requiredFiles, reviewItems } = content;
  return {
    title,
    instructions,
    remedyClause,
    form,
    requiredFiles,
    reviewItems,
    ceiling: yuanText(BigInt(content.ceilingFen)),
    security: yuanText(BigInt(content.securityFen)),
    securityForms: content.securityForms.join("、"),
    securityAtReceipt: content.security?.receiptCondition ? "refused" : "committee",
    securityOnFailure: content.security?.keptOnFailure ? "kept" : "back",
    price: yuanText(priceOf(content)),
    payee: content.sale?.payee ?? "agency",
    payeeBank: content.sale?.bank ?? "",
    payeeAccount: content.sale?.account ?? "",
    validityDays: String(content.validityDays),
    windowMinutes: String(content.decryptionWindowMinutes),
    criteria: content.criteria.map(({ maxHundredths, ...rest }) => ({ ...rest, max: formatScore(maxHundredths) })),
    method: methodFields(content.method),
    standard: content.standard,
    gatherings: gatheringFields(content.gatherings),
    bill: content.bill,
    levels: (content.levels ?? []).map(({ level, ...rest }) => ({ ...rest, level: String(level) })),
  };
}

/** Sentence that says what is wrong with the form. */
export class EditorProblem extends Error {}

function required<V>(value: V | undefined, problem: string): V {
  if (value === undefined) throw new EditorProblem(problem);
  return value;
}

const whole = (text: string): number | undefined => (/^\d{1,5}$/.test(text.trim()) ? Number(text) : undefined);

/** The sale that the form says; a document that was free and stays so has none. */
function saleOf(state: EditorState, before: Content): Pick<Content, "sale"> {
  const price = required(parseYuan(state.price), "招标文件售价须为不小于零、精确到分的金额，例如 300.00；免费填 0。");
  if (!price && !before.sale) return {};
  const { payee, payeeBank, payeeAccount } = state;
  return { sale: { priceFen: String(price), payee, bank: payeeBank.trim(), account: payeeAccount.trim() } };
}

/**
 * The document that the form says, on top of `before`, which keeps what the form does not show.
 *
 * @throws EditorProblem naming the first field that cannot be read.
 */
export function contentOf(state: EditorState, before: Content): Content {
  const { title, instructions, remedyClause, form, requiredFiles, reviewItems, method, standard, bill } = state;
  const { standard: _, gatherings: __, bill: ___, security: ____, levels: _____, ...kept } = before;
  const receiptCondition = state.securityAtReceipt === "refused";
  const keptOnFailure = state.securityOnFailure === "kept";
  const gatherings = gatheringsOf(state.gatherings);
  if (typeof gatherings === "string") throw new EditorProblem(gatherings);
  return {
    ...kept,
    ...(standard ? { standard } : {}),
    ...(gatherings.length ? { gatherings } : {}),
    ...(bill ? { bill } : {}),
    ...(state.levels.length
      ? { levels: state.levels.map(({ level, ...rest }) => ({ ...rest, level: Number(level) })) }
      : {}),
    ...(receiptCondition || keptOnFailure ? { security: { receiptCondition, keptOnFailure } } : {}),
    title,
    instructions,
    remedyClause,
    form,
    requiredFiles,
    reviewItems,
    ceilingFen: String(required(parseYuan(state.ceiling), "最高投标限价须为金额，例如 12,800,000.00。")),
    securityFen: String(required(parseYuan(state.security), "投标保证金须为金额，例如 200,000.00。")),
    ...saleOf(state, before),
    securityForms: state.securityForms
      .split(/[、,，;；]/)
      .map((text) => text.trim())
      .filter(Boolean),
    validityDays: required(whole(state.validityDays), "投标有效期须为天数。"),
    decryptionWindowMinutes: required(whole(state.windowMinutes), "解密时间须为分钟数。"),
    criteria: state.criteria.map(({ max, ...rest }) => ({
      ...rest,
      maxHundredths: required(parseScore(max), `“${rest.title}”的分值须为数字，最多两位小数。`),
    })),
    method: method
      ? {
          ...before.method,
          price: {
            ...(before.method.price as object),
            base: method.base === "B3" ? { variant: "B3", k: method.k } : { variant: "B2" },
            full: method.full,
            e1: method.e1,
            e2: method.e2,
          },
        }
      : before.method,
  };
}

/** Points of all criteria and the price together, as shown; undefined while something is no number. */
export function totalPoints(state: EditorState): string | undefined {
  const points = [...state.criteria.map(({ max }) => max), ...(state.method ? [state.method.full] : [])].map(
    parseScore,
  );
  return points.every((value) => value !== undefined)
    ? formatScore(points.reduce<number>((sum, value) => sum + value!, 0))
    : undefined;
}
