import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unzipSync, zipSync } from "fflate";
import { afterAll, beforeAll, expect, test } from "vitest";
import { verify } from "@/cli/verify";
import { encodeCanonical } from "@/core/canonical-json";
import { gather } from "@/crypto/pieces";
import { obtain } from "@/dev/scenarios/bidding";
import { actorOf, signActAs } from "@/dev/scenarios/person";
import { draftLot, publish, simplePdf } from "@/dev/scenarios/tendering";
import { openZip } from "@/documents/zip-read";
import { openZipWriter } from "@/documents/zip-write";
import { readLot } from "@/lifecycle/lot/queries";
import { composeTenderDocument } from "@/lifecycle/tender-document/compose-file";
import { documentInForce, draftOf } from "@/lifecycle/tender-document/queries";
import { XTD_PATHS } from "@/lifecycle/tender-document/xtd-schema";
import { uploadFile } from "@/platform/file/commands";
import { filesOf } from "@/platform/file/queries";
import { fileForReader, mayReadDocumentOf } from "@/server/web/file-access";
import { asPerson, asService } from "@/testing/lots";
import { codeOf } from "@/testing/refused";
import { type TestStage, testStage } from "@/testing/stage";
import { clarificationToPublish, publishClarification } from "./commands/publish";
import { Clarification, type ClarificationInput } from "./schema";
import { writeXtd, xtdFacts } from "./xtd";

let t: TestStage;
let lotId: string;
const folder = mkdtempSync(join(tmpdir(), "xinbiao-xtd-"));
beforeAll(async () => {
  t = await testStage();
  ({ lotId } = await draftLot(t.stage, { name: "结构化（演示）", content: "教室 12 间", estimateFen: 500_000_000n }));
}, 120_000);
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await t?.close();
});

async function said(file: string): Promise<{ code: number; text: string }> {
  const lines: string[] = [];
  const code = await verify([file], (line) => void lines.push(line));
  return { code, text: lines.join("\n") };
}

/** What the verifier says of the same package with one entry put in another way. */
async function forge(
  path: string,
  entry: string,
  change: (bytes: Uint8Array) => Uint8Array | undefined,
  extra?: string,
) {
  const file = join(folder, `${randomUUID()}.xtd`);
  const zip = await openZip(path);
  const writer = await openZipWriter(file);
  for (const each of zip.entries.keys()) {
    const bytes = await zip.bytes(each);
    const put = each === entry ? change(bytes) : bytes;
    if (put) await writer.add(each, [put]);
  }
  if (extra) await writer.add(extra, [new Uint8Array(3)]);
  await writer.finish();
  await zip.close();
  return said(file);
}

const flip = (bytes: Uint8Array) => {
  const copy = bytes.slice();
  copy[copy.length >> 1]! ^= 1;
  return copy;
};

async function clarify(input: ClarificationInput) {
  const { stage } = t;
  const agency = stage.person("agency");
  const { code } = await stage.lot(input.lotId);
  const draft = Clarification.parse(input);
  const { hash } = await asPerson(stage, agency, async (tx) =>
    clarificationToPublish(tx, await readLot(tx, input.lotId), draft),
  );
  const statement = await signActAs(agency, stage.app, { act: "clarification.publish", subject: code, digest: hash });
  return stage.act(agency, publishClarification, { ...input, statement });
}

test("R-5.4.1 R-5.4.2: a document composed from its model is saved with its form, and again in place of the first", async () => {
  const { stage } = t;
  const agency = stage.person("agency");
  const { content, fileIds } = (await asPerson(stage, agency, (tx) => draftOf(tx, lotId)))!;
  const composed = (changes: Record<string, string>, ids: string[]) =>
    stage.act(agency, composeTenderDocument, {
      lotId,
      content: { ...content, standard: { model: "works", changes } },
      fileIds: ids,
    });
  expect(await codeOf(stage.act(agency, composeTenderDocument, { lotId, content, fileIds }))).toBe("document.no_model");
  expect(await codeOf(composed({}, fileIds))).toBe("document.clause_missing");
  const long = "长".repeat(100_000);
  expect(await codeOf(composed({ "requirements-1": long }, fileIds))).toBe("general.invalid_input");
  const changes = { "requirements-1": "按施工图和现行规范施工。", "contract-2": "工期为 270 日。" };
  const first = await composed(changes, fileIds);
  const again = await composed(changes, [first.file.id, ...fileIds]);
  const saved = (await asPerson(stage, agency, (tx) => draftOf(tx, lotId)))!;
  expect(saved.fileIds).toEqual([again.file.id, ...fileIds]);
  expect(saved.content.standard?.changes).toEqual(changes);
  const [file] = await asPerson(stage, agency, (tx) => filesOf(tx, [again.file.id]));
  const pdf = await gather(await t.ports.storage.get(file!.storageKey));
  expect(Buffer.from(pdf.subarray(0, 5)).toString()).toBe("%PDF-");
  expect(await codeOf(stage.act(stage.person("jia"), composeTenderDocument, { lotId, content, fileIds }))).toBe(
    "general.forbidden",
  );
});

