/** What a verification found, line by line; the first broken link is remembered. */
export interface Findings {
  /** Runs one check: every call of `problem` breaks it, and so does anything thrown. @returns whether it held. */
  check(title: string, work: (problem: (what: string) => void) => Promise<string | undefined>): Promise<boolean>;
  /** Something the reader must know that is neither right nor wrong. */
  note(text: string): void;
  readonly passed: number;
  readonly failed: number;
  /** The first broken link. */
  readonly first: string | undefined;
}

const SHOWN = 5;

/** @param print - takes one line without its line feed. */
export function openFindings(print: (line: string) => void): Findings {
  let passed = 0;
  let failed = 0;
  let first: string | undefined;
  return {
    async check(title, work) {
      const problems: string[] = [];
      let detail: string | undefined;
      try {
        detail = await work((what) => void problems.push(what));
      } catch (error) {
        // Whatever a hostile file makes a reader throw is a broken link, never a crash.
        problems.push(messageOf(error));
      }
      if (!problems.length) {
        passed++;
        print(`✔ ${title}${detail ? `（${detail}）` : ""}`);
        return true;
      }
      failed++;
      const more = problems.length > SHOWN ? `；等共 ${problems.length} 处` : "";
      const line = `${title}：${problems.slice(0, SHOWN).join("；")}${more}`;
      first ??= line;
      print(`✘ ${line}`);
      return false;
    },
    note: (text) => print(`－ ${text}`),
    get passed() {
      return passed;
    },
    get failed() {
      return failed;
    },
    get first() {
      return first;
    },
  };
}

/** Our own errors speak Chinese in `reason` or `message`; of others the message is all there is. */
function messageOf(error: unknown): string {
  if (typeof error === "object" && error !== null && "reason" in error && typeof error.reason === "string")
    return error.reason;
  return error instanceof Error ? (error.message.split("\n", 1)[0] ?? "") : String(error);
}
