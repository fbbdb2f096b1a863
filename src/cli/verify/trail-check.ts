import { type ChainedLine, GENESIS, trailHash, trailLineBytes } from "@/core/trail-hash";
import type { Findings } from "./findings";
import { TrailLineItem } from "./items";
import { Unproved } from "./judge";
import type { OpenArchive } from "./open-archive";

/** Lines of this lot by action, as far as other checks compare them with documents. */
export interface Trails {
  /** The only line of this action in the project's chain, or the last one. @throws Unproved when there is none. */
  last(action: string): ChainedLine;
  readonly project: readonly ChainedLine[];
  readonly sealed: readonly ChainedLine[];
}

/** Actions that other checks ask for; the others are checked and forgotten. */
const KEPT = new Set([
  "notice.published",
  "prequalification.published",
  "review-committee.requested",
  "review-committee.drawn",
  "closing-record.signed",
  "sealed-trail.joined",
  "prices.announced",
  "opening-record.signed",
  "second-opening.announced",
  "second-record.signed",
  "bid.decrypted",
  "committee.drawn",
  "report.signed",
  "report.dissented",
  "candidates.published",
  "award.decided",
  "award-notices.sent",
  "bid.submitted",
  "bid.replaced",
  "bid.withdrawn",
  "bid.revoked",
]);

/** Walks a chain from its first line. @param at - sees every line that fits. */
async function walk(
  archive: OpenArchive,
  path: string,
  chain: string,
  at: (line: ChainedLine) => void,
): Promise<number> {
  let before = GENESIS;
  let count = 0;
  for await (const value of archive.lines(path)) {
    count++;
    const parsed = TrailLineItem.safeParse(value);
    if (!parsed.success) throw new Unproved(`${path} 第 ${count} 行不是留痕`);
    const line = parsed.data as ChainedLine;
    const { prev, hash, ...content } = line;
    const fits =
      content.seq === count &&
      content.chain === chain &&
      prev === before &&
      (await trailHash(prev, trailLineBytes(content))) === hash;
    if (!fits) throw new Unproved(`${path} 第 ${count} 行断链（${content.action}，${content.at}）`);
    before = hash;
    at(line);
  }
  return count;
}

/** Recomputes both chains from line 1, and finds the sealed chain's head in the project's chain. */
export async function checkTrails(archive: OpenArchive, findings: Findings): Promise<void> {
  const { lot, tender } = archive.manifest;
  const project: ChainedLine[] = [];
  const sealed: ChainedLine[] = [];
  await findings.check("招标项目留痕自第一行起逐行衔接", async () => {
    const count = await walk(archive, "trail/project.jsonl", `project:${tender.id}`, (line) => {
      if (KEPT.has(line.action) && line.lotId === lot.id) project.push(line);
    });
    return `${count} 行`;
  });
  archive.trails = {
    project,
    sealed,
    last(action) {
      const line = project.findLast((one) => one.action === action);
      if (!line) throw new Unproved(`招标项目留痕中没有 ${action}`);
      return line;
    },
  };
  await findings.check("标段密封留痕逐行衔接，开标时的链头已并入招标项目留痕", async (problem) => {
    const joined = archive.trails!.last("sealed-trail.joined");
    let found: number | undefined;
    const count = await walk(archive, "trail/sealed.jsonl", `sealed:${lot.id}`, (line) => {
      if (KEPT.has(line.action)) sealed.push(line);
      if (line.hash === joined.facts.head) found = line.seq;
    });
    if (found === undefined) problem("trail/sealed.jsonl 中没有开标时并入的链头");
    return `${count} 行，开标时 ${found ?? 0} 行`;
  });
}
