import { and, desc, eq, lt } from "drizzle-orm";
import { formatInstant } from "@/core/time";
import { trailLines } from "@/kit/tables";
import { actionWord } from "@/lifecycle/supervision/trail-words";
import { people } from "@/platform/party/tables";
import { asActor } from "../context";

/** Lines that one page shows. */
const PAGE = 100;

/** What people of this administrator's own organisation did at this site, newest first. */
export const administrationTrail = (before?: number) =>
  asActor(async (tx, actor) => {
    const rows = await tx
      .select({ line: trailLines, person: people.name })
      .from(trailLines)
      .leftJoin(people, eq(people.id, trailLines.personId))
      .where(
        and(
          eq(trailLines.chain, "site"),
          eq(trailLines.orgId, actor.orgId),
          before ? lt(trailLines.seq, before) : undefined,
        ),
      )
      .orderBy(desc(trailLines.seq))
      .limit(PAGE + 1);
    const shown = rows.slice(0, PAGE);
    return {
      more: rows.length > PAGE ? shown.at(-1)!.line.seq : undefined,
      lines: shown.map(({ line, person }) => ({
        seq: line.seq,
        at: formatInstant(line.at),
        person: person ?? "—",
        role: line.role,
        action: actionWord(line.action),
        subject: line.subject,
        facts: Object.entries(line.facts)
          .map(([name, value]) => `${name}: ${String(value)}`)
          .join("；"),
        address: line.address ?? "—",
      })),
    };
  });
