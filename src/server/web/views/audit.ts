import { and, desc, eq, inArray } from "drizzle-orm";
import { formatInstant } from "@/core/time";
import { trailLines } from "@/kit/tables";
import { actionWord } from "@/lifecycle/supervision/trail-words";
import { ROLE_NAMES } from "@/platform/identity/home";
import { people } from "@/platform/party/tables";
import { SITE_LABELS } from "@/platform/site/schema";
import { asActor } from "../context";

/** Lines that one page shows. */
const PAGE = 100;

const roleText = (role: string) => ROLE_NAMES[role as keyof typeof ROLE_NAMES] ?? role;
/** Facts of a line by the names that people read. */
function factText(name: string, value: string): string {
  const list = (word: (each: string) => string) => value.split(",").map(word).join("、");
  switch (name) {
    case "role":
    case "roles":
      return `角色：${list(roleText)}`;
    case "fields":
      return `项目：${list((field) => SITE_LABELS[field as keyof typeof SITE_LABELS] ?? field)}`;
    case "proposedBy":
      return `提出人：${value}`;
    case "reason":
      return `理由：${value}`;
    case "relation":
      return `关系：${value}`;
    default:
      return `${name}：${value}`;
  }
}

/** What people of this administrator's own organisation did at this site, and when they signed in, newest first. */
export const administrationTrail = (page = 0) =>
  asActor(async (tx, actor) => {
    const rows = await tx
      .select({ line: trailLines, person: people.name })
      .from(trailLines)
      .leftJoin(people, eq(people.id, trailLines.personId))
      .where(and(inArray(trailLines.chain, ["site", `org:${actor.orgId}`]), eq(trailLines.orgId, actor.orgId)))
      .orderBy(desc(trailLines.realAt), desc(trailLines.chain), desc(trailLines.seq))
      .limit(PAGE + 1)
      .offset(page * PAGE);
    const shown = rows.slice(0, PAGE);
    return {
      more: rows.length > PAGE ? page + 1 : undefined,
      lines: shown.map(({ line, person }) => ({
        number: `${line.chain === "site" ? "管理" : "账号"} ${line.seq}`,
        at: formatInstant(line.at),
        person: person ?? "—",
        role: roleText(line.role),
        action: actionWord(line.action),
        subject: line.subject,
        facts: Object.entries(line.facts)
          .map(([name, value]) => factText(name, String(value)))
          .join("；"),
        address: line.address ?? "—",
      })),
    };
  });
