import type { Io } from "@/cli/bid/call";

export interface Said {
  readonly exit: number;
  readonly answer: Record<string, unknown>;
  readonly err: string;
}

/** Runs a command as a program does: exit code and the one object on standard output. */
export async function said(
  command: (args: string[], io: Io) => Promise<number>,
  args: string[],
  env: Record<string, string> = {},
): Promise<Said> {
  let [out, err] = ["", ""];
  const exit = await command([...args, "--json"], {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    env,
  });
  return { exit, answer: JSON.parse(out) as Record<string, unknown>, err };
}
