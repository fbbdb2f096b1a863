import type { HubMessage } from "@/kit/outbox";
import type { Qualification, RegistrationData } from "./schema";

/** Party roles of the data family (CL10). Supervising bodies have none: they are not reported as parties. */
const ROLE_CODES: Readonly<Record<string, string>> = { tenderer: "01", agency: "02", bidder: "03" };

/** Registration data in the wire's names, and back: one table for both ways. */
const WIRE: readonly (readonly [keyof RegistrationData, string])[] = [
  ["legalName", "LEGAL_NAME"],
  ["codeType", "BIDDER_CODE_TYPE"],
  ["creditCode", "LEGAL_CODE"],
  ["licenseNo", "LICENSE_NO"],
  ["licenseEndDate", "LICENSE_END_DATE"],
  ["legalRepresent", "LEGAL_REPRESENT"],
  ["legalType", "LEGAL_TYPE"],
  ["industry", "LEGAL_INDUSTRY"],
  ["countryRegion", "COUNTRY_REGION"],
  ["address", "LEGAL_UNIT_ADDRESS"],
  ["regionCode", "REGION_CODE"],
  ["regCapital", "REG_CAPITAL"],
  ["regCapCurrency", "REG_CAP_CURRENCY"],
  ["regUnit", "REG_UNIT"],
  ["contact", "LEGAL_CONTACT"],
  ["contactPhone", "LEGAL_CONTACT_PHONE"],
  ["contactAddress", "LEGAL_CONTACT_ADDRESS"],
  ["web", "LEGAL_WEB"],
  ["zip", "LEGAL_ZIP_CODE"],
  ["email", "LEGAL_EMAIL"],
  ["legalStatus", "LEGAL_STATUS"],
];
const QUALIFICATION: readonly (readonly [keyof Qualification, string])[] = [
  ["qualLevel", "QUAL_LEVEL"],
  ["qualName", "QUAL_NAME"],
  ["qualType", "QUAL_TYPE"],
  ["qualCertNo", "QUAL_CERT_NO"],
  ["qualCertEndDate", "QUAL_CERT_END_DATE"],
];

const wire = <T>(pairs: readonly (readonly [keyof T, string])[], from: T): Record<string, string> =>
  Object.fromEntries(pairs.flatMap(([field, name]) => (from[field] ? [[name, String(from[field])]] : [])));

/** Data sets 100, 102 and 103 of a verified organisation. */
export function partyMessages(data: RegistrationData): HubMessage[] {
  const codes = data.roles.flatMap((role) => ROLE_CODES[role] ?? []);
  if (!codes.length) return [];
  const subject = data.creditCode;
  const rows = data.qualifications.map((qualification) => wire(QUALIFICATION, qualification));
  const extension = (dataset: string): HubMessage => ({
    dataset,
    subject,
    body: { LEGAL_CODE: data.creditCode, ROWS: rows },
  });
  return [
    { dataset: "100", subject, body: { ...wire(WIRE, data), LEGAL_ROLE: codes.join(";") } },
    ...(rows.length && data.roles.includes("agency") ? [extension("102")] : []),
    ...(rows.length && data.roles.includes("bidder") ? [extension("103")] : []),
  ];
}

const unwire = <T>(pairs: readonly (readonly [keyof T, string])[], from: Record<string, unknown>): Partial<T> =>
  Object.fromEntries(
    pairs.flatMap(([field, name]) => (typeof from[name] === "string" && from[name] ? [[field, from[name]]] : [])),
  ) as Partial<T>;

/** Fields of a registration out of the data sets that the public service platform shares. */
export function fieldsOfShared(datasets: Readonly<Record<string, unknown>>): Partial<RegistrationData> {
  const legalPerson = datasets["100"];
  if (!legalPerson || typeof legalPerson !== "object") return {};
  const fields = unwire<RegistrationData>(WIRE, legalPerson as Record<string, unknown>);
  const extension = (datasets["103"] ?? datasets["102"]) as { ROWS?: unknown } | undefined;
  const rows = Array.isArray(extension?.ROWS) ? (extension.ROWS as Record<string, unknown>[]) : [];
  const qualifications = rows.map((row) => unwire<Qualification>(QUALIFICATION, row) as Qualification);
  return { ...fields, ...(qualifications.length ? { qualifications } : {}) };
}
