import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { shanghai } from "@/core/time";
import { type DocumentModel, renderPdf } from "./pdf";

const has = (tool: string) => spawnSync(tool, ["-v"]).error === undefined;

const model: DocumentModel = {
  title: "开标记录",
  number: "E5200000001000001001001-KB01",
  footer: `演示交易平台　数据哈希 ${"ab".repeat(32)}`,
  createdAt: shanghai("2026-03-30 10:30"),
  watermark: "演示环境 · 无法律效力",
  blocks: [
    {
      kind: "pairs",
      rows: [
        ["标段名称", "演示大桥工程一标段"],
        ["最高投标限价", "¥12,800,000.00（壹仟贰佰捌拾万元整）"],
      ],
    },
    { kind: "heading", text: "唱标内容" },
    {
      kind: "table",
      head: ["投标人", "投标报价", "递交时间"],
      rows: Array.from({ length: 60 }, (_, i) => [
        `演示建设集团第${i + 1}有限公司`,
        "¥9,330,000.00",
        "2026-03-30 09:00:00",
      ]),
      right: [1],
    },
    { kind: "paragraph", text: "无异议。".repeat(80) },
  ],
};

function inFolder<T>(work: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), "xb-pdf-"));
  try {
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function textOf(document: DocumentModel): Promise<string> {
  const pdf = await renderPdf(document);
  return inFolder((folder) => {
    writeFileSync(join(folder, "a.pdf"), pdf);
    return spawnSync("pdftotext", ["-raw", join(folder, "a.pdf"), "-"], { encoding: "utf8" }).stdout;
  });
}

test("a document has its pages, a classic cross-reference table, and no object stream", async () => {
  const pdf = await renderPdf(model);
  const text = Buffer.from(pdf).toString("latin1");
  expect(text.startsWith("%PDF-1.7")).toBe(true);
  expect(text).toContain("\nxref\n");
  expect(text).not.toContain("/ObjStm");
  expect(/\/Count (\d+)/.exec(text)?.[1]).toBe("3");
});

test.runIf(has("pdftotext"))("text can be taken out: title, words, page numbers, watermark on every page", async () => {
  const pdf = await renderPdf(model);
  const text = inFolder((folder) => {
    writeFileSync(join(folder, "a.pdf"), pdf);
    return spawnSync("pdftotext", ["-layout", join(folder, "a.pdf"), "-"], { encoding: "utf8" }).stdout;
  });
  // Tools differ in the spaces that they see between Chinese characters and figures.
  const solid = text.replace(/\s/g, "");
  for (const part of ["开标记录", "壹仟贰佰捌拾万元整", "第3页共3页", "第60有限公司"]) expect(solid).toContain(part);
  // Slanted text is taken out character by character.
  expect(text.match(/律/g)).toHaveLength(3);
});

test.runIf(has("pdftoppm"))(
  "the subset of the font paints every glyph: same pixels as the whole font",
  { timeout: 60_000 },
  async () => {
    const small: DocumentModel = {
      ...model,
      watermark: "",
      blocks: [{ kind: "paragraph", text: "壹贰叁 龘 Abc 123 ¥" }],
    };
    const pixels = async (subset: boolean) => {
      const pdf = await renderPdf(small, { subset });
      return inFolder((folder) => {
        writeFileSync(join(folder, "a.pdf"), pdf);
        // The body only: embedding the whole font, pdf-lib forgets the widths of digits in long runs.
        spawnSync("pdftoppm", ["-r", "60", "-H", "400", "-singlefile", join(folder, "a.pdf"), join(folder, "a")]);
        return createHash("sha256")
          .update(readFileSync(join(folder, "a.ppm")))
          .digest("hex");
      });
    };
    expect(await pixels(true)).toBe(await pixels(false));
  },
);

test("the same model gives the same bytes, and no time but the given one", async () => {
  const undated: DocumentModel = { title: "公告", number: "1", blocks: [{ kind: "paragraph", text: "正文。" }] };
  const [first, second] = [await renderPdf(undated), await renderPdf(undated)];
  expect(Buffer.compare(first, second)).toBe(0);
  expect(Buffer.from(first).toString("latin1")).not.toMatch(/CreationDate|ModDate/);
  const dated = await renderPdf({ ...undated, createdAt: shanghai("2026-03-30 10:30") });
  expect(Buffer.from(dated).toString("latin1")).toContain("(D:20260330023000Z)");
});

test.runIf(has("pdftotext"))("a row longer than a page goes on, and no line is lost or out of order", async () => {
  const reason = Array.from({ length: 1_500 }, (_, i) => `第${i}条\n`).join("");
  const blocks = [{ kind: "table", head: ["序", "理由"], widths: [1, 9], rows: [["1", reason]] }] as const;
  const text = await textOf({ title: "说明", number: "1", blocks });
  const found = [...text.matchAll(/第(\d+)条/g)].map(([, number]) => Number(number));
  expect(found).toEqual(Array.from({ length: 1_500 }, (_, i) => i));
});

test.runIf(has("pdftotext"))("what the font does not have is shown as the mark for a missing character", async () => {
  const text = await textOf({
    title: "说明",
    number: "1",
    blocks: [{ kind: "paragraph", text: "甲\u{1F600}乙\uE123丙" }],
  });
  expect(text).toContain("甲〓乙〓丙");
});

test("a document beyond its limits is refused", async () => {
  const blocks = Array.from({ length: 2_001 }, () => ({ kind: "paragraph", text: "" }) as const);
  await expect(renderPdf({ ...model, blocks })).rejects.toThrow(RangeError);
});
