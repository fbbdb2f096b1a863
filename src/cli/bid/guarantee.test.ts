import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { concat, utf8 } from "@/core/bytes";
import { someBytes } from "@/crypto/testing/package";
import { testPki } from "@/crypto/testing/pki";
import { readSecurity, SECURITY_BYTES } from "@/lifecycle/bid-security/guarantee/part";
import { said } from "@/testing/command-line";
import { tenderFile } from "@/testing/tender-file";
import { run as pack } from "../pack";
import { openDocument } from "./document";

const folder = mkdtempSync(join(tmpdir(), "xinbiao-guarantee-"));
const at = (name: string) => join(folder, name);
const FORM = {
  price: "4,800,000.00",
  period_days: "260",
  quality: "合格",
  project_lead: "钱程（演示）",
  lead_certificate: "黔建演示-0001",
};
let tenderer: string;
const packed = (guarantee: object, out: string) => {
  writeFileSync(at("guarantee.json"), JSON.stringify(guarantee));
  const files = ["--file", `投标函=${at("letter.pdf")}`, "--file", `technical=${at("tech.pdf")}`];
  const more = ["--guarantee", at("guarantee.json"), "--out", at(out)];
  return said(pack, ["--document", at("t.xtd"), "--form", at("form.json"), ...files, ...more]);
};
const right = () => ({
  kind: "insurance",
  guarantor: "黔江财险（演示）",
  number: "BX-2026-001",
  amount: "1,000,000.00",
  beneficiary: tenderer,
  validUntil: "2030-12-31",
  file: "guarantee.pdf",
});

beforeAll(async () => {
  const pki = await testPki();
  await tenderFile(at("t.xtd"), pki.signer);
  tenderer = (await openDocument(at("t.xtd"), undefined)).notice.tendererName ?? "";
  writeFileSync(at("form.json"), JSON.stringify(FORM));
  writeFileSync(at("notes.pdf"), "not a PDF");
  for (const name of ["letter", "tech", "guarantee"])
    writeFileSync(at(`${name}.pdf`), concat(utf8("%PDF-1.7\n"), someBytes(5_000)));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("R-5.5.12: a guarantee is sealed with a bid by program: its PDF and a part of one length that names its hash", async () => {
  expect(await packed(right(), "good.pack")).toMatchObject({ exit: 0 });
  const { files } = JSON.parse(readFileSync(at("good.pack"), "utf8")) as {
    files: { name: string; path: string; sha256: string }[];
  };
  expect(files.map(({ name }) => name)).toEqual([
    "投标函.pdf",
    "技术文件.pdf",
    "投标保证金保函.pdf",
    "bid-security.json",
  ]);
  const part = new Uint8Array(readFileSync(at("good.pack.bid-security.json")));
  expect(part.length).toBe(SECURITY_BYTES);
  expect(readSecurity(part)).toMatchObject({
    kind: "guarantee",
    guarantee: { kind: "insurance", amountFen: "100000000", sha256: files[2]!.sha256 },
  });
});

test("what does not hold of a guarantee is told all at once with the next step, and nothing is written", async () => {
  const bad = { ...right(), amount: "1.00", beneficiary: "别的单位", validUntil: "2026-01-01", file: "notes.pdf" };
  const { exit, answer } = await packed(bad, "bad.pack");
  expect(exit).toBe(1);
  const problems = (answer.problems as string[]).join("\n");
  for (const part of ["请换开足额的保函", "请换开保函", "受益人须为招标人", "不是 PDF"])
    expect(problems).toContain(part);
  expect(() => readFileSync(at("bad.pack"))).toThrow();
  expect(await packed({ kind: "bank" }, "none.pack")).toMatchObject({ exit: 2 });
  expect(await packed({ ...right(), file: "nowhere.pdf" }, "none.pack")).toMatchObject({ exit: 2 });
});
