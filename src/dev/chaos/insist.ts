import { HttpRefusal } from "../scenarios/http-actor";

const PATIENCE_MS = 120_000;
const PAUSE_MS = 200;

/** Why an attempt brought no answer, in one word, for counting. */
export type Silence = "refused connection or cut off" | "no answer in time" | (string & {});

/** Codes of the database that no repetition changes: mistakes in a statement or its values. */
const OWN_MISTAKE = /^(22|23|42)[0-9A-Z]{3}$/;

const causes = (error: unknown): Error[] => {
  const found: Error[] = [];
  for (let e: unknown = error; e instanceof Error && found.length < 6; e = e.cause) found.push(e);
  return found;
};

/** A reasoned no is an answer, and `undefined` comes back; everything else means: unknown, ask again with the same key. */
export function silenceOf(error: unknown): Silence | undefined {
  if (error instanceof HttpRefusal) {
    if (error.code === "general.signed_out") return error.code;
    return error.status >= 500 ? `${error.status} ${error.code}` : undefined;
  }
  const chain = causes(error);
  if (chain.some(({ name }) => name === "TimeoutError")) return "no answer in time";
  const codes = chain.map((e) => String((e as { code?: unknown }).code ?? ""));
  if (codes.some((code) => OWN_MISTAKE.test(code))) return undefined;
  const network = chain.some((e) => e instanceof TypeError && e.message === "fetch failed");
  return network || codes.some(Boolean) || chain.some(({ name }) => name === "Unanswered")
    ? "refused connection or cut off"
    : undefined;
}

/**
 * Repeats until there is an answer.
 *
 * @param onSilence - told of every attempt without one; may sign in again.
 * @throws the reasoned no, or the last failure when nothing answered in two minutes.
 */
export async function insist<R>(
  attempt: () => Promise<R>,
  onSilence: (silence: Silence) => Promise<void> | void = () => {},
): Promise<R> {
  for (const begun = performance.now(); ; ) {
    try {
      return await attempt();
    } catch (error) {
      const silence = silenceOf(error);
      if (!silence || performance.now() - begun > PATIENCE_MS) throw error;
      await onSilence(silence);
      await new Promise((done) => setTimeout(done, PAUSE_MS));
    }
  }
}

/** Looks again and again until something is there. @throws when it is not within a minute. */
export async function until<R>(what: string, look: () => Promise<R | undefined>, everyMs = 20): Promise<R> {
  for (const begun = performance.now(); performance.now() - begun < 60_000; ) {
    const found = await insist(look);
    if (found !== undefined) return found;
    await new Promise((done) => setTimeout(done, everyMs));
  }
  throw new Error(`did not happen within a minute: ${what}`);
}
