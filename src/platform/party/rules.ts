import { masked } from "@/core/mask";
import { type Refusal, refuse } from "@/core/refusal";
import { type EVIDENCE_KINDS, type Evidence, LABELS, PERSONAL_FIELDS, type RegistrationData } from "./schema";

/** Changes of these need a verifier again; every other change takes effect at once. */
export const IDENTIFYING: readonly (keyof RegistrationData)[] = ["legalName", "creditCode", "legalRepresent", "roles"];

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

/** Fields in which two versions differ, in the order of the form. */
export function changedFields(before: Partial<RegistrationData>, after: Partial<RegistrationData>): string[] {
  return Object.keys(LABELS).filter(
    (field) =>
      (field in before || field in after) &&
      !same(before[field as keyof RegistrationData], after[field as keyof RegistrationData]),
  );
}

/** Splits a change into what is in force at once and what a verifier must see first. */
export function splitChange(
  inForce: RegistrationData,
  wanted: RegistrationData,
): { atOnce: RegistrationData; toVerify: Partial<RegistrationData> } {
  const toVerify: Record<string, unknown> = {};
  const atOnce: Record<string, unknown> = { ...wanted };
  for (const field of IDENTIFYING) {
    if (same(inForce[field], wanted[field])) continue;
    toVerify[field] = wanted[field];
    atOnce[field] = inForce[field];
  }
  return { atOnce: atOnce as RegistrationData, toVerify: toVerify as Partial<RegistrationData> };
}

/** Which papers a first entry needs. What the public service platform vouches for is not asked on paper. */
export function evidenceNeeded(
  { roles, qualifications }: Pick<RegistrationData, "roles" | "qualifications">,
  fromHub: readonly string[],
): (keyof typeof EVIDENCE_KINDS)[] {
  const needed: (keyof typeof EVIDENCE_KINDS)[] = [];
  if (!(fromHub.includes("legalName") && fromHub.includes("licenseNo"))) needed.push("licence");
  if (qualifications.length > 0 && !fromHub.includes("qualifications")) needed.push("qualification");
  if (roles.includes("supervisor")) needed.push("authorisation");
  return needed;
}

export function evidenceMissing(needed: readonly string[], given: readonly Evidence[]): string[] {
  return needed.filter((kind) => !given.some((evidence) => evidence.kind === kind));
}

/** Fields whose value is what the public service platform says. */
export function fieldsFromHub(data: RegistrationData, shared: Partial<RegistrationData> | undefined): string[] {
  if (!shared) return [];
  return Object.keys(shared).filter((field) =>
    same(shared[field as keyof RegistrationData], data[field as keyof RegistrationData]),
  );
}

/** SOD-04: who entered does not verify. */
export const refusalToVerify = (enteredBy: string, verifier: string): Refusal | undefined =>
  enteredBy === verifier ? refuse("forbidden", "party.verifier_entered") : undefined;

const ADMINISTRATORS: readonly string[] = ["system-admin", "security-admin", "audit-admin"];

/** SOD-07: the three administrators are three people, and none of them has a part in any business. */
export const refusalOfRolesTogether = (roles: readonly string[]): Refusal | undefined =>
  roles.length > 1 && roles.some((role) => ADMINISTRATORS.includes(role))
    ? refuse("forbidden", "party.administrators_apart")
    : undefined;

/** an account that is frozen or cancelled finishes what runs and begins nothing. */
export function refusalToBegin(organisation: {
  name: string;
  verifiedAt: Date | null;
  standing: string;
  /** Kind of party (CL11). */
  codeType?: string;
}): Refusal | undefined {
  if (!organisation.verifiedAt)
    return refuse("forbidden", "identity.organisation_unverified", { organisation: organisation.name });
  // Individuals bid for research projects alone (BL25), which are not tendered here.
  if (organisation.codeType === "3") return refuse("forbidden", "party.individual");
  if (organisation.standing === "frozen") return refuse("forbidden", "party.frozen");
  if (organisation.standing === "cancelled") return refuse("forbidden", "party.cancelled");
  return undefined;
}

/** Days before the end of a certificate at which its organisation is warned. */
export const WARNING_DAYS = [90, 30, 15] as const;

/** The nearest warning that is due; earlier ones that were missed are not written late. */
export function warningDue(notAfter: Date, now: Date): (typeof WARNING_DAYS)[number] | undefined {
  const days = (notAfter.getTime() - now.getTime()) / 86_400_000;
  if (days < 0) return undefined;
  return [...WARNING_DAYS].reverse().find((limit) => days <= limit);
}

/** A value as a table shows it. */
export function shownValue(field: string, value: unknown): string {
  if (value === undefined || value === "" || value === null) return "—";
  if (PERSONAL_FIELDS.has(field)) return masked(String(value));
  if (typeof value === "boolean") return value ? "是" : "否";
  if (Array.isArray(value))
    return (
      value
        .map((each) =>
          typeof each === "string"
            ? (ROLE_WORDS[each] ?? each)
            : Object.values(each as Record<string, string>)
                .filter(Boolean)
                .join(" "),
        )
        .join("；") || "—"
    );
  return VALUE_WORDS[field]?.[String(value)] ?? String(value);
}

const ROLE_WORDS: Readonly<Record<string, string>> = {
  tenderer: "招标人",
  agency: "招标代理机构",
  bidder: "投标人",
  supervisor: "监督部门",
};
export const VALUE_WORDS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  codeType: { "1": "法人", "2": "其他组织", "3": "自然人" },
  regUnit: { "0": "元", "1": "万元" },
  idType: {
    "01": "居民身份证",
    "02": "军官证",
    "03": "护照",
    "04": "港澳居民来往内地通行证",
    "05": "台湾居民来往大陆通行证",
    "06": "外国人永久居留身份证",
    "99": "其他",
  },
  sex: { "1": "男", "2": "女" },
  onWork: { "1": "在职", "0": "不在职" },
};
