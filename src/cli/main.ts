/**
 * The command line of the product: what outsiders check and recompute with, and what bidders take part with. Exit 0 yes,
 * 1 no, 2 wrong call, 3 no answer.
 */
const USAGE = `xinbiao 命令行

  xinbiao conformance KIND CASES.json   用案例文件核对实现（KIND：chunked xbid pkix ocsp asn1 pdf wycheproof limbo）
  xinbiao draw CASE.json                复算抽取
  xinbiao score CASE.json               复算评标
  xinbiao verify FILE                   核验存档与核验包

  投标（说明见 public/specs/cli.md；密码只从文件或环境变量 XINBIAO_PASSWORD 读取）
  xinbiao consortium --document X.xtd … 联合体：生成交各成员签署的请求（离线）
  xinbiao consent request.json …        联合体成员签署（离线）
  xinbiao pack --document X.xtd …       对照招标文件检查表单和文件（离线）
  xinbiao seal bid.pack …               加密、签名，生成应急解密码（离线）
  xinbiao rehearse bid.xbid …           演练解密（离线）
  xinbiao upload bid.xbid --url …       上传并递交，断线后再次运行即续传
  xinbiao receipt 回执号|bid.xbid …     再次取回回执
  xinbiao withdraw bid.xbid …           撤回已递交的投标文件
  xinbiao release bid.xbid …            开标时签到并解密
`;

interface Command {
  /** @returns the exit code. */
  run(args: string[]): Promise<number>;
}

const COMMANDS: Record<string, () => Promise<unknown>> = {
  conformance: () => import("./conformance"),
  consent: () => import("./consent"),
  consortium: () => import("./consortium"),
  draw: () => import("./draw"),
  pack: () => import("./pack"),
  receipt: () => import("./receipt"),
  rehearse: () => import("./rehearse"),
  release: () => import("./release"),
  score: () => import("./score"),
  seal: () => import("./seal"),
  upload: () => import("./upload"),
  verify: () => import("./verify"),
  withdraw: () => import("./withdraw"),
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
