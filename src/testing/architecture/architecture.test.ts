import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { breach, breachesOfText } from "./map";
import { importsIn, importsOf, resolveImport, sourceFiles, withoutComments } from "./scan";

/** Exceptions: file, what it imports, and why. An exception that is no longer needed is an error too. */
const EXCEPTIONS: readonly (readonly [from: string, to: string, reason: string])[] = [
  ["src/core/refusal.ts", "src/i18n/refusal-codes.ts", "type only: a refusal without a sentence must not compile"],
  [
    "src/lifecycle/notice/publish-check.ts",
    "src/lifecycle/evaluation/engine/trial.ts",
    "a method of evaluation is tried out by the engine before it is published",
  ],
];

const files = sourceFiles();
const imports = files.flatMap(importsOf);

test("imports follow the map", () => {
  const broken = imports
    .map((found) => ({ ...found, why: breach(found) }))
    .filter(({ why, from, to }) => why && !EXCEPTIONS.some(([f, t]) => f === from && t === to))
    .map(({ from, to, why }) => `${from} → ${to}: ${why}`);
  expect(broken).toEqual([]);
});

test("core and crypto run everywhere, and nobody but adapters reads a clock", () => {
  const broken = files.flatMap((file) =>
    breachesOfText(file, withoutComments(readFileSync(file, "utf8"))).map((why) => `${file}: ${why}`),
  );
  expect(broken).toEqual([]);
});

test("there are no barrels", () => {
  expect(files.filter((file) => /\/index\.tsx?$/.test(file))).toEqual([]);
});

test("every exception is still needed", () => {
  const needed = ([from, to]: readonly [string, string, string]) =>
    imports.some((found) => found.from === from && found.to === to);
  expect(EXCEPTIONS.filter((exception) => !needed(exception))).toEqual([]);
});

test("the scan sees what there is, and finds planted breaches", () => {
  expect(files.length).toBeGreaterThan(50);
  expect(imports.filter(({ to }) => to.startsWith("src/")).length).toBeGreaterThan(100);
  const text = [
    `import { a } from "@/core/a"; // import { no } from "@/app/no"`,
    `import type { B } from "./b";`,
    `export { c } from "node:fs";`,
    `import "side-effect";`,
    `const d = await import("@/server/d");`,
    `import {\n  e,\n  type F,\n} from "node-forge";`,
  ].join("\n");
  expect(importsIn(text)).toEqual([
    { specifier: "@/core/a", typeOnly: false },
    { specifier: "./b", typeOnly: true },
    { specifier: "node:fs", typeOnly: false },
    { specifier: "side-effect", typeOnly: false },
    { specifier: "@/server/d", typeOnly: false },
    { specifier: "node-forge", typeOnly: false },
  ]);
  expect(resolveImport("src/crypto/cms.ts", "./der")).toBe("src/crypto/der.ts");

  const planted = (from: string, to: string, typeOnly = false) => breach({ from, to, typeOnly });
  expect(planted("src/core/time.ts", "src/crypto/der.ts")).toBe("core may not import crypto");
  expect(planted("src/crypto/xbid/write.ts", "node:fs")).toMatch(/may not import node:fs/);
  expect(planted("src/crypto/merkle.ts", "node-forge")).toMatch(/node-forge/);
  expect(planted("src/platform/party/rules.ts", "src/lifecycle/lot/rules.ts")).toBe(
    "platform may not import lifecycle",
  );
  expect(planted("src/lifecycle/bidding/commands.ts", "src/lifecycle/opening/rules.ts")).toBe(
    "bidding is earlier than opening",
  );
  expect(planted("src/lifecycle/bidding/queries.ts", "src/lifecycle/opening/tables.ts")).toMatch(/is earlier than/);
  expect(planted("src/app/page.tsx", "src/lifecycle/lot/tables.ts")).toMatch(/never from tables/);
  expect(planted("src/lifecycle/award/commands/decide.ts", "src/lifecycle/opening/commands.ts")).toMatch(/reactions/);
  expect(planted("src/lifecycle/opening/ui/board.tsx", "src/lifecycle/opening/queries.ts")).toMatch(
    /runs in the browser/,
  );
  expect(planted("src/lifecycle/opening/ui/board.tsx", "src/lifecycle/opening/queries.ts", true)).toBeUndefined();
  expect(planted("src/app/page.tsx", "src/adapters/storage-fs.ts")).toBe("app may not import adapters");
  expect(planted("src/lifecycle/opening/queries.ts", "src/lifecycle/bidding/queries.ts")).toBeUndefined();
  expect(breachesOfText("src/core/x.ts", "const at = new Date();")).toEqual(["time is a parameter"]);
  expect(breachesOfText("src/crypto/x.ts", "Buffer.from(a)")).toEqual(["Buffer exists in Node only"]);
  expect(breachesOfText("src/adapters/x.ts", "Date.now()")).toEqual([]);
});

