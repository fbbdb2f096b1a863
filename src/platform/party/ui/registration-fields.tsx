"use client";
import { CheckField, SelectField, TextField } from "@/ui/fields";
import { wordOnCreditCode } from "../credit-code";
import {
  LABELS,
  ORGANISATION_ROLES,
  type OrganisationRole,
  type Qualification,
  type RegistrationData,
} from "../schema";

const ROLE_TEXTS: Record<OrganisationRole, string> = {
  tenderer: "招标人",
  agency: "招标代理机构",
  bidder: "投标人",
  supervisor: "监督部门（凭授权文件）",
};
type TextName = {
  [K in keyof RegistrationData]: RegistrationData[K] extends string ? K : never;
}[keyof RegistrationData];

/** Groups of the form, and what is optional in them. */
const GROUPS: readonly { readonly title: string; readonly fields: readonly TextName[] }[] = [
  {
    title: "单位信息",
    fields: [
      ...(["creditCode", "legalName", "licenseNo", "licenseEndDate", "legalRepresent", "representPhone"] as const),
      ...(["legalType", "industry", "countryRegion", "regionCode", "address", "regCapital"] as const),
      ...(["regCapCurrency", "legalStatus"] as const),
    ],
  },
  { title: "联系方式", fields: ["contact", "contactPhone", "email", "contactAddress", "zip", "web"] },
  { title: "基本户（选填）", fields: ["bank", "accountName", "accountNo"] },
];
const OPTIONAL = new Set<TextName>([
  ...(["representPhone", "industry", "contactAddress", "zip", "web", "bank", "accountName", "accountNo"] as const),
]);
const HINTS: Partial<Record<TextName, string>> = {
  licenseEndDate: "8 位日期，如 20301231；长期有效填 99991231",
  regionCode: "6 位行政区划代码，如贵阳 520100",
  industry: "如 E47 房屋建筑业",
  legalType: "1 位代码，企业法人为 1",
  legalStatus: "1 位代码，正常经营为 1",
  countryRegion: "中国为 156",
  regCapCurrency: "人民币为 156",
};

/** The data items of a registration. What came from the public service platform says so. */
export function RegistrationFields({
  data,
  fromHub,
  onChange,
}: {
  data: RegistrationData;
  fromHub: readonly string[];
  onChange(data: RegistrationData): void;
}) {
  const set = <K extends keyof RegistrationData>(name: K, value: RegistrationData[K]) =>
    onChange({ ...data, [name]: value });
  const hint = (name: TextName) => {
    if (fromHub.includes(name)) return "来自公共服务平台";
    if (name === "creditCode" && data.creditCode.length > 0) {
      const { problem, warning } = wordOnCreditCode(data.creditCode.trim().toUpperCase());
      return problem ?? warning ?? "校验通过";
    }
    return HINTS[name];
  };
  const toggle = (role: OrganisationRole) => (on: boolean) =>
    set("roles", on ? [...data.roles, role] : data.roles.filter((each) => each !== role));
  return (
    <>
      <fieldset className="card">
        <legend>主体角色（可多选）</legend>
        {ORGANISATION_ROLES.map((role) => (
          <CheckField key={role} label={ROLE_TEXTS[role]} checked={data.roles.includes(role)} onChange={toggle(role)} />
        ))}
        {data.roles.includes("supervisor") && (
          <>
            <TextField
              label={LABELS.authorisationNo!}
              value={data.authorisationNo}
              onChange={(value) => set("authorisationNo", value)}
            />
            <TextField
              label={LABELS.authorisationEndDate!}
              value={data.authorisationEndDate}
              hint="8 位日期"
              onChange={(value) => set("authorisationEndDate", value)}
            />
          </>
        )}
      </fieldset>
      {GROUPS.map(({ title, fields }) => (
        <fieldset key={title} className="card">
          <legend>{title}</legend>
          {title === "单位信息" && (
            <>
              <SelectField
                label={LABELS.codeType!}
                value={data.codeType}
                options={[
                  ["1", "法人"],
                  ["2", "其他组织"],
                  ["3", "自然人"],
                ]}
                onChange={(value) => set("codeType", value)}
              />
              <SelectField
                label={LABELS.regUnit!}
                value={data.regUnit}
                options={[
                  ["1", "万元"],
                  ["0", "元"],
                ]}
                onChange={(value) => set("regUnit", value)}
              />
            </>
          )}
          {fields.map((name) => {
            const help = hint(name);
            return (
              <TextField
                key={name}
                label={LABELS[name]!}
                value={String(data[name])}
                required={!OPTIONAL.has(name)}
                {...(help ? { hint: help } : {})}
                onChange={(value) => set(name, value as never)}
              />
            );
          })}
        </fieldset>
      ))}
      {(data.roles.includes("bidder") || data.roles.includes("agency")) && (
        <Qualifications
          rows={data.qualifications}
          none={data.noQualification}
          fromHub={fromHub.includes("qualifications")}
          onChange={(qualifications, noQualification) => onChange({ ...data, qualifications, noQualification })}
        />
      )}
    </>
  );
}

const QUALIFICATION_FIELDS: readonly (readonly [keyof Qualification, string])[] = [
  ["qualName", "资质名称"],
  ["qualLevel", "资质等级（2 位代码）"],
  ["qualType", "资质序列、行业和专业类别（6 位代码）"],
  ["qualCertNo", "资质证书编号"],
  ["qualCertEndDate", "资质证书失效日期（8 位日期）"],
];
const NO_ROW: Qualification = { qualLevel: "", qualName: "", qualType: "", qualCertNo: "", qualCertEndDate: "" };

function Qualifications({
  rows,
  none,
  fromHub,
  onChange,
}: {
  rows: readonly Qualification[];
  none: boolean;
  fromHub: boolean;
  onChange(rows: Qualification[], none: boolean): void;
}) {
  return (
    <fieldset className="card">
      <legend>资质</legend>
      {fromHub && <p className="small muted">来自公共服务平台</p>}
      <CheckField label="无资质" checked={none} onChange={(value) => onChange(value ? [] : [...rows], value)} />
      {rows.map((row, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows have no identity but their place
        <div key={i} className="card">
          {QUALIFICATION_FIELDS.map(([name, label]) => (
            <TextField
              key={name}
              label={`${label}（第 ${i + 1} 项）`}
              value={row[name]}
              onChange={(value) =>
                onChange(
                  rows.map((each, n) => (n === i ? { ...each, [name]: value } : each)),
                  none,
                )
              }
            />
          ))}
          <button
            type="button"
            className="link-button"
            onClick={() =>
              onChange(
                rows.filter((_, n) => n !== i),
                none,
              )
            }
          >
            删除第 {i + 1} 项资质
          </button>
        </div>
      ))}
      {!none && (
        <button type="button" className="btn" onClick={() => onChange([...rows, NO_ROW], none)}>
          增加一项资质
        </button>
      )}
    </fieldset>
  );
}
