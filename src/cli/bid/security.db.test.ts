import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { concat, utf8 } from "@/core/bytes";
import { someBytes } from "@/crypto/testing/package";
import { DEMO_PASSWORD } from "@/dev/scenarios/cast";
import { secure } from "@/dev/scenarios/securities";
import { securityMarks } from "@/lifecycle/bid-security/tables";
import { said } from "@/testing/command-line";
import { type FrontDoor, openFrontDoor } from "@/testing/front-door";
import { asService, receivingLot } from "@/testing/lots";
import { type TestStage, testStage } from "@/testing/stage";
import { wireSession } from "@/wire/session";
import { run as pack } from "../pack";
import { run as seal } from "../seal";
import { run as upload } from "../upload";
import { openDocument } from "./document";

/** A tender document that makes the security a condition of receipt (RF-14), and bidders who use the command line alone. */
let t: TestStage;
let door: FrontDoor;
let lotId: string;
const folder = mkdtempSync(join(tmpdir(), "xinbiao-security-"));
const at = (name: string) => join(folder, name);
const pdf = concat(utf8("%PDF-1.7\n"), someBytes(5_000));

beforeAll(async () => {
  t = await testStage();
  door = await openFrontDoor(t);
  const security = { receiptCondition: true, keptOnFailure: false };
  ({ lotId } = await receivingLot(t.stage, "命令行保证金", { security }));
  writeFileSync(at("password.txt"), DEMO_PASSWORD);
  writeFileSync(at("roots.pem"), t.stage.app.site.trustList.join("\n"));
  const form = {
    ...{ price: "4,800,000.00", period_days: "260", quality: "合格" },
    ...{ project_lead: "钱程（演示）", lead_certificate: "黔建演示-0001" },
  };
  writeFileSync(at("form.json"), JSON.stringify(form));
  writeFileSync(at("declaration.json"), JSON.stringify({ interests: [], qualifications: [] }));
  for (const name of ["letter", "tech", "guarantee"]) writeFileSync(at(`${name}.pdf`), pdf);
}, 180_000);
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await door?.close();
  await t?.close();
});

const keyOf = (name: string) => {
  const { keys } = JSON.parse(readFileSync(join(t.dataDir, "demo", "keys.json"), "utf8")) as {
    keys: { name: string; file: string }[];
  };
  const { file } = keys.find((key) => key.name === name)!;
  return ["--p12", join(t.dataDir, "demo", file), "--password-file", at("password.txt")];
};

/** Obtains the document, packs and seals; with a guarantee where one is asked for. */
async function prepare(name: string, withGuarantee: boolean): Promise<string[]> {
  const session = wireSession(door.url, t.stage.person(name).signer);
  await session.signIn("bidder");
  await session.mutate("document.obtain", { lotId });
  writeFileSync(at("t.xtd"), Buffer.from(await (await session.fetch(`/api/xtd/${lotId}`)).arrayBuffer()));
  const { notice } = await openDocument(at("t.xtd"), undefined);
  const guarantee = {
    ...{ kind: "insurance", guarantor: "黔江财险（演示）", number: "BX-2026-001", amount: "1,000,000.00" },
    ...{ beneficiary: notice.tendererName, validUntil: "2030-12-31", file: "guarantee.pdf" },
  };
  writeFileSync(at("guarantee.json"), JSON.stringify(guarantee));
  const files = ["--file", `投标函=${at("letter.pdf")}`, "--file", `技术文件=${at("tech.pdf")}`];
  const told = ["--form", at("form.json"), "--declaration", at("declaration.json")];
  const more = withGuarantee ? ["--guarantee", at("guarantee.json")] : [];
  const packed = await said(pack, ["--document", at("t.xtd"), ...told, ...files, ...more, "--out", at(`${name}.pack`)]);
  expect(packed, name).toMatchObject({ exit: 0 });
  const paths = ["--out", at(`${name}.xbid`), "--code-out", at(`${name}.txt`)];
  expect(await said(seal, [at(`${name}.pack`), ...keyOf(name), ...paths]), name).toMatchObject({ exit: 0 });
  return (JSON.parse(readFileSync(at(`${name}.pack`), "utf8")) as { files: { name: string }[] }).files.map(
    (file) => file.name,
  );
}

const handIn = (name: string) =>
  said(upload, [at(`${name}.xbid`), ...keyOf(name), "--url", door.url, "--trust", at("roots.pem"), "--tries", "1"]);
const marks = () => asService(t.stage, (tx) => tx.select().from(securityMarks).where(eq(securityMarks.lotId, lotId)));

test("RF-14 R-5.5.12: a guarantee in a package that is uploaded by program is told of as by the bid room, and its bid is received", async () => {
  await prepare("jia", true);
  expect(await handIn("jia")).toMatchObject({ exit: 0, answer: { seq: 1 } });
  const sha256 = createHash("sha256").update(pdf).digest("hex");
  const { orgId, personId } = t.stage.person("jia");
  expect(await marks()).toMatchObject([{ orgId, personId, sha256 }]);
  // Run again it gives the same receipt, and says nothing twice.
  expect(await handIn("jia")).toMatchObject({ exit: 0, answer: { seq: 1 } });
  expect(await marks()).toHaveLength(1);
});

test("RF-14 R-5.5.12: a bid by program whose security is transferred is sealed as by the browser, received when the money is there, and marks nothing", async () => {
  const names = await prepare("yi", false);
  // Whether a package brings a guarantee is not told by a part that only such packages had.
  expect(names).toContain("bid-security.json");
  expect(await handIn("yi")).toMatchObject({ exit: 1, answer: { rf: "RF-14" } });
  await secure(t.stage, t.stage.person("yi"), lotId);
  expect(await handIn("yi")).toMatchObject({ exit: 0, answer: { seq: 1 } });
  expect(await marks()).toHaveLength(1);
});