test("R-5.4.1: the package of a published document verifies offline, and one changed byte is found", async () => {
  const { stage } = t;
  await publish(stage, lotId);
  const path = join(folder, "ok.xtd");
  const facts = await asService(stage, (tx) => xtdFacts(tx, lotId));
  const { size, name } = await writeXtd(path, facts, t.ports.storage);
  expect(size).toBeGreaterThan(10_000);
  expect(name).toBe(`${facts.lot.code}-v1.xtd`);
  const good = await said(path);
  expect(good.text).toContain("核验通过");
  expect(good.code).toBe(0);
  expect(good.text).toContain((await asService(stage, (tx) => documentInForce(tx, lotId))).digest);

  const forged = (entry: string, change: (bytes: Uint8Array) => Uint8Array | undefined, extra?: string) =>
    forge(path, entry, change, extra);
  for (const entry of ["document.json", "price-form.json", "notice.json", "statement.json", "files/01.pdf"])
    expect((await forged(entry, flip)).code, entry).toBe(1);
  expect((await forged("evaluation.json", () => undefined)).code).toBe(1);
  expect((await forged("notice.json", (bytes) => bytes, "more.txt")).text).toContain("more.txt 不在清单中");
  // Another program packs it anew: not the form that is written down.
  const repacked = join(folder, "repacked.xtd");
  const { readFileSync } = await import("node:fs");
  writeFileSync(repacked, zipSync(unzipSync(readFileSync(path))));
  expect((await said(repacked)).code).toBe(1);
});

test("R-5.4.4: the package is for those who hold the document and those who run or supervise the lot", async () => {
  const { stage } = t;
  const may = (key: string) =>
    asPerson(stage, stage.person(key), (tx) =>
      mayReadDocumentOf(tx, actorOf(stage.person(key), stage.app.site.id), lotId),
    );
  await obtain(stage, stage.person("jia"), lotId);
  expect([await may("jia"), await may("yi"), await may("agency"), await may("supervisor")]).toEqual([
    true,
    false,
    true,
    true,
  ]);
});

test("R-5.4.1: from version 2 on the package holds every clarification with its signature, and their attachments", async () => {
  const { stage } = t;
  const agency = stage.person("agency");
  const attachment = await simplePdf("补充图纸", ["一层平面图修改"], await stage.now());
  const { fileId } = await stage.act(agency, uploadFile, { name: "补充图纸.pdf", bytes: attachment });
  const base = { lotId, affectsBids: false };
  const foreign = await stage.act(stage.person("tenderer"), uploadFile, { name: "他人文件.pdf", bytes: attachment });
  expect(
    await codeOf(
      clarify({ ...base, title: "夹带", remarks: [{ clause: "1", answer: "见附件" }], fileIds: [foreign.fileId] }),
    ),
  ).toBe("general.not_found");
  await clarify({ ...base, title: "补充图纸", remarks: [{ clause: "图纸", answer: "见附件。" }], fileIds: [fileId] });
  await clarify({ ...base, title: "答疑", remarks: [{ clause: "3.1", answer: "工期不变。" }] });

  // Attachments are for those who hold the document, and for nobody else.
  const reads = (key: string) => {
    const person = stage.person(key);
    return asPerson(stage, person, (tx) => fileForReader(tx, actorOf(person, stage.app.site.id), fileId));
  };
  for (const key of ["jia", "supervisor", "agency"]) expect((await reads(key)).name, key).toBe("补充图纸.pdf");
  expect(await codeOf(reads("yi"))).toBe("general.not_found");

  const path = join(folder, "v3.xtd");
  const facts = await asService(stage, (tx) => xtdFacts(tx, lotId));
  expect((await writeXtd(path, facts, t.ports.storage)).name).toBe(`${facts.lot.code}-v3.xtd`);
  const good = await said(path);
  expect(good.text).toContain("澄清与修改");
  expect(good.code, good.text).toBe(0);
  const zip = await openZip(path);
  const names = [...zip.entries.keys()].filter((name) => name.startsWith("clarifications/"));
  expect(names).toEqual([1, 2].flatMap((n) => [`clarifications/0${n}.json`, `clarifications/0${n}.statement.json`]));
  const last = [...zip.entries.keys()].filter((name) => name.startsWith("files/")).at(-1)!;
  expect(Buffer.from(await zip.bytes(last)).equals(Buffer.from(attachment))).toBe(true);
  await zip.close();
  for (const entry of ["clarifications/01.json", "clarifications/02.statement.json", last])
    expect((await forge(path, entry, flip)).code, entry).toBe(1);
  // Taken out of package and list: the row is broken.
  const listed = (bytes: Uint8Array) => {
    const manifest = JSON.parse(Buffer.from(bytes).toString("utf8")) as { items: { path: string }[] };
    manifest.items = manifest.items.filter((item) => !item.path.startsWith("clarifications/01"));
    return encodeCanonical(manifest as never);
  };
  const dropped = await forge(path, XTD_PATHS.manifest, listed);
  expect(dropped.code).toBe(1);
  expect(dropped.text).toContain("应有 2 份澄清与修改");
});
