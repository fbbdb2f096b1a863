import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { concat, utf8 } from "@/core/bytes";
import { someBytes } from "@/crypto/testing/package";
import { testPki } from "@/crypto/testing/pki";
import { DEMO_BILL, demoPrices } from "@/dev/scenarios/bill";
import { simplePdf } from "@/dev/scenarios/tendering";
import { writeXlsx } from "@/documents/sheet/write";
import { priceSheet } from "@/lifecycle/bidding/bill/price-sheet";
import { said } from "@/testing/command-line";
import { joinPairs, pairFile } from "@/testing/p12";
import { tenderFile } from "@/testing/tender-file";
import { run as pack } from "../pack";
import { run as rehearse } from "../rehearse";
import { run as seal } from "../seal";
import { openSealed } from "./sealed-file";

const folder = mkdtempSync(join(tmpdir(), "xinbiao-two-"));
const at = (name: string) => join(folder, name);
const KEY = ["--p12", at("bidder.p12"), "--password-file", at("password.txt")];

beforeAll(async () => {
  const pki = await testPki();
  await tenderFile(at("t.xtd"), pki.signer, {
    envelopes: ["technical", "price"],
    ceilingFen: "1280000000",
    bill: DEMO_BILL,
    requiredFiles: [
      { id: "technical", title: "技术文件" },
      { id: "analysis", title: "报价说明", envelope: 2 },
    ],
  });
  const pairs = await Promise.all([
    pairFile(pki.signer.certificate, pki.signingKey, "演示"),
    pairFile(pki.encryption.certificate.der, pki.encryption.privateKey, "演示"),
  ]);
  writeFileSync(at("bidder.p12"), joinPairs(pairs[0], pairs[1]));
  writeFileSync(at("password.txt"), "演示\n");
  writeFileSync(at("analysis.pdf"), concat(utf8("%PDF-1.7\n"), someBytes(30_000)));
  writeFileSync(at("prices.xlsx"), writeXlsx(priceSheet(DEMO_BILL, demoPrices(1_201_000_000n))));
  writeFileSync(
    at("form.json"),
    JSON.stringify({ 工期: 260, quality: "合格", project_lead: "钱程（演示）", lead_certificate: "黔建演示-0001" }),
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const packed = async (line: string) => {
  writeFileSync(at("technical.pdf"), await simplePdf("技术文件", [line], new Date()));
  const files = ["--file", `技术文件=${at("technical.pdf")}`, "--file", `报价说明=${at("analysis.pdf")}`];
  const given = ["--document", at("t.xtd"), "--form", at("form.json"), "--prices", at("prices.xlsx"), ...files];
  return said(pack, [...given, "--out", at("bid.pack")]);
};

test("R-O.26b R-5.6.11: by program each file and field lies in its envelope, both are rehearsed, and a price in the first is told", async () => {
  const early = await packed("我方的投标总价为人民币 12,010,000.00 元。");
  expect(early).toMatchObject({ exit: 0 });
  expect(early.answer.warnings).toEqual([expect.stringContaining("“技术文件”在第一信封内，正文中写有投标总价")]);
  expect((await packed("施工组织设计")).answer.warnings).toEqual([]);
  expect(JSON.parse(readFileSync(at("bid.pack"), "utf8"))).toMatchObject({
    secondFields: ["price"],
    files: [
      { name: "技术文件.pdf", envelope: 1 },
      { name: "报价说明.pdf", envelope: 2 },
      { name: "priced-bill.json", envelope: 2 },
      { name: "bid-security.json", envelope: 1 },
    ],
  });
  const done = await said(seal, [at("bid.pack"), ...KEY, "--out", at("bid.xbid"), "--code-out", at("code.txt")]);
  expect(done).toMatchObject({ exit: 0 });
  const { header } = await openSealed(at("bid.xbid"));
  // Manifest, technical part, the security's part and the marks of the computer; manifest, explanation and prices.
  expect(header.segments.map(({ id, blobs }) => [id, blobs.length])).toEqual([
    ["technical", 4],
    ["price", 3],
  ]);
  const tried = [at("bid.xbid"), ...KEY, "--code-file", at("code.txt"), "--pack", at("bid.pack")];
  expect(await said(rehearse, tried)).toMatchObject({ exit: 0, answer: { packMatches: true } });
  // A description that says another envelope is another package.
  const described = JSON.parse(readFileSync(at("bid.pack"), "utf8"));
  writeFileSync(at("bid.pack"), JSON.stringify({ ...described, secondFields: [] }));
  expect(await said(rehearse, tried)).toMatchObject({ exit: 1, answer: { code: "cli.rehearsal_differs" } });
});
