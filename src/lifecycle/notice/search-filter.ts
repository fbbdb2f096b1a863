import { isStorable } from "@/core/text";

/** Kinds of notices by which a reader may narrow a search, with their names on screen. */
export const NOTICE_KINDS: Readonly<Record<string, string>> = {
  tender: "招标公告",
  correction: "更正公告",
  prequalification: "资格预审公告",
  "first-stage": "两阶段招标公告",
  withdrawal: "撤回公告",
  candidates: "中标候选人公示",
  result: "中标结果公告",
  exception: "异常公告",
  "opening-record": "开标记录",
};

/** Bands of the published ceiling, in fen: from (inclusive) and to (exclusive). */
export const AMOUNT_BANDS: Readonly<
  Record<string, { readonly title: string; readonly from: bigint; readonly to?: bigint }>
> = {
  "0": { title: "100 万元以下", from: 0n, to: 100_000_000n },
  "1": { title: "100 万元至 1000 万元", from: 100_000_000n, to: 1_000_000_000n },
  "2": { title: "1000 万元至 5000 万元", from: 1_000_000_000n, to: 5_000_000_000n },
  "3": { title: "5000 万元至 1 亿元", from: 5_000_000_000n, to: 10_000_000_000n },
  "4": { title: "1 亿元以上", from: 10_000_000_000n },
};

/** Windows of the bid deadline, counted from now. */
export const DUE_WINDOWS: Readonly<Record<string, string>> = {
  "3": "3 天内截止",
  "7": "7 天内截止",
  "30": "30 天内截止",
  past: "已截止",
};

export const SORTS: Readonly<Record<string, string>> = { newest: "最新发布在前", deadline: "最早截止在前（仅未截止）" };

/** What a reader looks for. Absent parts narrow nothing. */
export interface NoticeFilter {
  /** Words; each must occur. */
  readonly words: readonly string[];
  readonly kind?: string;
  readonly region?: string;
  readonly subject?: string;
  readonly amount?: string;
  readonly due?: string;
  readonly sort: "newest" | "deadline";
  /** Where the page before ended. */
  readonly after?: { readonly at: Date; readonly number: string };
  /** Span of publication, for digests: no address asks for one. */
  readonly published?: { readonly after: Date; readonly until: Date };
}

type Query = Readonly<Record<string, string | readonly string[] | undefined>> | URLSearchParams;

const MAX_WORDS = 8;
const SUBJECTS = ["works", "goods", "services", "survey_design"];

/** Reads a filter out of an address. What is unknown, doubled or malformed narrows nothing: a public address never fails. */
export function readFilter(query: Query): NoticeFilter {
  const value = (name: string): string => {
    const found = query instanceof URLSearchParams ? query.getAll(name) : query[name];
    const single = Array.isArray(found) ? (found.length === 1 ? found[0] : undefined) : found;
    return typeof single === "string" && isStorable(single) ? single.trim() : "";
  };
  const oneOf = (name: string, known: readonly string[]) =>
    known.includes(value(name)) ? { [name]: value(name) } : undefined;
  const region = /^\d{2}(\d{2}){0,2}$/.exec(value("region"))?.[0];
  const cursor = /^(\d{1,15})~([0-9A-Za-z-]{1,60})$/.exec(value("after"));
  const at = cursor && new Date(Number(cursor[1]));
  return {
    words: [...new Set(value("q").slice(0, 100).split(/\s+/).filter(Boolean))].slice(0, MAX_WORDS),
    ...oneOf("kind", Object.keys(NOTICE_KINDS)),
    ...(region ? { region } : {}),
    ...oneOf("subject", SUBJECTS),
    ...oneOf("amount", Object.keys(AMOUNT_BANDS)),
    ...oneOf("due", Object.keys(DUE_WINDOWS)),
    sort: value("sort") === "deadline" ? "deadline" : "newest",
    ...(at && at.getTime() < 8.64e15 ? { after: { at, number: cursor[2]! } } : {}),
  };
}

/** The filter as a query string, in one order, without the place in the list: for links, feeds and saved searches. */
export function filterQuery(filter: Omit<NoticeFilter, "after" | "published">): string {
  const query = new URLSearchParams();
  if (filter.words.length) query.set("q", filter.words.join(" "));
  for (const name of ["kind", "region", "subject", "amount", "due"] as const)
    if (filter[name]) query.set(name, filter[name]);
  if (filter.sort !== "newest") query.set("sort", filter.sort);
  return query.toString();
}

/** An address with a query, when there is one. */
export const withQuery = (path: string, query: string): string => (query ? `${path}?${query}` : path);

/** Does the filter narrow anything? */
export const narrows = ({ words, kind, region, subject, amount, due }: NoticeFilter): boolean =>
  words.length > 0 || Boolean(kind ?? region ?? subject ?? amount ?? due);
