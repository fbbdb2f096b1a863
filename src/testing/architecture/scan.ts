import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path/posix";

export interface Import {
  /** File that imports, from the project root: `src/core/time.ts`. */
  readonly from: string;
  /** File inside the project that is imported, or the name of a package or of a part of Node. */
  readonly to: string;
  readonly typeOnly: boolean;
}

/** Text without comments, so that prose does not count as code. Strings stay. */
export function withoutComments(text: string): string {
  return text.replace(
    /("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g,
    (_, string: string) => string ?? " ",
  );
}

const STATEMENT =
  /(?:^|[;}\s])(import|export)\s+(type\s+)?(?:[\w*{}\s,$]+?\sfrom\s+)?["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']\s*\)/g;

/** All imports of a source text, static and dynamic. */
export function importsIn(text: string): { specifier: string; typeOnly: boolean }[] {
  return [...withoutComments(text).matchAll(STATEMENT)].map((match) => ({
    specifier: match[3] ?? match[4] ?? "",
    typeOnly: match[2] !== undefined,
  }));
}

/** Where a specifier leads: a file of the project, or the package as it is written. */
export function resolveImport(from: string, specifier: string): string {
  const path = specifier.startsWith("@/")
    ? `src/${specifier.slice(2)}`
    : specifier.startsWith(".")
      ? join(dirname(from), specifier)
      : undefined;
  if (path === undefined) return specifier;
  const candidates = [path, `${path}.ts`, `${path}.tsx`, `${path}.d.ts`];
  return candidates.find((candidate) => existsSync(candidate) && statSync(candidate).isFile()) ?? path;
}

/** Every TypeScript source below `src`, without declaration files. */
export const sourceFiles = (): string[] =>
  readdirSync("src", { recursive: true, encoding: "utf8" })
    .map((name) => `src/${name.replaceAll("\\", "/")}`)
    .filter((file) => /\.tsx?$/.test(file) && !file.endsWith(".d.ts"));

export const importsOf = (file: string): Import[] =>
  importsIn(readFileSync(file, "utf8")).map(({ specifier, typeOnly }) => ({
    from: file,
    to: resolveImport(file, specifier),
    typeOnly,
  }));
