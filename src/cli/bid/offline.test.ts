import { randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { concat, utf8 } from "@/core/bytes";
import { formatRecoveryCode } from "@/crypto/recovery-code";
import { someBytes } from "@/crypto/testing/package";
import { type TestPki, testPki } from "@/crypto/testing/pki";
import { said } from "@/testing/command-line";
import { joinPairs, pairFile } from "@/testing/p12";
import { tenderFile, XTD_LOT } from "@/testing/tender-file";
import { run as pack } from "../pack";
import { run as rehearse } from "../rehearse";
import { run as seal } from "../seal";
import { verify } from "../verify";

let pki: TestPki;
let digest: string;
const folder = mkdtempSync(join(tmpdir(), "xinbiao-cli-"));
const at = (name: string) => join(folder, name);
const PASSWORD = "演示 2026";

const FORM = {
  price: "4,800,000.00",
  工期: 260,
  quality: "合格",
  project_lead: "钱程（演示）",
  lead_certificate: "黔建演示-0001",
};
const packed = (form: unknown, files: string[], out: string) => {
  writeFileSync(at("form.json"), JSON.stringify(form));
  const given = files.flatMap((file) => ["--file", file]);
  return said(pack, ["--document", at("t.xtd"), "--form", at("form.json"), ...given, "--out", at(out)]);
};
const KEY = ["--p12", at("bidder.p12"), "--password-file", at("password.txt")];
const sealed = (name: string, more: string[] = [], from = "bid.pack") =>
  said(seal, [at(from), ...KEY, "--out", at(`${name}.xbid`), "--code-out", at(`${name}.txt`), ...more]);

beforeAll(async () => {
  pki = await testPki();
  digest = await tenderFile(at("t.xtd"), pki.signer);
  const pair = await Promise.all([
    pairFile(pki.signer.certificate, pki.signingKey, PASSWORD),
    pairFile(pki.encryption.certificate.der, pki.encryption.privateKey, PASSWORD),
    pairFile(pki.spare.certificate.der, pki.spare.privateKey, PASSWORD),
  ]);
  writeFileSync(at("bidder.p12"), joinPairs(pair[0], pair[1]));
  writeFileSync(at("spare.p12"), joinPairs(pair[0], pair[2]));
  writeFileSync(at("password.txt"), `${PASSWORD}\n`);
  writeFileSync(at("letter.pdf"), concat(utf8("%PDF-1.7\n"), someBytes(70_000)));
  writeFileSync(at("tech.pdf"), concat(utf8("%PDF-1.7\n"), someBytes(2_500_000)));
  writeFileSync(at("notes.pdf"), "not a PDF");
  await packed(FORM, [`投标函=${at("letter.pdf")}`, `technical=${at("tech.pdf")}`], "bid.pack");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("what does not fit the tender document is told all at once, with field, file and rule, and nothing is written", async () => {
  const form = { price: "6,000,000.00", period_days: "半年", quality: 1, nobody: "x", project_lead: "钱程" };
  const files = [`技术文件=${at("notes.pdf")}`, `施工图=${at("tech.pdf")}`, `其他=${at("none.pdf")}`, "nothing"];
  const { exit, answer } = await packed(form, files, "bad.pack");
  expect(exit).toBe(1);
  expect(answer).toMatchObject({ ok: false, exit: 1, code: "cli.pack" });
  const problems = answer.problems as string[];
  for (const part of [
    "超过最高投标限价",
    "“工期”须为整数",
    "“质量”须写成带引号的文本",
    "没有字段“nobody”",
    "请填写“项目负责人证书编号”",
    "“notes.pdf”不是 PDF",
    "没有要求名为“施工图”的文件",
    "找不到文件",
    "--file nothing 的写法不正确",
    "请添加“投标函”",
  ])
    expect(
      problems.filter((problem) => problem.includes(part)),
      part,
    ).toHaveLength(1);
  expect(problems.join()).not.toContain("请添加“技术文件”");
  expect(() => statSync(at("bad.pack"))).toThrow();
});

test("a document package with a changed byte is no ground for a bid", async () => {
  const bytes = readFileSync(at("t.xtd"));
  bytes[bytes.indexOf("施工方案")]! ^= 1;
  writeFileSync(at("changed.xtd"), bytes);
  const args = ["--form", at("form.json"), "--out", at("no.pack")];
  expect(await said(pack, ["--document", at("changed.xtd"), ...args])).toMatchObject({ exit: 1 });
  expect(await said(pack, ["--document", at("form.json"), ...args])).toMatchObject({ exit: 2 });
});

test("packed, sealed and rehearsed offline by program; the code lies in a file of its owner, and the package verifies", async () => {
  expect(JSON.parse(readFileSync(at("bid.pack"), "utf8"))).toMatchObject({
    lot: XTD_LOT,
    documentDigest: digest,
    form: { price: "480000000", period_days: "260" },
    files: [
      { name: "投标函.pdf" },
      { name: "技术文件.pdf", path: "tech.pdf", size: 2_500_009 },
      { name: "bid-security.json" },
    ],
  });
  const done = await sealed("first");
  expect(done).toMatchObject({ exit: 0, answer: { ok: true, lot: XTD_LOT, seq: 1 } });
  expect(done.answer.code).toBeUndefined();
  const code = readFileSync(at("first.txt"), "utf8").trim();
  expect(JSON.stringify(done)).not.toContain(code);
  expect(statSync(at("first.txt")).mode & 0o777).toBe(0o600);
  const both = await said(rehearse, [
    at("first.xbid"),
    ...KEY,
    "--code-file",
    at("first.txt"),
    "--pack",
    at("bid.pack"),
  ]);
  expect(both).toMatchObject({ exit: 0, answer: { openedBy: ["certificate", "code"], packMatches: true } });
  const roots = pki.trust.map(
    ({ der }) => `-----BEGIN CERTIFICATE-----\n${Buffer.from(der).toString("base64")}\n-----END CERTIFICATE-----`,
  );
  writeFileSync(at("roots.pem"), roots.join("\n"));
  const lines: string[] = [];
  expect(
    await verify([at("first.xbid"), "--trust", at("roots.pem")], (line) => void lines.push(line)),
    lines.join(),
  ).toBe(0);
  // The next version keeps the bid's name, from the package or from its receipt.
  const next = await sealed("second", ["--replaces", at("first.xbid"), "--show-code"]);
  expect(next).toMatchObject({ exit: 0, answer: { seq: 2, bid: done.answer.bid } });
  expect(next.answer.code).toBe(readFileSync(at("second.txt"), "utf8").trim());
  expect((await sealed("second")).exit).toBe(2);
});

test("a wrong password, a code or certificate of something else, and a damaged package are told apart and exit with 1", async () => {
  expect((await sealed("keys")).exit).toBe(0);
  const tried = async (...args: string[]) => (await said(rehearse, [at("keys.xbid"), ...args])).answer;
  writeFileSync(at("wrong.txt"), "wrong");
  const p12 = ["--p12", at("bidder.p12")];
  expect(await tried(...p12, "--password-file", at("wrong.txt"))).toMatchObject({ exit: 1, code: "cli.password" });
  expect(await tried("--p12", at("spare.p12"), "--password-file", at("password.txt"))).toMatchObject({ exit: 1 });
  writeFileSync(at("other.txt"), formatRecoveryCode(new Uint8Array(32).fill(9)));
  const other = await tried("--code-file", at("other.txt"));
  expect(other).toMatchObject({ exit: 1, code: "cli.rehearsal" });
  expect(other.sentence).toContain("应急解密码不能解开");
  writeFileSync(at("typo.txt"), formatRecoveryCode(new Uint8Array(32).fill(9)).replace("4", "5"));
  expect(await tried("--code-file", at("typo.txt"))).toMatchObject({ exit: 1, code: "cli.code" });
  // Without a password or a key the call is wrong; a password on the command line is never read.
  expect(await tried(...p12)).toMatchObject({ exit: 2 });
  expect(await tried()).toMatchObject({ exit: 2 });
  expect((await tried(...p12, "--password", PASSWORD)).sentence).toContain("XINBIAO_PASSWORD");
  expect(await said(rehearse, [at("keys.xbid"), ...p12], { XINBIAO_PASSWORD: PASSWORD })).toMatchObject({ exit: 0 });
  const bytes = readFileSync(at("keys.xbid"));
  bytes[bytes.length >> 1]! ^= 1;
  writeFileSync(at("damaged.xbid"), bytes);
  expect((await said(rehearse, [at("damaged.xbid"), ...KEY])).answer.sentence).toContain("已损坏");
  truncateSync(at("damaged.xbid"), 1000);
  expect(await said(rehearse, [at("damaged.xbid"), ...KEY])).toMatchObject({ exit: 2 });
});

test("a file that changed after the check is not sealed, and leaves neither package nor code", async () => {
  writeFileSync(at("late.pdf"), readFileSync(at("letter.pdf")));
  await packed(FORM, [`投标函=${at("late.pdf")}`, `技术文件=${at("tech.pdf")}`], "late.pack");
  const bytes = readFileSync(at("late.pdf"));
  bytes[100]! ^= 1;
  writeFileSync(at("late.pdf"), bytes);
  const { exit, answer } = await sealed("late", [], "late.pack");
  expect(exit).toBe(1);
  expect(answer.sentence).toContain("发生变化");
  for (const name of ["late.xbid", "late.xbid.part", "late.txt"]) expect(() => statSync(at(name)), name).toThrow();
});

test("memory stays flat while a file of 300 MB is sealed", async () => {
  writeFileSync(at("large.pdf"), "%PDF-1.7\n");
  truncateSync(at("large.pdf"), 300_000_000);
  await packed(FORM, [`投标函=${at("letter.pdf")}`, `技术文件=${at("large.pdf")}`], "large.pack");
  const before = process.memoryUsage().rss;
  let most = before;
  const timer = setInterval(() => {
    most = Math.max(most, process.memoryUsage().rss);
  }, 20);
  // A name of its own each time: told once more, the test finds no package of the time before.
  const name = `large-${randomUUID()}`;
  const { exit } = await sealed(name, [], "large.pack");
  clearInterval(timer);
  expect(exit).toBe(0);
  expect(statSync(at(`${name}.xbid`)).size).toBeGreaterThan(300_000_000);
  // A third of the file: what is collected late on a busy machine is no growth with the file.
  expect(most - before).toBeLessThan(100_000_000);
}, 60_000);
