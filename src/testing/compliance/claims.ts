import clocks from "./clocks.json";
import rows from "./rows.json";

/** A row of the compliance matrix, or a clock of the law. */
export interface Requirement {
  readonly id: string;
  readonly requirement: string;
  readonly area: string;
}

export const ROWS: readonly Requirement[] = rows;
export const CLOCKS: readonly Requirement[] = clocks.map((clock) => ({ ...clock, area: "clocks" }));

/** One test that ran: its title and whether it passed. */
export interface Outcome {
  readonly title: string;
  readonly passed: boolean;
}

const REQUIREMENT = "R-[A-Z0-9]+(?:\\.[0-9]+)*[a-z]?|CLK-\\d+";
/** Beside requirements a title may name a separation of duties, a refusal code or a state of a lot. */
const HEAD = new RegExp(`^((?:(?:${REQUIREMENT}|SOD-\\d+|RF-\\d+|F\\d)[ ,]*)+):`);

/** Requirement ids that a test title begins with: `R-5.7.2: …`, `R-O.14a SOD-04: …`. */
export function claimsOf(title: string): string[] {
  const head = HEAD.exec(title);
  return (head?.[1] ?? "").split(/[ ,]+/).filter((id) => new RegExp(`^(?:${REQUIREMENT})$`).test(id));
}

export type Verdict = "proved" | "failed" | "unproved";

export interface Standing {
  readonly verdicts: ReadonlyMap<string, Verdict>;
  /** Claimed ids that no row has: spelling mistakes. */
  readonly unknown: readonly string[];
}

/** A requirement is proved when tests claim it and all of them pass. */
export function standing(outcomes: readonly Outcome[]): Standing {
  const known = [...ROWS, ...CLOCKS].map(({ id }) => id);
  const verdicts = new Map<string, Verdict>(known.map((id) => [id, "unproved"]));
  const unknown = new Set<string>();
  for (const { title, passed } of outcomes) {
    for (const id of claimsOf(title)) {
      const before = verdicts.get(id);
      if (before === undefined) unknown.add(id);
      else if (before !== "failed") verdicts.set(id, passed ? "proved" : "failed");
    }
  }
  return { verdicts, unknown: [...unknown].sort() };
}
