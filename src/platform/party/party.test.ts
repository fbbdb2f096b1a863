import { zipSync } from "fflate";
import { expect, test } from "vitest";
import { judgeUpload } from "@/platform/file/schema";
import { wordOnCreditCode } from "./credit-code";
import {
  changedFields,
  evidenceNeeded,
  refusalToBegin,
  refusalToVerify,
  shownValue,
  splitChange,
  warningDue,
} from "./rules";
import { CreditCode, ExpertData, OperatorData, PersonData, RegistrationData, SupervisorData } from "./schema";

const VALID = [
  "91520100MA6ABCD10B",
  "915203000508123493",
  "12520000429430097C",
  "52520100MJ1234561C",
  "93520500MA6X0Y9K1N",
];
const INVALID: readonly (readonly [string, RegExp])[] = [
  ["91520100MA6ABCD105", /第 18 位应为“B”，现为“5”/],
  ["912503000508123493", /校验不通过.*两位颠倒/],
  ["52520100MI1234561C", /第 10 位“I”不是代码字符/],
  ["93520500MA6X0Y9K1", /应为 18 位，现为 17 位/],
  ["12520100429430097C", /校验不通过/],
];

test("R-5.1.2: five valid credit codes are accepted, five invalid ones refused with the character named", () => {
  for (const code of VALID) expect(CreditCode.safeParse(code).success, code).toBe(true);
  for (const [code, reason] of INVALID) {
    const parsed = CreditCode.safeParse(code);
    expect(parsed.success, code).toBe(false);
    expect(parsed.error?.issues[0]?.message).toMatch(reason);
    expect(wordOnCreditCode(code).problem).toMatch(/请对照营业执照/);
  }
});

test("R-5.1.2: a wrong inner organisation code warns and does not refuse", () => {
  // Outer check right, inner one wrong: found by counting.
  const alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
  const found = [...alphabet]
    .map((last) => `91520100MA6ABCD11${last}`)
    .find((code) => !wordOnCreditCode(code).problem)!;
  expect(wordOnCreditCode(found)).toEqual({ warning: expect.stringContaining("第 9–17 位") });
});

const data = {
  creditCode: "91520100MA6XN00114",
  legalName: "辛泉建设有限公司（演示）",
  codeType: "1",
  roles: ["bidder"],
  licenseNo: "91520100MA6XN00114",
  licenseEndDate: "99991231",
  legalRepresent: "辛泉",
  legalType: "1",
  countryRegion: "156",
  address: "清溪市",
  regionCode: "520100",
  regCapital: "5000",
  regCapCurrency: "156",
  regUnit: "1",
  contact: "辛一",
  contactPhone: "0851-00000008",
  email: "xin@example.test",
  legalStatus: "1",
  noQualification: true,
};
const qualification = {
  qualLevel: "02",
  qualName: "建筑工程施工总承包",
  qualType: "A10101",
  qualCertNo: "D252000001",
  qualCertEndDate: "20301231",
};
const problems = (parsed: { error?: { issues: readonly { path: readonly PropertyKey[] }[] } | undefined }) =>
  parsed.error?.issues.map(({ path }) => path.join(".")) ?? [];