test("R-O.5: nothing but the outbound module speaks to the public service platform, and no notice is taken over from anywhere", () => {
  const texts = files
    .filter((file) => !/\.test\.tsx?$/.test(file))
    .map((file) => ({ file, code: withoutComments(readFileSync(file, "utf8")) }));
  const product = texts.filter(({ file }) => !/^src\/(dev|testing|outside)\//.test(file));
  const asksHub = product.filter(({ code }) => /fetch\([^)]*hubUrl/.test(code)).map(({ file }) => file);
  expect(asksHub.sort()).toEqual(["src/hub/deliver.ts", "src/hub/parties.ts", "src/hub/registration.ts"]);
  // Who uses that module: the processes that send, and whoever registers or verifies a party. No page of notices does.
  const users = imports.filter(({ from, to }) => to.startsWith("src/hub/") && !from.startsWith("src/hub/"));
  const own = users.map(({ from }) => from).filter((from) => !/^src\/(dev|testing)\/|\.test\.ts$/.test(from));
  expect([...new Set(own)].sort()).toEqual([
    "src/server/party-router.ts",
    // A verifier compares what a party entered with what is known of it there.
    "src/server/web/views/request-page.ts",
    "src/server/worker/tasks.ts",
    "src/server/worker/upkeep.ts",
  ]);
  // Notices are written by the acts of own parties alone, and each belongs to the site that it was published at.
  const writers = product.filter(({ code }) => /insert\(notices\)/.test(code)).map(({ file }) => file);
  expect(writers.sort()).toEqual([
    "src/lifecycle/award/publication.ts",
    "src/lifecycle/notice/commands.ts",
    "src/lifecycle/notice/correction.ts",
    "src/lifecycle/notice/ending.ts",
    "src/lifecycle/opening/commands/record.ts",
    "src/lifecycle/prequalification/commands/amend.ts",
    "src/lifecycle/prequalification/commands/publish.ts",
    "src/lifecycle/prequalification/postponement.ts",
  ]);
});

test("R-K.1: a private key is read from its file on its owner's computer, by browser or command line, and nowhere else", () => {
  const product = (from: string) => !/^src\/(dev|testing)\/|\.test\.ts$/.test(from);
  const users = imports.filter(({ to }) => to === "src/crypto/pkcs12.ts").map(({ from }) => from);
  expect(users.filter(product)).toEqual(["src/cli/bid/key.ts", "src/platform/identity/ui/key-ring.ts"]);
  // The command line runs at the bidder's: no process of the platform has any of it.
  const ofCommandLine = imports.filter(({ from, to }) => to.startsWith("src/cli/") && !from.startsWith("src/cli/"));
  expect(ofCommandLine.map(({ from }) => from).filter(product)).toEqual([]);
  // What the browser sends is checked by these names: none of them takes a key or a password.
  expect(imports.some(({ from, to }) => from === "src/server/router.ts" && /pkcs12|key-ring/.test(to))).toBe(false);
});
