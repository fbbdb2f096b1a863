import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { toPem } from "@/crypto/certificate";
import { checkedPki, type TestPki } from "@/crypto/testing/pki";
import { CONSORTIUM_BYTES, CONSORTIUM_FILE, readPart } from "@/lifecycle/bidding/consortium/part";
import { DECLARATION_FILE, readDeclaration } from "@/lifecycle/bidding/declaration/part";
import { said } from "@/testing/command-line";
import { joinPairs, pairFile } from "@/testing/p12";
import { tenderFile } from "@/testing/tender-file";
import { run as consent } from "../consent";
import { run as consortium } from "../consortium";
import { run as pack } from "../pack";
import { run as rehearse } from "../rehearse";
import { run as seal } from "../seal";

const folder = mkdtempSync(join(tmpdir(), "xinbiao-consortium-"));
const at = (name: string) => join(folder, name);
const PASSWORD = "演示口令";
const keyOf = (name: string) => ["--p12", at(`${name}.p12`), "--password-file", at("password.txt")];
const FORM = {
  price: "4,800,000.00",
  period_days: "260",
  quality: "合格",
  project_lead: "钱程",
  lead_certificate: "黔建-1",
};
let pki: TestPki;
const party = (name: string, creditCode: string, share: string) => ({
  ...{ name, creditCode, work: "施工", share },
  qualification: "总承包三级（演示）",
});
const packed = (out: string, more: readonly string[] = [], document = "t.xtd") => {
  const files = ["letter.pdf", "tech.pdf"].map(at);
  const given = ["--document", at(document), "--form", at("form.json"), "--file", `投标函=${files[0]}`];
  return said(pack, [...given, "--file", `技术文件=${files[1]}`, ...more, "--out", at(out)]);
};

