import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { concat, utf8 } from "@/core/bytes";
import { type TestPki, testPki } from "@/crypto/testing/pki";
import { DEMO_BILL, demoPrices } from "@/dev/scenarios/bill";
import { simplePdf } from "@/dev/scenarios/tendering";
import { writeCsv, writeXlsx } from "@/documents/sheet/write";
import { priceSheet } from "@/lifecycle/bidding/bill/price-sheet";
import { PRICED_BILL_FILE, readPricedBill } from "@/lifecycle/tender-document/bill/priced";
import { said } from "@/testing/command-line";
import { joinPairs, pairFile } from "@/testing/p12";
import { tenderFile } from "@/testing/tender-file";
import { run as pack } from "../pack";
import { run as rehearse } from "../rehearse";
import { run as seal } from "../seal";
import { verify } from "../verify";

const folder = mkdtempSync(join(tmpdir(), "xinbiao-bill-"));
const at = (name: string) => join(folder, name);
const PASSWORD = "演示口令";
let pki: TestPki;

beforeAll(async () => {
  pki = await testPki();
  await tenderFile(at("t.xtd"), pki.signer, { bill: DEMO_BILL, ceilingFen: "1280000000" });
  const [signing, encryption] = await Promise.all([
    pairFile(pki.signer.certificate, pki.signingKey, PASSWORD),
    pairFile(pki.encryption.certificate.der, pki.encryption.privateKey, PASSWORD),
  ]);
  writeFileSync(at("bidder.p12"), joinPairs(signing, encryption));
  writeFileSync(at("password.txt"), PASSWORD);
  for (const name of ["letter.pdf", "tech.pdf"]) writeFileSync(at(name), concat(utf8("%PDF-1.7\n"), utf8(name)));
  const sheet = priceSheet(DEMO_BILL, demoPrices(1_201_000_000n));
  writeFileSync(at("prices.xlsx"), writeXlsx(sheet));
  writeFileSync(at("prices.csv"), writeCsv(sheet));
  const changed = sheet.rows.map((row, i) => (i === 0 ? row.with(3, "挖土") : i === 18 ? row.with(8, "1.00") : row));
  writeFileSync(at("changed.xlsx"), writeXlsx({ ...sheet, rows: changed }));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const form = { period_days: "260", quality: "合格", project_lead: "钱程", lead_certificate: "黔建-1" };
const packed = (out: string, prices: readonly string[], more: object = {}) => {
  writeFileSync(at("form.json"), JSON.stringify({ ...form, ...more }));
  const files = ["--file", `投标函=${at("letter.pdf")}`, "--file", `技术文件=${at("tech.pdf")}`];
  const given = ["--document", at("t.xtd"), "--form", at("form.json"), ...files, ...prices];
  return said(pack, [...given, "--out", at(out)]);
};
const problemsOf = async (prices: readonly string[], more: object = {}) => {
  const { exit, answer } = await packed("bad.pack", prices, more);
  expect(exit).toBe(1);
  expect(() => statSync(at(`bad.pack.${PRICED_BILL_FILE}`))).toThrow();
  return answer.problems as string[];
};

test("R-5.5.3: a filled sheet makes the price and is sealed with the bid, by program", async () => {
  for (const sheet of ["prices.xlsx", "prices.csv"])
    expect(await packed("bid.pack", ["--prices", at(sheet)], { price: "12,010,000.00" })).toMatchObject({ exit: 0 });
  const described = JSON.parse(readFileSync(at("bid.pack"), "utf8"));
  expect(described).toMatchObject({
    form: { price: "1201000000" },
    files: [
      { name: "投标函.pdf" },
      { name: "技术文件.pdf" },
      { name: PRICED_BILL_FILE },
      { name: "bid-security.json" },
    ],
  });
  const bytes = readFileSync(at(`bid.pack.${PRICED_BILL_FILE}`));
  expect(readPricedBill(bytes)?.totalFen).toBe("1201000000");
  expect(statSync(at(`bid.pack.${PRICED_BILL_FILE}`)).mode & 0o777).toBe(0o600);
  const key = ["--p12", at("bidder.p12"), "--password-file", at("password.txt")];
  expect(
    await said(seal, [at("bid.pack"), ...key, "--out", at("bid.xbid"), "--code-out", at("code.txt")]),
  ).toMatchObject({ exit: 0 });
  const tried = await said(rehearse, [at("bid.xbid"), ...key, "--pack", at("bid.pack")]);
  expect(tried).toMatchObject({ exit: 0, answer: { packMatches: true } });
  expect(await verify([at("t.xtd")], () => undefined)).toBe(0);
});

test("R-5.5.3: another price than the bill's, a changed item, no sheet or one too many are told with what to do", async () => {
  const [differs] = await problemsOf(["--prices", at("prices.xlsx")], { price: "12,000,000.00" });
  expect(differs).toContain("与报价清单的总价 12010000.00 不一致");
  expect(await problemsOf(["--prices", at("changed.xlsx")])).toEqual([
    "工作表“报价清单”第 2 行 D 列：项目名称被改动。应为“挖一般土方”，请改回。",
    "工作表“报价清单”第 20 行 I 列：暂估价不能改动。应为 220.00，请改回。",
  ]);
  expect(await problemsOf([])).toEqual([expect.stringContaining("请用 --prices")]);
  expect(await problemsOf(["--prices", at("none.xlsx")])).toEqual([expect.stringContaining("找不到报价清单")]);
  expect(await problemsOf(["--prices", at("letter.pdf")])).toEqual([expect.stringContaining("是 PDF 文件")]);
});

test("R-5.5.3: a letter that says another total is told beside the result, and packed all the same", async () => {
  writeFileSync(at("letter.pdf"), await simplePdf("投标函", ["投标总价：¥12,100,000.00"], new Date(0)));
  const { exit, answer } = await packed("warned.pack", ["--prices", at("prices.xlsx")]);
  expect(exit).toBe(0);
  expect(answer.warnings).toEqual([expect.stringContaining("“投标函”的正文中写有投标总价 12,100,000.00 元")]);
});
