import { expect, test } from "vitest";
import {
  checkCreditCode,
  documentCode,
  hasDealCheck,
  isCreditCode,
  isDealCodeShape,
  isDocumentCode,
  isInvestmentCodeShape,
  isLotCode,
  isPlatformCode,
  isProjectCode,
  isResidentNumber,
  isTenderProjectCode,
  lotCode,
  projectCode,
  tenderProjectCode,
  threeCharacterSerial,
  unifiedDealCode,
} from "./codes";
import { shanghai } from "./time";

test("R-B.1 R-5.2.2: platform 11, project 17, tender project 20, lot 23, document 26 characters", () => {
  const project = projectCode("E5200000001", 1);
  const tenderProject = tenderProjectCode(project, 1);
  const lot = lotCode(tenderProject, 1);
  const document = documentCode(lot, 1);
  expect([project, tenderProject, lot, document]).toEqual([
    "E5200000001000001",
    "E5200000001000001001",
    "E5200000001000001001001",
    "E5200000001000001001001001",
  ]);
  expect(lotCode(tenderProject, 2)).toBe("E5200000001000001001002");
  expect([project, tenderProject, lot, document].map(({ length }) => length)).toEqual([17, 20, 23, 26]);
  for (const [code, check] of [
    ["E5200000001", isPlatformCode],
    ["E3507210701100001", isProjectCode],
    ["E3500000717002688002", isTenderProjectCode],
    ["E3505050602100001001", isTenderProjectCode],
    [lot, isLotCode],
    [document, isDocumentCode],
  ] as const) {
    expect(check(code), code).toBe(true);
    expect(check(`${code}0`), code).toBe(false);
    expect(check(code.slice(1)), code).toBe(false);
  }
});

test("serials go on with letters after 999 and never repeat", () => {
  const serials = Array.from({ length: 1_100 }, (_, i) => threeCharacterSerial(i + 1));
  expect(serials.slice(997, 1001)).toEqual(["998", "999", "00a", "00b"]);
  expect(new Set(serials).size).toBe(serials.length);
  expect(() => threeCharacterSerial(0)).toThrow(RangeError);
  expect(() => projectCode("E5200000001", 1_000_000)).toThrow(RangeError);
  expect(() => lotCode("E52", 1)).toThrow(RangeError);
});

test("R-B.2: a unified deal code has 40 characters and the MOD 37-2 check", () => {
  const parts = { dealClass: "A01", operatorCreditCode: "91520100MA6ABCD10B", date: shanghai("2026-11-22 00:00") };
  expect(unifiedDealCode({ ...parts, serial: 12 })).toBe("A01-91520100MA6ABCD10B-20261122-000012-*");
  expect(unifiedDealCode({ ...parts, serial: 13 })).toBe("A01-91520100MA6ABCD10B-20261122-000013-Y");
  expect(unifiedDealCode({ ...parts, serial: 13 })).toHaveLength(40);
  expect(hasDealCheck("A01-91520100MA6ABCD10B-20261122-000013-Y")).toBe(true);
  expect(hasDealCheck("A01-91520100MA6ABCD10B-20261122-000013-*")).toBe(false);
});

test("R-B.2: deal codes of others are taken by their shape", () => {
  for (const code of ["A99-91359128593462349A-20170601-002267-T", "D01-12350100MB02709751-20190627-527731-5"]) {
    expect(isDealCodeShape(code)).toBe(true);
    expect(hasDealCheck(code)).toBe(false);
  }
  expect(isDealCodeShape("A01-91520100MA6ABCD10B-2026112-000012-*")).toBe(false);
});

test("R-5.1.2 R-S.2a: five valid credit codes are accepted and five invalid refused, with the reason", () => {
  for (const code of [
    "91520100MA6ABCD10B",
    "915203000508123493",
    "12520000429430097C",
    "52520100MJ1234561C",
    "93520500MA6X0Y9K1N",
  ]) {
    expect(checkCreditCode(code), code).toEqual({ ok: true, innerCheck: true });
  }
  expect(checkCreditCode("91520100MA6ABCD105")).toEqual({ ok: false, problem: "check", expected: "B" });
  expect(checkCreditCode("912503000508123493")).toMatchObject({ problem: "check" });
  expect(checkCreditCode("52520100MI1234561C")).toEqual({ ok: false, problem: "alphabet" });
  expect(checkCreditCode("93520500MA6X0Y9K1")).toEqual({ ok: false, problem: "length" });
  expect(checkCreditCode("12520100429430097C")).toMatchObject({ problem: "check" });
  expect(isCreditCode("91520100ma6abcd10b")).toBe(false);
});

test("investment codes are checked by shape only, hyphens not counted", () => {
  expect(isInvestmentCodeShape("2605-520100-48-01-123456")).toBe(true);
  expect(isInvestmentCodeShape("2605-520100-48-01-12345")).toBe(false);
  expect(isInvestmentCodeShape("26055201000401123456789")).toBe(false);
  expect(isInvestmentCodeShape("260552010004011234567890")).toBe(true);
  expect(isInvestmentCodeShape("2605-520100-48-01-123456ABCD")).toBe(true);
});

test("resident numbers carry a check", () => {
  expect(isResidentNumber("11010519491231002X")).toBe(true);
  expect(isResidentNumber("110105194912310021")).toBe(false);
});
