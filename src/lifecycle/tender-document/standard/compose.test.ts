import { expect, test } from "vitest";
import { DEMO_BILL } from "@/dev/scenarios/bill";
import { lint } from "@/lifecycle/law/lint";
import { firstContent } from "../defaults";
import { documentManifest } from "../rules";
import { type ComposeFacts, compose, deviationsOf, MODELS, missingOf, modelFor } from "./compose";
import { tenderDocumentPdf } from "./pdf";

const facts = (
  changes: Record<string, string> = {},
  model: "works" | "goods" | "services" = "works",
): ComposeFacts => ({
  tenderName: "第三小学新建工程",
  tenderer: "教育局",
  lot: { name: "施工标段", code: "L1", content: "教学楼一栋" },
  content: {
    ...firstContent({ name: "施工标段", estimateFen: 500_000_000n }, { consortium: false, envelopes: 1 }),
    standard: { model, changes },
  },
});

test.each(["works", "goods", "services"] as const)(
  "R-5.4.1 R-5.4.2: model %s is complete in five chapters",
  (model) => {
    const chapters = compose(facts({}, model));
    expect(chapters.map(({ title }) => title.slice(4))).toEqual([
      "投标人须知",
      "评标办法",
      "合同主要条款",
      "技术要求",
      "投标文件格式",
    ]);
    const all = JSON.stringify(chapters);
    expect(all).not.toMatch(/\{\w+\}/);
    for (const said of ["¥5,000,000.00", "¥50,000.00", "90 日", "60 分钟", "施工方案（15.00 分）", "不接受联合体"])
      expect(all).toContain(said);
    expect(deviationsOf(chapters)).toEqual([]);
    expect(missingOf(chapters).map(({ id }) => id)).toEqual(["requirements-1"]);
    const ids = MODELS[model].chapters.flatMap(({ clauses }) => clauses.map(({ id }) => id));
    expect(new Set(ids).size).toBe(ids.length);
    expect(lint([{ place: "示范文本", text: ids.join("") + all }]).filter(({ rule }) => rule.id !== "LINT-01")).toEqual(
      [],
    );
  },
);

test("R-5.4.2: a clause that says something else than the model is marked with both texts", () => {
  const chapters = compose(facts({ "contract-2": "工期为 200 日。", "requirements-1": "按图施工。" }));
  expect(missingOf(chapters)).toEqual([]);
  expect(deviationsOf(chapters)).toMatchObject([
    { id: "contract-2", number: "3.2", text: "工期为 200 日。", model: expect.stringContaining("开工通知") },
  ]);
  const pdf = tenderDocumentPdf(facts({ "contract-2": "工期为 200 日。" }), new Date(0), false);
  expect(JSON.stringify(pdf.blocks)).toContain("3.2 工期【与示范文本不同】");
});

test("R-5.4.2: the bill of quantities stands in the composed pages as it does in the form", () => {
  const { content, ...others } = facts();
  const blocks = tenderDocumentPdf({ ...others, content: { ...content, bill: DEMO_BILL } }, new Date(0), false).blocks;
  const table = blocks.find((block) => block.kind === "table" && block.head[2] === "项目编码");
  expect(table).toMatchObject({ rows: { length: 20 } });
  expect(JSON.stringify(table)).toContain('"暂列金额 ¥300,000.00"');
  expect(JSON.stringify(tenderDocumentPdf({ ...others, content }, new Date(0), false))).not.toContain("工程量清单");
});

test("R-O.19: the model for works keeps its chapters and clauses whatever is written, and page and machine-readable part come from the same fields", () => {
  const ids = (changes: Record<string, string>) =>
    compose(facts(changes, modelFor("works"))).flatMap(({ title, clauses }) => [title, ...clauses.map(({ id }) => id)]);
  const whole = ids({});
  expect(whole.filter((line) => line.startsWith("第"))).toHaveLength(5);
  const emptied = Object.fromEntries(
    MODELS.works.chapters.flatMap(({ clauses }) => clauses.map(({ id }) => [id, "  "])),
  );
  expect(ids(emptied)).toEqual(whole);
  expect(ids({ "instructions-99": "删除第一章", "no-1": "" })).toEqual(whole);
  for (const { clauses } of compose(facts(emptied))) for (const { text } of clauses) expect(text.trim()).not.toBe("");
  // Another ceiling in the form is another ceiling in the text and in the package that a program reads.
  const other = facts();
  const content = { ...other.content, ceilingFen: "498765400" };
  const text = JSON.stringify(compose({ ...other, content }));
  expect(text).toContain("¥4,987,654.00");
  expect(text).not.toContain("¥5,000,000.00");
  expect(documentManifest("L1", 1, content, [])).toMatchObject({ content: { ceilingFen: "498765400" } });
});

test("every subject has a model", () => {
  expect((["works", "goods", "services", "survey_design"] as const).map(modelFor)).toEqual([
    "works",
    "goods",
    "services",
    "services",
  ]);
});
