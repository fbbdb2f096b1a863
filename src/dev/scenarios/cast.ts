import type { Role } from "@/kit/command";
import { ORGANISATION_ROLES, type RegistrationData } from "@/platform/party/schema";

/** The people of the demonstration. Names are invented and carry 演示; credit codes have right check characters. */
export interface CastMember {
  /** Name of the certificate file and of the role card. */
  readonly key: string;
  readonly person: string;
  readonly title: string;
  readonly org: string;
  readonly role: Role;
  readonly ca: 1 | 2;
  /** Page after signing in; `{org}` is filled in. */
  readonly home: string;
  /** Shown as a card on /demo. */
  readonly card?: string;
}

export interface CastOrganisation {
  readonly key: string;
  readonly name: string;
  /** First 17 characters of the credit code; the check character is computed. */
  readonly code17: string;
  readonly address: string;
  readonly contact: string;
  readonly phone: string;
  readonly email: string;
}

const org = (key: string, name: string, code17: string, contact: string, mail: string): CastOrganisation => ({
  key,
  name,
  code17,
  address: "黔中省清溪市演示路 1 号",
  contact,
  phone: "0851-00000000",
  email: `${mail}@example.test`,
});

export const ORGANISATIONS: readonly CastOrganisation[] = [
  org("tenderer", "清溪市教育局（演示）", "11520100MB0000001", "贺明（演示）", "tenderer"),
  org("agency", "信诚招标代理有限公司（演示）", "91520100MA0000002", "王信（演示）", "agency"),
  org("supervisor", "清溪市发展和改革委员会（演示）", "11520100MB0000003", "石正（演示）", "supervisor"),
  org("jia", "甲山建设集团有限公司（演示）", "91520100MA0000011", "甲一（演示）", "jia"),
  org("yi", "乙水建工有限公司（演示）", "91520100MA0000012", "乙一（演示）", "yi"),
  org("bing", "丙云路桥有限公司（演示）", "91520100MA0000013", "丙一（演示）", "bing"),
  org("ding", "丁松工程有限公司（演示）", "91520100MA0000014", "丁一（演示）", "ding"),
  org("wu", "戊岭市政工程有限公司（演示）", "91520100MA0000015", "戊一（演示）", "wu"),
  org("ji", "己川建设有限公司（演示）", "91520100MA0000016", "己一（演示）", "ji"),
  org("library", "黔中省综合评标专家库（演示）", "12520000MB0000021", "库管（演示）", "library"),
  org("venue-qx", "清溪市公共资源交易中心（演示）", "12520100MB0000031", "周场（演示）", "venue-qx"),
  org("venue-zy", "遵义公共资源交易中心（演示）", "12520300MB0000032", "吴场（演示）", "venue-zy"),
  org("operator", "信标演示运营有限公司（演示）", "91520100MA0000041", "高维（演示）", "operator"),
];

const bidder = (key: string, person: string, ca: 1 | 2, card?: string): CastMember => ({
  key,
  person,
  title: "投标人经办人",
  org: key,
  role: "bidder",
  ca,
  home: "/w/{org}",
  ...(card ? { card } : {}),
});

const administrator = (
  role: "system-admin" | "security-admin" | "audit-admin",
  person: string,
  title: string,
  ca: 1 | 2,
  home: string,
  card: string,
): CastMember => ({ key: role, person, title, org: "operator", role, ca, home, card });

export const EXPERT_COUNT = 12;

