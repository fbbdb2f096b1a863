import { phaseOf, STEPS, type Step, SUPERVISED, VICTIMS, type Victim } from "./steps";

/** What came of the acts of one step under the death of one process; `none`: nobody died during them. */
export interface Row {
  readonly step: Step;
  readonly victim: Victim | "none";
  kills: number;
  acknowledged: number;
  retries: number;
  /** Repeated acts, and how many of them were answered otherwise than the first time. */
  repeated: number;
  different: number;
  lost: number;
}

export interface Tally {
  rowOf(step: Step, victim: Victim | "none"): Row;
  rows(): readonly Row[];
}

export function newTally(): Tally {
  const rows = new Map<string, Row>();
  return {
    rowOf(step, victim) {
      const key = `${step}|${victim}`;
      const row = rows.get(key) ?? {
        step,
        victim,
        kills: 0,
        acknowledged: 0,
        retries: 0,
        repeated: 0,
        different: 0,
        lost: 0,
      };
      rows.set(key, row);
      return row;
    },
    rows: () => [...rows.values()],
  };
}

const sum = (rows: readonly Row[], member: "kills" | "acknowledged" | "retries" | "repeated" | "different" | "lost") =>
  rows.reduce((total, row) => total + row[member], 0);

/** The table: a line for each step and each process that died in it. */
export function tableOf(rows: readonly Row[]): string[] {
  const head = ["step", "killed", "kills", "acknowledged", "retries", "same answer", "lost"];
  const order = [...VICTIMS, "none"];
  const lines = Object.values(STEPS)
    .flat()
    .flatMap((step) =>
      rows
        .filter((row) => row.step === step)
        .sort((a, b) => order.indexOf(a.victim) - order.indexOf(b.victim))
        .map((row) => [
          `${phaseOf(step)}: ${step}`,
          row.victim,
          ...[row.kills, row.acknowledged, row.retries].map(String),
          row.repeated === 0 ? "-" : row.different === 0 ? "yes" : `NO (${row.different})`,
          String(row.lost),
        ]),
    );
  const widths = head.map((title, i) => Math.max(title.length, ...lines.map((line) => line[i]!.length)));
  return [head, ...lines].map((line) =>
    line
      .map((cell, i) => cell.padEnd(widths[i]!))
      .join("  ")
      .trimEnd(),
  );
}

/** What is proved or not, a line each: every step was hit, answers the same, nothing lost. */
export function verdictsOf(rows: readonly Row[]): { readonly name: string; readonly ok: boolean }[] {
  return Object.values(STEPS)
    .flat()
    .map((step) => {
      const mine = rows.filter((row) => row.step === step);
      const [kills, different, lost] = [sum(mine, "kills"), sum(mine, "different"), sum(mine, "lost")];
      const why = kills === 0 ? ", no kill came while it was under way" : "";
      return {
        name: `${phaseOf(step)}: ${step}: ${kills} kills, ${different} other answers, ${lost} lost${why}`,
        ok: kills > 0 && different === 0 && lost === 0,
      };
    });
}

/** One line over all. */
export function summaryOf(rows: readonly Row[]): string {
  const acknowledged = sum(rows, "acknowledged");
  const lost = sum(rows, "lost");
  const killed = VICTIMS.map(
    (victim) =>
      [
        victim,
        sum(
          rows.filter((row) => row.victim === victim),
          "kills",
        ),
      ] as const,
  );
  const said = killed
    .filter(([victim, n]) => SUPERVISED.includes(victim) || n > 0)
    .map(([victim, n]) => `${victim} ${n}`);
  return `acknowledged ${acknowledged}, kept ${acknowledged - lost}, lost ${lost}, killed ${said.join(" ")}`;
}
