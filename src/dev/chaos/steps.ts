/** Processes that are killed (SIGKILL). `launcher` is the program that started the others; `everything` is all of them at once. */
export const VICTIMS = [
  "web",
  "receiver",
  "worker",
  "database",
  "front-door",
  "timestamp",
  "launcher",
  "everything",
] as const;
export type Victim = (typeof VICTIMS)[number];

/** The platform's own four, which come back by themselves; the last two need somebody to start the installation again. */
export const SUPERVISED: readonly Victim[] = ["web", "receiver", "worker", "database"];

/** The steps, in the order of a tender, and who dies in each beside the supervised four. */
export const STEPS = {
  submit: ["begin", "part", "finish"],
  opening: ["sign-in", "closing", "release", "decryption", "record"],
  scoring: ["check-in", "declaration", "mark", "score", "sheet", "result", "report"],
} as const;
export type Step = (typeof STEPS)[keyof typeof STEPS][number];

const FULL_STOPS: Partial<Record<Step, Victim>> = {
  finish: "launcher",
  release: "everything",
  score: "launcher",
  sheet: "everything",
};

export const phaseOf = (step: Step): string =>
  Object.entries(STEPS).find(([, steps]) => (steps as readonly string[]).includes(step))![0];

/** Kills of one round. */
const KILLS_A_ROUND = 2;

/** Kills in one step, so that all steps together have about two for each round. */
export const killsAStep = (rounds: number): number =>
  Math.ceil((rounds * KILLS_A_ROUND) / Object.values(STEPS).flat().length);

/** Who is to die in which step, in turn, so that each process dies in each step before one dies twice. */
export function planOf(step: Step, rounds: number): Victim[] {
  // Another one first in every step: with few rounds each process dies somewhere all the same.
  const first = Object.values(STEPS).flat().indexOf(step);
  const plan = Array.from({ length: killsAStep(rounds) }, (_, i) => SUPERVISED[(first + i) % SUPERVISED.length]!);
  const stop = FULL_STOPS[step];
  return stop ? [...plan.slice(0, 1), stop, ...plan.slice(1)] : plan;
}