test("R-5.1.1: every class enforces its mandatory data items and their widths", () => {
  const mandatory = [
    "creditCode legalName codeType roles licenseNo licenseEndDate legalRepresent legalType countryRegion address",
    "regionCode regCapital regCapCurrency regUnit contact contactPhone email legalStatus",
  ].flatMap((line) => line.split(" "));
  expect(RegistrationData.safeParse(data).success).toBe(true);
  for (const field of mandatory)
    expect(problems(RegistrationData.safeParse({ ...data, [field]: undefined })), field).toContain(field);
  // Tenderer: the legal person alone. Agency and bidder: qualifications, or the word that there are none.
  expect(RegistrationData.safeParse({ ...data, roles: ["tenderer"], noQualification: false }).success).toBe(true);
  for (const role of ["agency", "bidder"]) {
    const form = { ...data, roles: [role], noQualification: false };
    expect(problems(RegistrationData.safeParse(form))).toEqual(["qualifications"]);
    expect(RegistrationData.safeParse({ ...form, qualifications: [qualification] }).success).toBe(true);
    for (const field of Object.keys(qualification))
      expect(
        problems(RegistrationData.safeParse({ ...form, qualifications: [{ ...qualification, [field]: "" }] })),
      ).toEqual([`qualifications.0.${field}`]);
  }
  // Supervising bodies: the letter.
  expect(problems(RegistrationData.safeParse({ ...data, roles: ["supervisor"] }))).toEqual([
    "authorisationNo",
    "authorisationEndDate",
  ]);
  expect(problems(RegistrationData.safeParse({ ...data, legalName: "字".repeat(201) }))).toEqual(["legalName"]);
  expect(problems(RegistrationData.safeParse({ ...data, licenseEndDate: "20300231" }))).toEqual(["licenseEndDate"]);
  expect(problems(RegistrationData.safeParse({ ...data, regionCode: "990100" }))).toEqual(["regionCode"]);
});

test("R-5.1.1: people — bidder's operator, expert, supervising official, operator staff", () => {
  const person = { idType: "01", idNumber: "520100199003071233", phone: "13800000008" };
  expect(PersonData.safeParse(person).success).toBe(true);
  expect(problems(PersonData.safeParse({ ...person, idNumber: "520100199003071234" }))).toEqual(["idNumber"]);
  expect(PersonData.safeParse({ ...person, idType: "03", idNumber: "E12345678" }).success).toBe(true);
  const classes = [
    [
      ExpertData,
      {
        sex: "1",
        birthday: "19900307",
        education: "本科",
        professional: "高级工程师",
        onWork: "1",
        company: "某院",
        industry: "E47",
        area: "520100",
        speciality: "房屋建筑",
      },
    ],
    [SupervisorData, { duty: "科长", authorisationNo: "清发改〔2026〕1 号", authorisationEndDate: "20281231" }],
    [OperatorData, { duty: "主体核验", professional: "招标师" }],
  ] as const;
  for (const [schema, own] of classes) {
    expect(schema.safeParse({ ...person, ...own }).success).toBe(true);
    for (const field of ["idType", "idNumber", "phone", ...Object.keys(own)])
      expect(problems(schema.safeParse({ ...person, ...own, [field]: undefined })), field).toContain(field);
  }
});

test("R-8.2.6 R-O.13: a program by another name, the antivirus test string, a zip bomb, what does something when opened and what is too large are refused", () => {
  const refused = (name: string, bytes: Uint8Array) => {
    const judged = judgeUpload(name, bytes);
    return "refusal" in judged ? judged.refusal.code : judged.mediaType;
  };
  const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
  const PDF = [...new TextEncoder().encode("%PDF-1.7\n")];
  const withText = (head: readonly number[], text: string) =>
    new Uint8Array([...head, ...new TextEncoder().encode(text)]);
  expect(refused("执照.png", new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0]))).toBe("file.wrong_type");
  const eicar = ["X5O!P%@AP[4\\PZX54(P^)7CC)7}$", "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"].join("");
  expect(refused("执照.png", withText(PNG, eicar))).toBe("file.harmful");
  expect(refused("招标文件.pdf", withText(PDF, eicar))).toBe("file.harmful");
  // Fifty megabytes of nothing in fifty kilobytes: archives are taken under no name, so none is ever unpacked.
  const bomb = zipSync({ "a.txt": new Uint8Array(50 * 1024 * 1024) });
  expect(bomb.length).toBeLessThan(100_000);
  for (const name of ["图纸.zip", "图纸.pdf", "图纸.png"]) expect(refused(name, bomb), name).toBe("file.wrong_type");
  expect(refused("招标文件.pdf", withText(PDF, "<< /OpenAction << /S /JavaScript >> >>"))).toBe("file.active_pdf");
  expect(refused("招标文件.pdf", withText(PDF, "<< /S /JavaScript /JS (app.alert(1)) >>"))).toBe("file.active_pdf");
  // By chance among compressed bytes: no reason to refuse a drawing.
  expect(refused("图纸.pdf", withText(PDF, "stream\nq\u0007/JS \u0012endstream"))).toBe("application/pdf");
  const sized = (head: readonly number[], megabytes: number) => {
    const bytes = new Uint8Array(megabytes * 1024 * 1024 + 1);
    bytes.set(head);
    return bytes;
  };
  expect(refused("执照.png", sized(PNG, 10))).toBe("file.too_large");
  expect(refused("招标文件.pdf", sized(PDF, 50))).toBe("file.too_large");
  expect(refused("执照\u202egnp.pdf", withText(PDF, ""))).toBe("file.bad_name");
  expect(refused("执照.png", new Uint8Array(PNG))).toBe("image/png");
});

