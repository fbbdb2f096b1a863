import { d8 } from "./time";

/**
 * Codes of the national data rules: fixed lengths, allotted once, immutable. Whoever allots passes the serial; nothing
 * here counts.
 */

const PLATFORM = /^[A-Z]\d{6}\d{4}$/;
/** Serials of three characters: 001–999, then lower-case letters as well. */
const SERIAL = /^[0-9a-z]{3}$/;

/** 11 characters: letter, region (GB/T 2260), serial. */
export const isPlatformCode = (text: string): boolean => PLATFORM.test(text);
/** 17 characters: platform code and six digits. */
export const isProjectCode = (text: string): boolean => /^[A-Z]\d{16}$/.test(text);
/** 20 characters: project code and three. */
export const isTenderProjectCode = (text: string): boolean => isProjectCode(text.slice(0, 17)) && isSerial(text, 20);
/** 23 characters: tender project code and three. */
export const isLotCode = (text: string): boolean => isTenderProjectCode(text.slice(0, 20)) && isSerial(text, 23);
/** 26 characters: lot code and three. */
export const isDocumentCode = (text: string): boolean => isLotCode(text.slice(0, 23)) && isSerial(text, 26);

const isSerial = (text: string, length: number): boolean =>
  text.length === length && SERIAL.test(text.slice(-3)) && text.slice(-3) !== "000";

function digits(serial: number, width: number): string {
  if (!Number.isInteger(serial) || serial < 1 || serial >= 10 ** width) throw new RangeError(`no serial ${serial}`);
  return String(serial).padStart(width, "0");
}

/** 1 → `001` … 999 → `999`, then `00a`, `00b` … : texts with a letter, counted in base 36. */
export function threeCharacterSerial(serial: number): string {
  if (Number.isInteger(serial) && serial >= 1000) {
    let left = serial - 999;
    for (let value = 10; value < 36 ** 3; value++) {
      const text = value.toString(36).padStart(3, "0");
      if (/[a-z]/.test(text) && --left === 0) return text;
    }
  }
  return digits(serial, 3);
}

function extend(isParent: (text: string) => boolean, parent: string, tail: string): string {
  if (!isParent(parent)) throw new RangeError(`wrong parent code ${parent}`);
  return parent + tail;
}

/** @throws RangeError for a wrong platform code or a serial outside 1 … 999999. */
export const projectCode = (platform: string, serial: number): string =>
  extend(isPlatformCode, platform, digits(serial, 6));
export const tenderProjectCode = (project: string, serial: number): string =>
  extend(isProjectCode, project, threeCharacterSerial(serial));
export const lotCode = (tenderProject: string, serial: number): string =>
  extend(isTenderProjectCode, tenderProject, threeCharacterSerial(serial));
export const documentCode = (lot: string, serial: number): string =>
  extend(isLotCode, lot, threeCharacterSerial(serial));

const MOD37 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*";

/** ISO 7064 MOD 37-2 check character over letters and digits. */
export function mod37Check(text: string): string {
  let sum = 0;
  for (const character of text) {
    const value = MOD37.indexOf(character);
    if (value < 0 || value > 35) throw new RangeError(`no value for ${character}`);
    sum = ((sum + value) * 2) % 37;
  }
  return MOD37[(38 - sum) % 37]!;
}

export interface DealCodeParts {
  /** Class of the deal, e.g. A01. */
  readonly dealClass: string;
  readonly operatorCreditCode: string;
  /** Its Beijing day stands in the code. */
  readonly date: Date;
  readonly serial: number;
}

/**
 * Unified deal code (统一交易标识码), 40 characters: class, credit code of the operator, day of allotment, serial, check.
 *
 * @throws RangeError for parts of a wrong shape.
 */
export function unifiedDealCode({ dealClass, operatorCreditCode, date, serial }: DealCodeParts): string {
  if (!/^[A-Z]\d{2}$/.test(dealClass)) throw new RangeError(`wrong deal class ${dealClass}`);
  if (operatorCreditCode.length !== 18) throw new RangeError("wrong credit code");
  const day = d8(date);
  const number = digits(serial, 6);
  const check = mod37Check(dealClass + operatorCreditCode + day + number);
  return `${dealClass}-${operatorCreditCode}-${day}-${number}-${check}`;
}

/** Shape of a deal code. Codes of others are not checked further: their check characters follow no known rule. */
export const isDealCodeShape = (text: string): boolean => /^[A-Z]\d{2}-[0-9A-Z]{18}-\d{8}-\d{6}-[0-9A-Z*]$/.test(text);

/** Does a deal code carry the check character that we allot? */
export function hasDealCheck(text: string): boolean {
  if (!isDealCodeShape(text)) return false;
  const parts = text.split("-");
  return mod37Check(parts.slice(0, 4).join("")) === parts[4];
}

const CREDIT = "0123456789ABCDEFGHJKLMNPQRTUWXY";
const CREDIT_WEIGHTS = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
const ORGANISATION_WEIGHTS = [3, 7, 9, 10, 5, 8, 4, 2];

export type CreditCodeCheck =
  /** `innerCheck` false: the organisation part's own check fails, which older registrations do. */
  | { readonly ok: true; readonly innerCheck: boolean }
  | { readonly ok: false; readonly problem: "length" | "alphabet" | "check"; readonly expected?: string };

/** Unified social credit code (统一社会信用代码, GB 32100-2015). Says what is wrong with it, not only that something is. */
export function checkCreditCode(text: string): CreditCodeCheck {
  if (text.length !== 18) return { ok: false, problem: "length" };
  const values = [...text].map((character) => CREDIT.indexOf(character));
  if (values.some((value) => value < 0)) return { ok: false, problem: "alphabet" };
  const sum = CREDIT_WEIGHTS.reduce((total, weight, i) => total + weight * values[i]!, 0);
  const expected = CREDIT[(31 - (sum % 31)) % 31]!;
  if (text[17] !== expected) return { ok: false, problem: "check", expected };
  return { ok: true, innerCheck: hasOrganisationCheck(text.slice(8, 17)) };
}

/** Organisation code (GB 11714): eight characters and their check. */
function hasOrganisationCheck(code: string): boolean {
  const sum = ORGANISATION_WEIGHTS.reduce((total, weight, i) => total + weight * Number.parseInt(code[i]!, 36), 0);
  const check = 11 - (sum % 11);
  return code[8] === (check === 10 ? "X" : check === 11 ? "0" : String(check));
}

export const isCreditCode = (text: string): boolean => checkCreditCode(text).ok;

/**
 * Shape of an investment project code (投资项目统一代码): 24 letters and digits, hyphens not counted, or the 24
 * characters that approval platforms print with their hyphens. Whether it exists only the approval platform knows.
 */
export const isInvestmentCodeShape = (text: string): boolean =>
  /^[0-9A-Z]{24}$/.test(text.replaceAll("-", "")) || /^\d{4}-\d{6}-\d{2}-\d{2}-\d{6}$/.test(text);

const RESIDENT_WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/** Number of a resident's identity card (GB 11643): 18 characters with MOD 11-2 check. */
export function isResidentNumber(text: string): boolean {
  if (!/^\d{17}[\dX]$/.test(text)) return false;
  const sum = RESIDENT_WEIGHTS.reduce((total, weight, i) => total + weight * Number(text[i]), 0);
  return "10X98765432"[sum % 11] === text[17];
}