beforeAll(async () => {
  pki = await checkedPki();
  await tenderFile(at("t.xtd"), pki.signer, { consortiumAllowed: true });
  await tenderFile(at("none.xtd"), pki.signer);
  const levels = [{ id: "main", speciality: "建筑工程施工总承包", level: 3 }];
  await tenderFile(at("asks.xtd"), pki.signer, { interestDeclaration: true, levels });
  const pair = (certificate: Uint8Array<ArrayBuffer>, key: CryptoKey) => pairFile(certificate, key, PASSWORD);
  const encryption = await pair(pki.encryption.certificate.der, pki.encryption.privateKey);
  writeFileSync(at("leader.p12"), joinPairs(await pair(pki.signer.certificate, pki.signingKey), encryption));
  writeFileSync(at("member.p12"), joinPairs(await pair(pki.otherCompany.certificate, pki.signingKey), encryption));
  writeFileSync(at("password.txt"), PASSWORD);
  writeFileSync(at("form.json"), JSON.stringify(FORM));
  writeFileSync(at("roots.pem"), pki.trust.map(({ der }) => toPem(der)).join(""));
  for (const name of ["letter.pdf", "tech.pdf", "agreement.pdf"]) writeFileSync(at(name), `%PDF-1.7 ${name}`);
  const parties = [party("黔山建设（演示）", pki.account, "60"), party("乌江工程（演示）", "91520000MA00000X1H", "40")];
  writeFileSync(at("parties.json"), JSON.stringify(parties));
  writeFileSync(
    at("wrong.json"),
    JSON.stringify([parties[0], { ...parties[1], creditCode: pki.account, share: "41" }]),
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const request = (parties: string, out: string, document = "t.xtd") =>
  said(consortium, [
    ...["--document", at(document), "--parties", at(parties), "--agreement", at("agreement.pdf")],
    ...["--out", at(out)],
  ]);

test("R-5.5.4: a leader asks, a member signs and the leader seals, by program and without a network", async () => {
  expect(await request("parties.json", "request.json")).toMatchObject({ exit: 0, answer: { parties: 2 } });
  expect(statSync(at("request.json")).mode & 0o777).toBe(0o600);
  const signing = [
    at("request.json"),
    ...keyOf("member"),
    "--out",
    at("consent.json"),
    "--agreement-out",
    at("read.pdf"),
  ];
  const { exit, err } = await said(consent, signing);
  expect(exit).toBe(0);
  expect(err).toContain("成员　乌江工程（演示）（91520000MA00000X1H）：施工，40%");
  expect(readFileSync(at("read.pdf"), "utf8")).toBe("%PDF-1.7 agreement.pdf");
  const together = ["--consortium", at("request.json"), "--consent", at("consent.json"), "--trust", at("roots.pem")];
  expect(await packed("bid.pack", together)).toMatchObject({ exit: 0, answer: { files: 4 } });
  const part = readPart(readFileSync(at(`bid.pack.${CONSORTIUM_FILE}`)));
  expect(part).toMatchObject({ kind: "declared", declared: { consents: [{ creditCode: "91520000MA00000X1H" }] } });
  const sealing = (key: string, out: string) =>
    said(seal, [at("bid.pack"), ...keyOf(key), "--out", at(out), "--code-out", at(`${out}.txt`)]);
  expect(await sealing("member", "no.xbid")).toMatchObject({ exit: 1, answer: { code: "cli.not_leader" } });
  expect(() => statSync(at("no.xbid"))).toThrow();
  expect(await sealing("leader", "bid.xbid")).toMatchObject({ exit: 0 });
  const tried = await said(rehearse, [at("bid.xbid"), ...keyOf("leader"), "--pack", at("bid.pack")]);
  expect(tried).toMatchObject({ exit: 0, answer: { packMatches: true } });
});

test("R-5.5.4: a bidder alone packs a part of the same length; on other documents there is none", async () => {
  expect(await packed("alone.pack")).toMatchObject({ exit: 0 });
  expect(statSync(at(`alone.pack.${CONSORTIUM_FILE}`)).size).toBe(CONSORTIUM_BYTES);
  expect(await packed("none.pack", [], "none.xtd")).toMatchObject({ exit: 0, answer: { files: 3 } });
  expect(readFileSync(at("none.pack"), "utf8")).not.toContain(CONSORTIUM_FILE);
});

test("R-5.5.4: what is missing, wrong, of somebody else or not allowed is told with what to do, and nothing is written", async () => {
  const problemsOf = async (more: readonly string[], document?: string) => {
    const { exit, answer } = await packed("bad.pack", more, document);
    expect(exit).toBe(1);
    expect(() => statSync(at("bad.pack"))).toThrow();
    return answer.problems as string[];
  };
  const asked = ["--consortium", at("request.json")];
  expect(await problemsOf(asked)).toEqual([expect.stringContaining("缺少成员“乌江工程（演示）”的签章")]);
  expect(await problemsOf(["--consent", at("consent.json")])).toEqual([expect.stringContaining("没有用 --consortium")]);
  const spoiled = JSON.parse(readFileSync(at("consent.json"), "utf8"));
  spoiled.statement.cms = `${spoiled.statement.cms.slice(0, -8)}AAAAAAAA`;
  writeFileSync(at("spoiled.json"), JSON.stringify(spoiled));
  expect(await problemsOf([...asked, "--consent", at("spoiled.json")])).toEqual([
    expect.stringContaining("spoiled.json：成员签署文件的签章无效"),
  ]);
  expect(await problemsOf([...asked, "--consent", at("consent.json")], "none.xtd")).toEqual([
    expect.stringContaining("招标文件不接受联合体投标"),
  ]);
  expect(await request("wrong.json", "w.json")).toMatchObject({
    exit: 1,
    answer: { problems: [expect.stringContaining("又列为成员"), expect.stringContaining("合计须为 100%")] },
  });
  expect(await request("form.json", "w.json")).toMatchObject({ exit: 2 });
  expect(await request("parties.json", "w.json", "none.xtd")).toMatchObject({
    exit: 1,
    answer: { code: "cli.consortium" },
  });
  const byLeader = await said(consent, [at("request.json"), ...keyOf("leader"), "--out", at("no.json")]);
  expect(byLeader).toMatchObject({ exit: 1, answer: { sentence: expect.stringContaining("属于牵头人") } });
});

test("R-L.34 R-L.31: a declaration that the document asks for is packed, and a missing, wrong or incomplete one is told", async () => {
  const problemsOf = async (given: unknown, document = "asks.xtd") => {
    if (given) writeFileSync(at("declaration.json"), JSON.stringify(given));
    const { answer } = await packed("said.pack", given ? ["--declaration", at("declaration.json")] : [], document);
    return answer.problems as string[];
  };
  expect(await problemsOf(undefined)).toEqual([expect.stringContaining("--declaration")]);
  expect(await problemsOf({ interests: "none" })).toEqual([expect.stringContaining("declaration.md")]);
  expect(await problemsOf({ interests: [] })).toEqual([expect.stringContaining("建筑工程施工总承包")]);
  expect(await problemsOf({ interests: [] }, "none.xtd")).toEqual([expect.stringContaining("没有要求声明")]);
  const qualifications = [{ party: pki.account, speciality: "建筑工程施工总承包", level: 3, undertakes: true }];
  expect(await problemsOf({ interests: [], qualifications })).toBeUndefined();
  const part = readDeclaration(readFileSync(at(`said.pack.${DECLARATION_FILE}`)));
  expect(part).toEqual({ format: "xb-declaration/1", interests: [], qualifications });
});
