/** The command line of the product: what outsiders check and recompute with. Exit 0 yes, 1 no, 2 wrong call. */
const USAGE = `xinbiao 命令行

  xinbiao conformance KIND CASES.json   用案例文件核对实现（KIND：chunked xbid pkix ocsp asn1 pdf wycheproof limbo）
  xinbiao draw CASE.json                复算抽取
  xinbiao score CASE.json               复算评标
  xinbiao verify FILE                   核验存档与核验包
`;

interface Command {
  /** @returns the exit code. */
  run(args: string[]): Promise<number>;
}

const COMMANDS: Record<string, () => Promise<unknown>> = {
  conformance: () => import("./conformance"),
  draw: () => import("./draw"),
  score: () => import("./score"),
  verify: () => import("./verify"),
};

const isCommand = (module: unknown): module is Command =>
  typeof module === "object" && module !== null && "run" in module && typeof module.run === "function";

export async function main([name = "", ...args]: string[]): Promise<number> {
  const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!load) {
    process.stderr.write(USAGE);
    return 2;
  }
  const command = await load();
  if (!isCommand(command)) throw new Error(`src/cli/${name}.ts exports no run()`);
  return command.run(args);
}
