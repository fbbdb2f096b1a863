import { z } from "zod";
import { isCreditCode } from "@/core/codes";
import { SiteForm } from "./schema";

/** Who an installation begins with: three administrators apart from one another, and two who verify registrations. */
export const FOUNDING_ROLES = {
  "system-admin": "系统管理员",
  "security-admin": "安全保密管理员",
  "audit-admin": "安全审计员",
  operator: "核验员",
} as const;
export type FoundingRole = keyof typeof FOUNDING_ROLES;

const text = (label: string, max: number) =>
  z
    .string({ error: `${label}必填` })
    .trim()
    .min(1, `${label}必填`)
    .max(max, `${label}不超过 ${max} 个字`);
const pem = (label: string) =>
  z
    .string({ error: `${label}必填` })
    .max(40_000, `${label}过大`)
    .includes("-----BEGIN CERTIFICATE-----", `${label}不是 PEM 格式的证书`);

export const FoundingPerson = z.object({
  role: z.enum(Object.keys(FOUNDING_ROLES) as [FoundingRole, ...FoundingRole[]], {
    error: `角色只能是 ${Object.keys(FOUNDING_ROLES).join("、")}`,
  }),
  name: text("姓名", 20),
  signCertificate: pem("签名证书"),
  encryptCertificate: pem("加密证书"),
});

/** All that a first site and its people need; certificates as PEM. */
export const Founding = z.object({
  operator: z.object({
    name: text("运营机构名称", 100),
    creditCode: z.string().trim().toUpperCase().refine(isCreditCode, "运营机构统一社会信用代码的校验位不正确"),
    regionCode: z.string().regex(/^\d{6}$/, "运营机构行政区划代码须为 6 位数字"),
    address: text("运营机构地址", 300),
    contact: text("运营机构联系人", 20),
    phone: text("运营机构电话", 20),
    email: z.email("运营机构电子邮箱格式不正确").max(100, "运营机构电子邮箱不超过 100 个字"),
  }),
  /** The operator's name and code stand above. */
  site: SiteForm.omit({ operatorName: true, operatorCreditCode: true }),
  people: z.array(FoundingPerson).min(5, "至少五人：三名管理员、两名核验员").max(20, "不超过 20 人"),
  /** Of the platform's key, leaf first; missing until an authority has answered the request. */
  siteCertificate: pem("平台证书").optional(),
});
export type Founding = z.infer<typeof Founding>;