test("name, credit code, legal representative and roles wait for a verifier; the rest is in force at once", () => {
  const inForce = RegistrationData.parse(data);
  const { atOnce, toVerify } = splitChange(inForce, {
    ...inForce,
    address: "新址",
    legalName: "新名",
    legalRepresent: "新人",
  });
  expect(atOnce).toEqual({ ...inForce, address: "新址" });
  expect(toVerify).toEqual({ legalName: "新名", legalRepresent: "新人" });
  expect(changedFields(inForce, atOnce)).toEqual(["address"]);
});

test("R-S.10: no paper is asked for what the public service platform vouches for", () => {
  const form = { roles: ["bidder" as const], qualifications: [qualification] };
  expect(evidenceNeeded(form, [])).toEqual(["licence", "qualification"]);
  expect(evidenceNeeded(form, ["legalName", "licenseNo", "qualifications"])).toEqual([]);
});

test("SOD-04: who entered does not verify", () => {
  expect(refusalToVerify("a", "a")).toMatchObject({ code: "party.verifier_entered" });
  expect(refusalToVerify("a", "b")).toBeUndefined();
});

test("R-L.25: a natural person takes part in no tender of works, goods or services", () => {
  const individual = { name: "甲", verifiedAt: new Date(0), standing: "active", codeType: "3" };
  expect(refusalToBegin(individual)).toMatchObject({ code: "party.individual" });
  for (const codeType of ["1", "2"]) expect(refusalToBegin({ ...individual, codeType })).toBeUndefined();
});

test("an account that is not active begins nothing", () => {
  const verified = { name: "甲", verifiedAt: new Date(0), standing: "active" };
  expect(refusalToBegin(verified)).toBeUndefined();
  expect(refusalToBegin({ ...verified, standing: "frozen" })).toMatchObject({ code: "party.frozen" });
  expect(refusalToBegin({ ...verified, standing: "cancelled" })).toMatchObject({ code: "party.cancelled" });
  expect(refusalToBegin({ ...verified, verifiedAt: null })).toMatchObject({ code: "identity.organisation_unverified" });
});

test("warnings at 90, 30 and 15 days, the nearest one only", () => {
  const now = new Date("2026-05-18T00:00:00Z");
  const inDays = (days: number) => warningDue(new Date(now.getTime() + days * 86_400_000), now);
  expect([91, 90, 31, 30, 15.5, 15, 1, -1].map(inDays)).toEqual([undefined, 90, 90, 30, 30, 15, 15, undefined]);
});

test("personal fields are masked wherever a value is shown", () => {
  expect(shownValue("idNumber", "520100199003071233")).toBe("520100**********33");
  expect(shownValue("accountNo", "622848000011112222")).toBe("622848**********22");
  expect(shownValue("roles", ["bidder", "agency"])).toBe("投标人；招标代理机构");
  expect(shownValue("address", "")).toBe("—");
});
