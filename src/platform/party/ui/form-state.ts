import type { z } from "zod";
import { LABELS, type RegistrationData } from "../schema";

/** An empty form: what is the same for nearly everybody is filled in. */
export const EMPTY_DATA: RegistrationData = {
  creditCode: "",
  legalName: "",
  codeType: "1",
  roles: ["bidder"],
  licenseNo: "",
  licenseEndDate: "",
  legalRepresent: "",
  representPhone: "",
  legalType: "1",
  industry: "",
  countryRegion: "156",
  address: "",
  regionCode: "520100",
  regCapital: "",
  regCapCurrency: "156",
  regUnit: "1",
  contact: "",
  contactPhone: "",
  contactAddress: "",
  web: "",
  zip: "",
  email: "",
  legalStatus: "1",
  bank: "",
  accountName: "",
  accountNo: "",
  qualifications: [],
  noQualification: false,
  authorisationNo: "",
  authorisationEndDate: "",
};

/** Every problem of a form at once, in the words of its schema. */
export function problemsOf(parsed: z.ZodSafeParseResult<unknown>): string[] {
  if (parsed.success) return [];
  return [
    ...new Set(
      parsed.error.issues.map(({ path, message }) =>
        /^(Invalid|Too)/.test(message)
          ? `${LABELS[String(path.at(-1))] ?? String(path.at(-1))}：请检查填写内容`
          : message,
      ),
    ),
  ];
}
