import { createWriteStream, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { verify } from "@/cli/verify";
import { playToAward } from "@/dev/scenarios/play";
import { openZip } from "@/documents/zip-read";
import { fileOf } from "@/platform/file/queries";
import { publicTender } from "@/server/web/views/public-tender";
import { asService, asStranger } from "@/testing/lots";
import { type TestStage, testStage } from "@/testing/stage";
import { archives } from "./tables";

let t: TestStage;
beforeAll(async () => {
  t = await testStage();
}, 120_000);
afterAll(() => t?.close());

test("R-5.3.4: a prequalified tender from its applications to its award: archived with all of them, and verified alone", {
  timeout: 240_000,
}, async () => {
  const { stage } = t;
  const { lotId, lotCode } = await playToAward(stage, { prequalified: { unqualified: ["wu"] } });
  const { profile } = stage.app.site;
  const kinds = (notices: readonly { kind: string }[]) => notices.map(({ kind }) => kind);
  const shown = await asStranger(stage, (tx) => publicTender(tx, lotCode, profile));
  expect(kinds(shown.notices)).toEqual(["prequalification", "opening-record", "candidates", "result"]);
  // Who applied and did not bid is named to nobody, for ever.
  const text = JSON.stringify(shown);
  expect(text).not.toContain(stage.person("wu").orgName);

  const { names, lines } = await verified(lotId);
  expect(names).toContain("prequalification/record.json");
  expect(names).toContain("prequalification/draw.json");
  expect(names.filter((name) => name.endsWith("application.json"))).toHaveLength(6);
  expect(lines).toContain("只有通过资格预审的申请人投标");
  expect(lines).toContain("资格审查委员会专家的抽取按公开算法复算一致");
});

test("IR30: a tender in two stages from its technical proposals to its award: archived with all of them, and verified alone", {
  timeout: 240_000,
}, async () => {
  const { stage } = t;
  const { lotId, lotCode } = await playToAward(stage, { twoStage: { silent: ["wu"] } });
  const shown = await asStranger(stage, (tx) => publicTender(tx, lotCode, stage.app.site.profile));
  expect(shown.notices.map(({ kind }) => kind)).toEqual(["first-stage", "opening-record", "candidates", "result"]);
  expect(JSON.stringify(shown)).not.toContain(stage.person("wu").orgName);
  const { names, lines } = await verified(lotId);
  expect(names.filter((name) => name.endsWith("application.json"))).toHaveLength(6);
  expect(lines).toContain("只有在第一阶段提交技术建议的投标人投标");
  expect(lines).toContain("第一阶段结束记录和结束通知");
});

/** Names in the archive of a lot, and what the program says that proves it. */
async function verified(lotId: string): Promise<{ names: string[]; lines: string }> {
  const { stage } = t;
  const folder = mkdtempSync(join(tmpdir(), "xinbiao-prequalified-"));
  try {
    const [row] = await asService(stage, (tx) => tx.select().from(archives).where(eq(archives.lotId, lotId)));
    const file = await asService(stage, (tx) => fileOf(tx, row!.fileId));
    const path = join(folder, "package.zip");
    await pipeline(await t.ports.storage.get(file.storageKey), createWriteStream(path));
    const zip = await openZip(path);
    const names = [...zip.entries.keys()];
    await zip.close();
    const lines: string[] = [];
    const roots = join(folder, "roots.pem");
    writeFileSync(roots, stage.app.site.trustList.join("\n"));
    expect(await verify([path, "--trust", roots], (line) => void lines.push(line)), lines.join("\n")).toBe(0);
    return { names, lines: lines.join("\n") };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
