import { formatDate, formatInstant } from "@/core/time";
import type { CheckRow } from "./check-row";
import { clauseValue, type Profile } from "./clauses";
import { latestChange } from "./clocks";
import type { PublishFacts } from "./publish-check";

/** A visit to the site (踏勘现场) or a meeting before the bids (投标预备会), for all who want to come. */
export interface GatheringFacts {
  readonly title: string;
  readonly at: Date;
  readonly place: string;
  readonly note: string;
}

const NOT = "(?:不得?|无需|无须|不必|不作|严禁|禁止)[^，。；！？\\n]{0,10}?";
const SOME =
  "单独|逐家|逐个|逐一|分别(?:组织|安排|带领|通知)|分批|分组|个别|一对一|部分(?:潜在)?投标|指定(?:的)?(?:潜在)?投标|预约";
const LISTS = "签到|报名|登记|名单|回执|花名册";
const ALLOWED = new RegExp(`${NOT}(?:${SOME}|${LISTS})`, "g");
const SINGLE = new RegExp(SOME);
const LISTED = new RegExp(LISTS);
const FORCED = /(?:未|不)(?:参加|踏勘|到场).{0,16}(?:不得|无效|否决|不予|取消|放弃)|(?:必须|须|应当)(?:参加|到场|踏勘)/;

/** What is wrong with the wording of a gathering: for some only (IR28), with a list of who comes (BL22), or as a condition (O20 art. 20). */
export function gatheringProblem(text: string): "single" | "list" | "forced" | undefined {
  const plain = text.replace(/\s/g, "").replace(ALLOWED, "");
  if (SINGLE.test(plain)) return "single";
  if (LISTED.test(plain)) return "list";
  return FORCED.test(plain) ? "forced" : undefined;
}

export const GATHERING_PROBLEMS = {
  single: "只面向部分潜在投标人，或分别、预约进行",
  list: "要求签到、报名或登记参加单位",
  forced: "以参加为投标的条件",
} as const;

const sentencesOn = (texts: PublishFacts["texts"]): string[] =>
  texts.flatMap(({ text }) => text.split(/[。；！？\n]/)).filter((sentence) => /踏勘|投标预备会|答疑会/.test(sentence));

/** Visits and meetings are for all together and leave no list; they lie between publication and deadline. */
export function gatheringRows(facts: PublishFacts, profile: Profile): CheckRow[] {
  const { gatherings = [], texts, publishAt, bidDeadline } = facts;
  const sentences = sentencesOn(texts);
  if (!gatherings.length && !sentences.length) return [];
  const base = {
    id: "R-5.4.12",
    title: "踏勘现场、投标预备会",
    value:
      gatherings.map(({ title, at, place }) => `${title} ${formatInstant(at)}，${place}`).join("；") || sentences[0]!,
    limit: "面向所有潜在投标人，不登记参加单位，不作为投标条件；时间在公告发布之后、投标截止之前",
    article: "《招标投标法》第二十一条、第二十二条、《招标投标法实施条例》第二十八条",
  };
  for (const text of [...gatherings.map(({ place, note }) => `${place}${note}`), ...sentences]) {
    const problem = gatheringProblem(text);
    if (problem)
      return [
        {
          ...base,
          value: `“${text.trim()}”`,
          verdict: "fail",
          fix: `删去这一安排（${GATHERING_PROBLEMS[problem]}），改为面向所有潜在投标人`,
        },
      ];
  }
  const outside = gatherings.find(({ at }) => at <= publishAt || (bidDeadline && at >= bidDeadline));
  if (outside) return [{ ...base, verdict: "fail", fix: `修改“${outside.title}”的时间` }];
  const days = clauseValue(profile, "CLK-05", formatDate(facts.now));
  const late = bidDeadline && gatherings.some(({ at }) => at > latestChange(profile, "tender", bidDeadline));
  return [
    late
      ? { ...base, verdict: "warn", fix: `宜在投标截止 ${days} 日前进行，之后的澄清可能须顺延投标截止时间` }
      : { ...base, verdict: "pass" },
  ];
}
