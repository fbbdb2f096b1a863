import { expect, test } from "vitest";
import { worksDocument } from "@/dev/scenarios/document";
import { PRICED_BILL_FILE } from "./bill/priced";
import {
  envelopeOfField,
  envelopeOfFile,
  fieldsOf,
  fieldText,
  fileText,
  isBeforePrices,
  refusalOfEnvelopes,
  roundOf,
  segmentOf,
} from "./envelopes";
import { TenderDocumentContent } from "./schema";

const one = worksDocument(1_280_000_000n, 20_000_000n);
const two: TenderDocumentContent = { ...one, envelopes: ["technical", "price"] };
const withEnvelopes = (field: 1 | 2, file: 1 | 2): TenderDocumentContent => ({
  ...two,
  form: two.form.map((each) => (each.id === "period_days" ? { ...each, envelope: field } : each)),
  requiredFiles: two.requiredFiles.map((each) => (each.id === "letter" ? { ...each, envelope: file } : each)),
});

test("R-5.6.11: without a word amounts lie in the second envelope and everything else in the first; what the document says goes before", () => {
  expect(fieldsOf(two, 2).map(({ id }) => id)).toEqual(["price"]);
  expect(fieldsOf(two, 1)).toHaveLength(4);
  expect(envelopeOfFile(two, "letter", "投标函.pdf")).toBe(1);
  expect(envelopeOfFile(two, "bill", PRICED_BILL_FILE)).toBe(2);
  expect(envelopeOfFile(two, "extra", "补充.pdf")).toBe(1);
  const said = withEnvelopes(2, 2);
  expect(envelopeOfField(said, said.form[1]!)).toBe(2);
  expect(envelopeOfFile(said, "letter", "投标函.pdf")).toBe(2);
  expect([isBeforePrices(said, "letter"), isBeforePrices(said, "technical")]).toEqual([false, true]);
});

test("R-O.26b: one envelope holds everything, whatever a field is", () => {
  expect(fieldsOf(one, 1)).toEqual(one.form);
  expect(fieldsOf(one, 2)).toEqual([]);
  expect(envelopeOfFile(one, "bill", PRICED_BILL_FILE)).toBe(1);
  expect(isBeforePrices(one, "letter")).toBe(false);
  expect([segmentOf(one, 1), segmentOf(one, 2), roundOf(one, "main"), roundOf(one, "price")]).toEqual([
    "main",
    undefined,
    1,
    undefined,
  ]);
  expect([segmentOf(two, 2), roundOf(two, "technical"), roundOf(two, "price")]).toEqual(["price", 1, 2]);
});

test("R-5.6.11: a price cannot be put into the first envelope, nor anything into a second one that is not there", () => {
  expect(refusalOfEnvelopes(two)).toBeUndefined();
  expect(refusalOfEnvelopes(withEnvelopes(2, 2))).toBeUndefined();
  const early = two.form.map((each) => (each.id === "price" ? { ...each, envelope: 1 as const } : each));
  expect(refusalOfEnvelopes({ ...two, form: early })?.code).toBe("document.price_in_first_envelope");
  expect(refusalOfEnvelopes({ ...withEnvelopes(1, 2), envelopes: ["main"] })?.code).toBe("document.no_second_envelope");
});

test("R-O.26b: a document that was published without envelopes stays the same, byte for byte", () => {
  expect(JSON.stringify(TenderDocumentContent.parse(one))).toBe(JSON.stringify(one));
  expect(TenderDocumentContent.safeParse({ ...two, form: [{ ...two.form[0]!, envelope: 3 }] }).success).toBe(false);
  expect(fieldText(one, one.form[1]!)).toBe("工期（日历天）");
  expect(fieldText(two, two.form[1]!)).toBe("工期（日历天，第一信封）");
  expect(fileText(two, two.requiredFiles[0]!)).toBe("投标函（第一信封）");
});
