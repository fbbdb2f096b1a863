import type { Import } from "./scan";

/** Arrows point one way: what each part may import besides itself. */
const MAY: Readonly<Record<string, readonly string[]>> = {
  core: [],
  i18n: ["core"],
  crypto: ["core"],
  ports: ["core", "crypto"],
  adapters: ["core", "crypto", "ports", "i18n"],
  documents: ["core", "crypto", "i18n"],
  kit: ["core", "crypto", "ports", "i18n"],
  trpc: ["core", "i18n"],
  ui: ["core", "i18n", "trpc"],
  platform: ["core", "crypto", "ports", "i18n", "kit", "documents", "ui", "trpc"],
  lifecycle: ["core", "crypto", "ports", "i18n", "kit", "documents", "ui", "trpc", "platform"],
  hub: ["core", "crypto", "ports", "i18n", "kit", "platform", "lifecycle"],
  server: ["core", "crypto", "ports", "i18n", "kit", "documents", "platform", "lifecycle", "hub", "adapters"],
  app: ["core", "i18n", "trpc", "ui", "kit", "platform", "lifecycle", "server"],
  // Next starts the web process in the one, and asks the other before every page.
  instrumentation: ["server"],
  proxy: ["server", "platform"],
  // The platform as programs use it, over HTTP alone.
  wire: ["core", "crypto"],
  cli: ["core", "crypto", "i18n", "adapters", "documents", "lifecycle", "wire"],
  outside: ["core", "crypto"],
  dev: ["*"],
  testing: ["*"],
};

/**
 * The stages in the order of the law: a later one may use an earlier one. The tender document stands before the notice
 * that announces it, the seats before the committee that sits on them.
 */
export const STAGES = [
  "law",
  "lot",
  "tender-project",
  "mandate",
  "signing",
  "invitation",
  "tender-document",
  "notice",
  "prequalification",
  "clarification",
  "objection",
  "bid-security",
  "bidding",
  "opening",
  "seat",
  "committee",
  "evaluation",
  "award",
  "fees",
  "contract",
  "archive",
  "supervision",
];

/** node-forge reads certificates and key files, and touches nothing else. */
const FORGE_FILES = [
  "src/crypto/certificate.ts",
  "src/crypto/cms.ts",
  "src/crypto/timestamp.ts",
  "src/crypto/pkcs12.ts",
];
/**
 * Rooms of a module that run in the browser, and those that never do. Tables may be joined by queries and commands of
 * later stages and by the processes; row-level security, not the import, decides which rows there are.
 */
const BROWSER_ROOMS = ["schema", "rules", "ui"];
const SERVER_ROOMS = ["tables", "queries", "commands", "router"];

export interface Place {
  readonly part: string;
  /** Module of `platform` or `lifecycle`. */
  readonly module?: string;
  readonly room?: string;
}

/** `src/lifecycle/bidding/commands/x.ts` is part lifecycle, module bidding, room commands. */
export function placeOf(file: string): Place | undefined {
  const [src, part, module, ...rest] = file.split("/");
  if (src !== "src" || !part) return undefined;
  if (part !== "platform" && part !== "lifecycle") return { part: part.replace(/\.tsx?$/, "") };
  const room = rest[0]?.replace(/\.tsx?$/, "");
  return { part, ...(module ? { module } : {}), ...(room ? { room } : {}) };
}

const isTest = (file: string) => /\.test\.tsx?$/.test(file);

/** Why an import breaks the map, or undefined. Tests may build their world from everything. */
export function breach(found: Import): string | undefined {
  if (isTest(found.from)) return undefined;
  const from = placeOf(found.from);
  const to = placeOf(found.to);
  if (!from) return undefined;
  if (!to) return breachOfPackage(found, from);
  if (from.part === to.part) return from.module ? breachOfModules(found, from, to) : undefined;
  const may = MAY[from.part];
  if (!may) return `src/${from.part} has no place on the map`;
  // The client knows the shapes of the answers; shapes vanish in the build.
  if (from.part === "trpc" && found.typeOnly && (to.part === "server" || to.part === "kit")) return undefined;
  if (!may.includes("*") && !may.includes(to.part)) return `${from.part} may not import ${to.part}`;
  // What runs in the browser may name server types, which vanish in the build.
  if (from.room && BROWSER_ROOMS.includes(from.room) && !found.typeOnly) {
    if (to.part === "kit") return `${from.room} runs in the browser and may not import kit`;
    if (to.room && SERVER_ROOMS.includes(to.room))
      return `${from.room} runs in the browser and may not import ${to.room}`;
  }
  return to.room === "tables" && from.part === "app" ? "pages read by queries, never from tables" : undefined;
}

function breachOfModules(found: Import, from: Place, to: Place): string | undefined {
  if (from.room && BROWSER_ROOMS.includes(from.room) && to.room && SERVER_ROOMS.includes(to.room) && !found.typeOnly) {
    return `${from.room} runs in the browser and may not import ${to.room}`;
  }
  if (from.module === to.module) return undefined;
  if (to.room === "tables" && from.room === "router") return "a router passes on and reads nothing";
  if (from.part !== "lifecycle") return undefined;
  const [own, other] = [STAGES.indexOf(from.module ?? ""), STAGES.indexOf(to.module ?? "")];
  if (own < 0 || other < 0) return `lifecycle/${own < 0 ? from.module : to.module} is not a stage of the law`;
  if (other > own) return `${from.module} is earlier than ${to.module}`;
  return to.room === "commands" ? "another module's commands are called by reactions, not by commands" : undefined;
}

function breachOfPackage(found: Import, from: Place): string | undefined {
  if (from.part !== "core" && from.part !== "crypto") return undefined;
  if (found.to.startsWith("node:")) return `${from.part} runs in the browser and may not import ${found.to}`;
  if (found.to === "node-forge" && !FORGE_FILES.includes(found.from))
    return "node-forge is wrapped in certificate, cms, timestamp and pkcs12";
  return undefined;
}

/** What core and crypto may not touch even without importing it. */
const GLOBALS: readonly (readonly [RegExp, string])[] = [
  [/\bBuffer\b/, "Buffer exists in Node only"],
  [/\bprocess\./, "process exists in Node only"],
  [/\bDate\.now\(/, "time is a parameter"],
  [/\bnew Date\(\s*\)/, "time is a parameter"],
];

/** @param code - source text without comments. */
export function breachesOfText(file: string, code: string): string[] {
  const part = placeOf(file)?.part;
  if (isTest(file) || !part) return [];
  const isomorphic = part === "core" || part === "crypto";
  const timed = isomorphic || part === "platform" || part === "lifecycle" || part === "hub" || part === "kit";
  return GLOBALS.filter(
    ([pattern, why]) => (isomorphic || (timed && why === "time is a parameter")) && pattern.test(code),
  ).map(([, why]) => why);
}
