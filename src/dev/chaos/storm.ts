import { insist, type Silence } from "./insist";
import { planOf, STEPS, type Step, type Victim } from "./steps";
import { newTally, type Row, type Tally } from "./tally";

/** Kills come in this first part of the time that the step usually takes: most of them while it is under way. */
const AIM = 0.7;

/** One act of a step. */
export interface Act<R> {
  readonly step: Step;
  /** Does it; called again, with the same key, until it is answered. */
  attempt(): Promise<R>;
  /** After an attempt that was not answered, for instance to sign in again. */
  onSilence?(silence: Silence): Promise<void>;
  /** Is repeated right after its answer; `always` also at the very end, `never` when it is nobody's to repeat. */
  readonly repeat?: "once" | "always" | "never";
  /** What of the answer must be the same each time; the whole of it unless told. */
  same?(answer: R): unknown;
  /** Is what was acknowledged still there, as it was acknowledged? */
  kept(answer: R): Promise<boolean>;
  /** Not aimed at: an act that only helps. */
  readonly calm?: boolean;
  /** Acts of one step that take different times are timed apart. */
  readonly timedAs?: string;
}

export interface Storm {
  /** While false nobody is killed and the steps are only timed. */
  aiming: boolean;
  readonly tally: Tally;
  /** Attempts without an answer, by reason. */
  readonly silences: ReadonlyMap<Silence, number>;
  /** Kills that came when the answer was there already: they count for nothing. */
  missed(): number;
  /** Does an act, maybe while a process dies in it. */
  run<R>(act: Act<R>): Promise<R>;
  /** Asks for every acknowledged act again, and looks whether each is kept. */
  verify(): Promise<void>;
}

interface Done {
  readonly row: Row;
  readonly kept: () => Promise<boolean>;
  readonly again?: () => Promise<boolean>;
}

/**
 * @param kill - kills and comes back when the process is gone; false when there was none.
 * @param recovered - comes back when everything answers again.
 */
export function storm(options: {
  rounds: number;
  kill(victim: Victim): Promise<boolean>;
  recovered(): Promise<void>;
}): Storm {
  const tally = newTally();
  const silences = new Map<Silence, number>();
  const plans = new Map<Step, Victim[]>(
    Object.values(STEPS)
      .flat()
      .map((step) => [step, planOf(step, options.rounds)]),
  );
  const durations = new Map<string, number[]>();
  const done: Done[] = [];
  let missed = 0;

  const medianOf = (timed: string): number => {
    const sorted = [...(durations.get(timed) ?? [])].sort((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 2)] ?? 50;
  };

  const self: Storm = {
    aiming: false,
    tally,
    silences,
    missed: () => missed,
    async run(act) {
      const plan = plans.get(act.step)!;
      const victim = self.aiming && !act.calm ? plan[0] : undefined;
      if (victim) await options.recovered();
      let answered = false;
      let retries = 0;
      const onSilence = async (silence: Silence) => {
        retries++;
        silences.set(silence, (silences.get(silence) ?? 0) + 1);
        await act.onSilence?.(silence);
      };
      const timed = act.timedAs ?? act.step;
      const begun = performance.now();
      const death = victim
        ? inTime(Math.random() * medianOf(timed) * AIM, async () => {
            if (answered) return false;
            return (await options.kill(victim)) && !answered;
          })
        : undefined;
      const answer = await insist(act.attempt, onSilence).finally(() => {
        answered = true;
      });
      const took = performance.now() - begun;
      const hit = (await death) ?? false;
      if (victim && hit) plan.shift();
      if (victim && !hit) missed++;
      if (!hit) durations.set(timed, [...(durations.get(timed) ?? []), took].slice(-15));
      const row = tally.rowOf(act.step, victim && hit ? victim : "none");
      row.kills += hit ? 1 : 0;
      row.acknowledged++;
      row.retries += retries;

      const wanted = canonical(act.same ? act.same(answer) : answer);
      const again = async () => {
        const found = await insist(act.attempt, act.onSilence).catch((error: unknown) => `refused: ${error}`);
        const same =
          typeof found === "string" && found.startsWith("refused: ")
            ? found
            : act.same
              ? act.same(found as never)
              : found;
        return canonical(same) === wanted;
      };
      const repeat = act.repeat ?? "always";
      if (repeat !== "never") {
        row.repeated++;
        if (!(await again())) row.different++;
      }
      done.push({ row, kept: () => act.kept(answer), ...(repeat === "always" ? { again } : {}) });
      return answer;
    },
    async verify() {
      for (const { row, again } of done) {
        if (!again) continue;
        row.repeated++;
        if (!(await again())) row.different++;
      }
      for (const { row, kept } of done) if (!(await insist(kept))) row.lost++;
    },
  };
  return self;
}

/** One text for one value: the database gives the members of an answer back in another order. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_, v) =>
    v && typeof v === "object" && !Array.isArray(v)
      ? Object.fromEntries(Object.entries(v).sort(([a], [b]) => (a < b ? -1 : 1)))
      : v,
  );
}

/** Waits for its time and then acts. */
async function inTime<R>(afterMs: number, act: () => Promise<R>): Promise<R> {
  await new Promise((done) => setTimeout(done, afterMs));
  return act();
}
