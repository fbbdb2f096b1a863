import { mkdirSync, mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { emptyDataFolder, takeDataFolder } from "./data-folder";
import { explainWrite, LaunchError } from "./launch-error";

const folder = () => mkdtempSync(join(tmpdir(), "xb-data-"));

test("a data folder is taken and given back", () => {
  const dir = join(folder(), "new");
  const taken = takeDataFolder(dir, "http://localhost:3000");
  expect(readdirSync(dir)).toEqual(["launcher.json"]);
  taken.release();
  expect(readdirSync(dir)).toEqual([]);
});

test("a folder that holds other things is never emptied", () => {
  const dir = folder();
  writeFileSync(join(dir, "thesis.doc"), "x");
  expect(() => emptyDataFolder(dir)).toThrow(LaunchError);
  expect(readdirSync(dir)).toEqual(["thesis.doc"]);
});

test("a reset empties one of ours", () => {
  const dir = folder();
  mkdirSync(join(dir, "objects"));
  writeFileSync(join(dir, "ports.json"), "{}");
  emptyDataFolder(dir);
  expect(readdirSync(dir)).toEqual([]);
  emptyDataFolder(join(dir, "does-not-exist"));
});

test("a file in the way, a full disk and missing rights are told in words", () => {
  const file = join(folder(), "file");
  writeFileSync(file, "");
  expect(() => takeDataFolder(file, "")).toThrow(/数据目录/);
  for (const code of ["ENOSPC", "EACCES", "EROFS"]) {
    const told = explainWrite(Object.assign(new Error(code), { code }), "/data");
    expect(told).toBeInstanceOf(LaunchError);
    expect((told as Error).message).toContain("/data");
  }
  const other = new Error("other");
  expect(explainWrite(other, "/data")).toBe(other);
});
