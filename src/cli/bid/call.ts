import { type ParseArgsConfig, parseArgs } from "node:util";
import { OpenError, PackageRefused } from "@/crypto/xbid/refusal";
import { SealError } from "@/crypto/xbid/write";

/** Exit codes of the bidder's commands. Specification: `public/specs/cli.md`. */
export const EXIT = { done: 0, refused: 1, wrongCall: 2, unknown: 3 } as const;

/** The call itself is wrong: an option, a file that is not there. */
export class WrongCall extends Error {}

/** Refused, or does not hold. `problems` names everything at once where there is more than one thing. */
export class NotHeld extends Error {
  constructor(
    sentence: string,
    readonly code = "cli.not_held",
    readonly problems: readonly string[] = [],
  ) {
    super(sentence);
  }
}

/** The platform gave no answer: what became of the act is not known, and the same call asks again. */
export class NoAnswer extends Error {}

/** Where a command writes, and the environment it reads. */
export interface Io {
  out(text: string): void;
  err(text: string): void;
  readonly env: Readonly<Record<string, string | undefined>>;
}

const processIo: Io = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  env: process.env,
};

type Options = NonNullable<ParseArgsConfig["options"]>;
export type Values = Readonly<Record<string, string | boolean | readonly string[] | undefined>>;

export interface Call {
  readonly file: string;
  readonly io: Io;
  /** @throws WrongCall when it was not given. */
  text(name: string): string;
  maybe(name: string): string | undefined;
  list(name: string): readonly string[];
  flag(name: string): boolean;
  /** One line of progress, never mixed with the result. */
  say(line: string): void;
}

/** What a command did: lines for people, members for programs. */
export interface Told {
  readonly lines: readonly string[];
  readonly data: Readonly<Record<string, unknown>>;
}

export interface BidderCommand {
  readonly usage: string;
  readonly options: Options;
  work(call: Call): Promise<Told>;
}

/** One argument, named options, one result: printed for people or, with `--json`, as one object. */
export function bidderCommand(command: BidderCommand): (args: string[], io?: Io) => Promise<number> {
  return async (args, io = processIo) => {
    const asJson = args.includes("--json");
    const answer = (value: Record<string, unknown>) => io.out(`${JSON.stringify(value)}\n`);
    try {
      const { lines, data } = await command.work(callOf(command, args, io));
      if (asJson) answer({ ok: true, ...data });
      else io.out(`${lines.join("\n")}\n`);
      return EXIT.done;
    } catch (error) {
      const failure = failureOf(error);
      const { exit, sentence, problems } = failure;
      if (asJson) answer({ ok: false, ...failure });
      else
        io.err(
          `${[...problems.map((problem) => `✘ ${problem}`), sentence].join("\n")}\n${exit === EXIT.wrongCall ? `用法：${command.usage}\n` : ""}`,
        );
      return exit;
    }
  };
}

function callOf({ options }: BidderCommand, args: string[], io: Io): Call {
  const { file, values } = parsed(options, args);
  const maybe = (name: string) => (typeof values[name] === "string" ? values[name] : undefined);
  return {
    file,
    io,
    maybe,
    text(name) {
      const value = maybe(name);
      if (!value) throw new WrongCall(`缺少 --${name}。`);
      return value;
    },
    list: (name) => (Array.isArray(values[name]) ? (values[name] as string[]) : []),
    flag: (name) => values[name] === true,
    say: (line) => io.err(`${line}\n`),
  };
}

function parsed(options: Options, args: string[]): { file: string; values: Values } {
  if (args.some((arg) => /^--password(?:=|$)/.test(arg)))
    throw new WrongCall(
      "密码不能写在命令行里，其他程序会看到它。请放进文件并用 --password-file 指明，或设环境变量 XINBIAO_PASSWORD。",
    );
  try {
    const { values, positionals } = parseArgs({
      args,
      options: { ...options, json: { type: "boolean" } },
      allowPositionals: true,
      strict: true,
    });
    if (positionals.length > 1) throw new WrongCall(`多余的参数：${positionals.slice(1).join(" ")}。`);
    return { file: positionals[0] ?? "", values: values as Values };
  } catch (error) {
    if (error instanceof WrongCall) throw error;
    const named = /'(-[^' ]*)/.exec(error instanceof Error ? error.message : "")?.[1];
    throw new WrongCall(named ? `选项 ${named} 不认识或缺少值。` : "选项不正确。");
  }
}

interface Failure {
  readonly exit: number;
  readonly code: string;
  /** Refusal code at receipt (RF-01 …). */
  readonly rf?: string;
  readonly sentence: string;
  readonly problems: readonly string[];
}

const CHINESE = /[\u4e00-\u9fff]/;
const FILE_TROUBLE: Readonly<Record<string, string>> = {
  ENOENT: "文件或文件夹不存在",
  EACCES: "没有权限",
  EPERM: "没有权限",
  EISDIR: "是文件夹，不是文件",
  ENOSPC: "磁盘空间不足",
  EEXIST: "文件已经存在，没有覆盖。请另取名字，或先移走旧文件",
};

function failureOf(error: unknown): Failure {
  const none = { problems: [] };
  if (error instanceof WrongCall)
    return { exit: EXIT.wrongCall, code: "cli.wrong_call", sentence: error.message, ...none };
  if (error instanceof NoAnswer) return { exit: EXIT.unknown, code: "cli.no_answer", sentence: error.message, ...none };
  if (error instanceof NotHeld) {
    const rf = /RF-\d\d/.exec(error.message)?.[0];
    return {
      exit: EXIT.refused,
      code: error.code,
      ...(rf ? { rf } : {}),
      sentence: error.message,
      problems: error.problems,
    };
  }
  if (error instanceof SealError || error instanceof OpenError || error instanceof PackageRefused)
    return { exit: EXIT.refused, code: "cli.not_held", sentence: `${error.reason}。`, ...none };
  const { code = "", path = "", message = String(error) } = error as NodeJS.ErrnoException;
  const trouble = Object.hasOwn(FILE_TROUBLE, code) ? FILE_TROUBLE[code] : undefined;
  if (trouble)
    return { exit: EXIT.wrongCall, code: "cli.wrong_call", sentence: `无法使用 ${path}：${trouble}。`, ...none };
  if (CHINESE.test(message)) return { exit: EXIT.refused, code: "cli.not_held", sentence: message, ...none };
  throw error;
}