export const PEOPLE: readonly CastMember[] = [
  {
    key: "tenderer",
    person: "贺明（演示）",
    title: "招标人",
    org: "tenderer",
    role: "tenderer",
    ca: 1,
    home: "/w/{org}",
    card: "您代表招标人：在公示期满后定标，签发中标通知书。",
  },
  {
    key: "agency",
    person: "王信（演示）",
    title: "招标代理",
    org: "agency",
    role: "agency",
    ca: 1,
    home: "/w/{org}",
    card: "您是代理机构项目负责人：补齐草稿，通过发布检查，主持开标。",
  },
  {
    key: "agency-chief",
    person: "程远（演示）",
    title: "招标代理机构负责人",
    org: "agency",
    role: "agency",
    ca: 1,
    home: "/w/{org}/team",
  },
  bidder("jia", "甲一（演示）", 1, "您是投标人经办人：获取招标文件，封装、加密、递交，开标时解密。"),
  bidder("yi", "乙一（演示）", 2, "另一家投标人：同一时刻看到同样的内容，看不到别人。"),
  bidder("bing", "丙一（演示）", 1),
  bidder("ding", "丁一（演示）", 2),
  bidder("wu", "戊一（演示）", 1),
  bidder("ji", "己一（演示）", 2),
  ...Array.from({ length: EXPERT_COUNT }, (_, i): CastMember => {
    const number = String(i + 1).padStart(2, "0");
    return {
      key: `expert-${number}`,
      person: `评${number}（演示）`,
      title: "评标专家",
      org: "library",
      role: "expert",
      ca: 1,
      home: "/expert",
      ...(i === 0 ? { card: "您是评标专家：在抽定的工位签到，声明无回避情形，评审打分，签署报告。" } : {}),
    };
  }),
  {
    key: "supervisor",
    person: "石正（演示）",
    title: "行政监督",
    org: "supervisor",
    role: "supervisor",
    ca: 1,
    home: "/supervise",
    card: "您是行政监督人员：只读查看标段、开标和全程留痕。",
  },
  {
    key: "operator",
    person: "高维（演示）",
    title: "平台运营",
    org: "operator",
    role: "operator",
    ca: 1,
    home: "/admin",
    card: "您是平台运营人员：看运行状态、核验主体，看不到任何投标内容。",
  },
  {
    key: "operator-2",
    person: "核真（演示）",
    title: "主体核验",
    org: "operator",
    role: "operator",
    ca: 2,
    home: "/admin/orgs",
  },
  administrator(
    "system-admin",
    "系明（演示）",
    "系统管理员",
    1,
    "/admin/sites",
    "您是系统管理员：开通和变更交易站点，由安全管理员审批。",
  ),
  administrator(
    "security-admin",
    "安宁（演示）",
    "安全管理员",
    2,
    "/admin/sites",
    "您是安全管理员：审批站点，管理信任的认证机构。",
  ),
  administrator(
    "audit-admin",
    "审言（演示）",
    "审计管理员",
    1,
    "/admin/audit",
    "您是审计管理员：查看运营机构人员的全部管理留痕。",
  ),
];

/** Seals of organisations that publish, and who of them keeps the file. */
export const SEALS = [
  { key: "tenderer-seal", org: "tenderer", ca: 1, keepers: ["tenderer"] },
  { key: "agency-seal", org: "agency", ca: 1, keepers: ["agency", "agency-chief"] },
] as const;
export const sealKeptBy = (person: string): string | undefined =>
  SEALS.find(({ keepers }) => (keepers as readonly string[]).includes(person))?.key;

/** Chief person (主要负责人) of an organisation: of the agency another than the one who leads its projects. */
const CHIEFS: Readonly<Record<string, string>> = { agency: "程远（演示）" };

/** Basic account (基本账户) of an organisation of the demonstration, made from its code. */
export const basicAccountOf = (creditCode: string): string =>
  [...creditCode.slice(9)].map((letter) => String(Number.parseInt(letter, 36)).padStart(2, "0")).join("");

/** Registration data of an organisation of the demonstration: everything that a real one would have entered. */
export function registrationOf(
  { key, name, address, contact, phone, email }: CastOrganisation,
  creditCode: string,
): RegistrationData {
  const role = PEOPLE.find((member) => member.org === key)?.role;
  const roles = ORGANISATION_ROLES.filter((each) => each === role);
  return {
    creditCode,
    legalName: name,
    codeType: "1",
    roles: roles.length ? roles : ["tenderer"],
    licenseNo: creditCode,
    licenseEndDate: "99991231",
    legalRepresent: CHIEFS[key] ?? contact,
    representPhone: "",
    legalType: "1",
    industry: "E47",
    countryRegion: "156",
    address,
    regionCode: "520100",
    regCapital: "5000",
    regCapCurrency: "156",
    regUnit: "1",
    contact,
    contactPhone: phone,
    contactAddress: "",
    web: "",
    zip: "",
    email,
    legalStatus: "1",
    bank: "黔江商业银行（演示）",
    accountName: name,
    accountNo: basicAccountOf(creditCode),
    qualifications: [],
    noQualification: true,
    authorisationNo: role === "supervisor" ? "清发改〔2026〕演示 9 号" : "",
    authorisationEndDate: role === "supervisor" ? "20281231" : "",
  };
}

export const VENUES = [
  { key: "venue-qx", code: "QX", name: "清溪主场（演示）", regionCode: "520100" },
  { key: "venue-zy", code: "ZY", name: "遵义副场（演示）", regionCode: "520300" },
] as const;

/** Password of every certificate file of the demonstration. */
export const DEMO_PASSWORD = "demo-2026";
