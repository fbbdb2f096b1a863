import { type Refusal, Refused } from "@/core/refusal";

/** The refusal that an act must end with. Anything else that is thrown, and an act that succeeds, fails the test. */
export async function refusalOf(act: Promise<unknown>): Promise<Refusal> {
  try {
    await act;
  } catch (error) {
    if (error instanceof Refused) return error.refusal;
    throw error;
  }
  throw new Error("the act was not refused");
}

/** Code of the refusal; for packages refused at receipt the RF code. */
export async function codeOf(act: Promise<unknown>): Promise<string> {
  const { code, facts } = await refusalOf(act);
  return typeof facts.code === "string" ? facts.code : code;
}

/** Asks again until there is an answer, for what another connection is about to do. */
export async function eventually<T>(look: () => Promise<T | undefined | false>, seconds = 20): Promise<T> {
  const end = performance.now() + seconds * 1000;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > end) throw new Error("what was waited for did not happen");
    await new Promise((done) => setTimeout(done, 20));
  }
}
