import { expect, test } from "vitest";
import { utf8 } from "@/core/bytes";
import { encodeCanonical } from "@/core/canonical-json";
import { shanghai } from "@/core/time";
import { openSecurity } from "./opened";
import { encodeSecurity, type Guarantee, readSecurity, SECURITY_BYTES } from "./part";
import { EMPTY_GUARANTEE, readGuarantee } from "./typed";

const needs = {
  tender: "E5200000001000001001",
  lot: "E5200000001000001001001",
  requiredFen: 5_000_000n,
  validityEnd: shanghai("2026-06-23 00:00"),
  tenderer: "清溪县城建（演示）",
  isAllowed: true,
};
const typed = {
  kind: "insurance",
  guarantor: "黔江财险（演示）",
  number: "BH-2026-0001",
  amount: "50,000",
  beneficiary: needs.tenderer,
  validUntil: "2026-06-22",
};
const sha256 = "a".repeat(64);
const facts = () => ({ ...readGuarantee(typed, needs).facts!, sha256 }) as Guarantee;

test("R-5.5.12: a guarantee of the sum, the time, the beneficiary and the lot is sealed and read again, and nothing is found", () => {
  expect(readGuarantee(typed, needs).problems).toEqual([]);
  const bytes = encodeSecurity(facts());
  expect(readSecurity(bytes)).toEqual({ kind: "guarantee", guarantee: facts() });
  expect(openSecurity(bytes, needs, [{ sha256 }])).toEqual({ guarantee: facts(), findings: [] });
  expect(openSecurity(encodeSecurity(undefined), needs, [])).toEqual({ findings: [] });
});

test("R-5.5.12 CLK-20: too low, ending before the bid, for another or another lot, without its file: told at the desk and found after the opening", () => {
  const fieldsOf = (set: object, more: object = {}) =>
    readGuarantee({ ...typed, ...set }, { ...needs, ...more }).problems.map(({ field }) => field);
  expect(fieldsOf({ amount: "49999.99" })).toEqual(["amount"]);
  expect(fieldsOf({ validUntil: "2026-06-21" })).toEqual(["validUntil"]);
  expect(fieldsOf({ beneficiary: "他人（演示）" })).toEqual(["beneficiary"]);
  expect(fieldsOf({}, { isAllowed: false })).toEqual(["kind"]);
  expect(fieldsOf(EMPTY_GUARANTEE)).toEqual(["guarantor", "number", "beneficiary", "amount", "validUntil"]);
  const bad = { ...facts(), amountFen: "1", validUntil: "2026-01-01", lot: "x", beneficiary: "他人" };
  const { findings } = openSecurity(encodeSecurity(bad), needs, []);
  expect(findings).toHaveLength(5);
  expect(findings.join("")).toContain("2026-06-22");
});

test("R-5.5.12: the part has one length whatever is in it, and hostile bytes are unreadable", () => {
  const long = "保".repeat(100);
  const largest = { ...facts(), guarantor: long, number: long, beneficiary: long };
  expect([encodeSecurity(largest), encodeSecurity(undefined)].map(({ length }) => length)).toEqual(
    Array(2).fill(SECURITY_BYTES),
  );
  const bidi = encodeCanonical({ ...facts(), guarantor: "甲\u202e乙" });
  for (const bytes of [utf8(""), utf8("x"), bidi, new Uint8Array(SECURITY_BYTES + 1)])
    expect(readSecurity(bytes)).toEqual({ kind: "unreadable" });
  expect(openSecurity(utf8("x"), needs, []).findings).toHaveLength(1);
});
