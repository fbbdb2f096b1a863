import { expect, test } from "vitest";
import { worksDocument } from "@/dev/scenarios/document";
import {
  type Draft,
  draftProblems,
  EMPTY_DRAFT,
  EXTRA_SLOT,
  moneyInWords,
  problemOfField,
  refusalOfFile,
  sealedForm,
  sealedName,
  sizeText,
  withFile,
} from "./draft";

const content = worksDocument(1_280_000_000n, 20_000_000n);
const price = content.form[0]!;
const ceiling = 1_280_000_000n;
const pdf = (slot: string, name: string) => ({ id: `${slot}-${name}`, slot, name, sizeBytes: 1000 });
const filled: Draft = {
  format: "xb-draft/1",
  revision: 0,
  form: {
    price: "12,000,000.00",
    period_days: "260",
    quality: "合格",
    project_lead: "张演示",
    lead_certificate: "黔建-1",
  },
  files: [pdf("letter", "a.pdf"), pdf("technical", "b.pdf")],
};

test("amounts are read as typed and shown in words", () => {
  expect(moneyInWords("12,800,000")).toBe("¥12,800,000.00　大写：壹仟贰佰捌拾万元整");
  expect(moneyInWords("12,80")).toBe("");
  expect(problemOfField(price, "1.234", ceiling)).toContain("不是有效的金额");
  expect(problemOfField(price, "0", ceiling)).toContain("不能为 0");
  expect(problemOfField(price, "12800000.01", ceiling)).toContain("最高投标限价");
  expect(problemOfField(price, "12800000", ceiling)).toBeUndefined();
});

test("a whole number is digits only", () => {
  const days = content.form[1]!;
  expect(problemOfField(days, "260 天", ceiling)).toContain("整数");
  expect(problemOfField(days, " 260 ", ceiling)).toBeUndefined();
});

test("R-5.5.1: the whole check names every problem at once, with the control that mends it", () => {
  expect(draftProblems(content, EMPTY_DRAFT).map(({ control }) => control)).toEqual([
    "field-price",
    "field-period_days",
    "field-quality",
    "field-project_lead",
    "field-lead_certificate",
    "slot-letter",
    "slot-technical",
  ]);
  // One required item left empty, of form or files: it alone is named, as the tender document calls it.
  const without = (id: string) => draftProblems(content, { ...filled, form: { ...filled.form, [id]: " " } });
  for (const { id, label } of content.form.filter(({ required }) => required))
    expect(without(id)).toEqual([{ control: `field-${id}`, sentence: `请填写“${label}”。` }]);
  const noLetter = { ...filled, files: filled.files.filter(({ slot }) => slot !== "letter") };
  expect(draftProblems(content, noLetter)).toMatchObject([{ control: "slot-letter" }]);
  expect(draftProblems(content, filled)).toEqual([]);
});

test("R-L.27: a bid for works without its project leader or the leader's certificate is not sealed", () => {
  for (const id of ["project_lead", "lead_certificate"]) {
    const { label } = content.form.find((field) => field.id === id)!;
    const without = draftProblems(content, { ...filled, form: { ...filled.form, [id]: "" } });
    expect(without).toEqual([{ control: `field-${id}`, sentence: `请填写“${label}”。` }]);
  }
});

test("two files that would have one name in the package are told", () => {
  const twice = withFile(withFile(filled, pdf(EXTRA_SLOT, "业绩.pdf")), { ...pdf(EXTRA_SLOT, "业绩.PDF"), id: "x" });
  expect(draftProblems(content, twice).map(({ sentence }) => sentence)).toEqual([expect.stringContaining("重复")]);
});

test("a required place holds one file, and its title is the name in the package", () => {
  const replaced = withFile(filled, pdf("letter", "final.pdf"));
  expect(replaced.files.filter(({ slot }) => slot === "letter").map(({ name }) => name)).toEqual(["final.pdf"]);
  expect(sealedName(content, replaced.files.at(-1)!)).toBe("投标函.pdf");
  expect(sealedName(content, pdf(EXTRA_SLOT, "业绩.pdf"))).toBe("业绩.pdf");
});

test("amounts are sealed as fen, empty optional fields not at all", () => {
  expect(sealedForm(content, { ...filled, form: { ...filled.form, quality: " " } })).toEqual({
    price: "1200000000",
    period_days: "260",
    project_lead: "张演示",
    lead_certificate: "黔建-1",
  });
});

test("only PDF files are taken, by name and first bytes alike", () => {
  const head = new TextEncoder().encode("%PDF-1.7");
  expect(refusalOfFile({ name: "a.pdf", sizeBytes: 10 }, head)).toBeUndefined();
  expect(refusalOfFile({ name: "a.exe", sizeBytes: 10 }, head)).toContain("不是 PDF");
  expect(refusalOfFile({ name: "a.pdf", sizeBytes: 10 }, new TextEncoder().encode("MZ...."))).toContain("不是 PDF");
  expect(sizeText(86_200_000)).toBe("86.2 MB");
});
