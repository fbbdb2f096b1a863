"use client";
import { useState } from "react";
import { signAct, signInWith } from "@/platform/identity/ui/key-ring";
import { trpc } from "@/trpc/client";
import { useAct } from "@/trpc/use-act";
import { SelectField, TextField } from "@/ui/fields";
import { registrationDigest } from "../digest";
import {
  actOfRegistration,
  ExpertData,
  LABELS,
  OperatorData,
  PersonData,
  type RegistrationData,
  RegistrationData as RegistrationSchema,
  SupervisorData,
} from "../schema";
import { CertificateStep, type HeldCertificate } from "./certificate-step";
import { EMPTY_DATA, problemsOf } from "./form-state";
import { EMPTY_PERSON, PersonFields } from "./person-fields";
import { ProblemList } from "./problem-list";
import { RegistrationFields } from "./registration-fields";

type Kind = "organisation" | "expert" | "operator" | "supervisor";
const KINDS: readonly (readonly [Kind, string])[] = [
  ["organisation", "单位注册（招标人、招标代理、投标人、监督部门）"],
  ["expert", "评标专家"],
  ["supervisor", "监督人员（单位已注册）"],
  ["operator", "平台运营人员"],
];
/** Further data items of people, and what a form begins with. */
const PERSON_ITEMS: Record<Exclude<Kind, "organisation">, readonly (readonly [string, string])[]> = {
  expert: [
    ["sex", "1"],
    ["birthday", ""],
    ["education", ""],
    ["professional", ""],
    ["onWork", "1"],
    ["company", ""],
    ["duty", ""],
    ["industry", "E47"],
    ["area", "520100"],
    ["speciality", ""],
  ],
  supervisor: [
    ["duty", ""],
    ["authorisationNo", ""],
    ["authorisationEndDate", ""],
  ],
  operator: [
    ["duty", ""],
    ["professional", ""],
  ],
};
const SCHEMAS = { expert: ExpertData, supervisor: SupervisorData, operator: OperatorData };

/** Registration on one page: certificate, organisation, person. What the certificate says is filled in. */
export function RegisterForm() {
  const act = useAct();
  const [kind, setKind] = useState<Kind>("organisation");
  const [held, setHeld] = useState<HeldCertificate>();
  const [data, setData] = useState<RegistrationData>(EMPTY_DATA);
  const [fromHub, setFromHub] = useState<readonly string[]>([]);
  const [person, setPerson] = useState(EMPTY_PERSON);
  const [items, setItems] = useState<Record<string, string>>({});
  const [problems, setProblems] = useState<readonly string[]>([]);
  const [sent, setSent] = useState(false);

  const opened = (certificate: HeldCertificate) => {
    setHeld(certificate);
    setData((before) => ({
      ...before,
      creditCode: certificate.creditCode,
      licenseNo: before.licenseNo || certificate.creditCode,
      legalName: before.legalName || certificate.organisation,
      contact: before.contact || certificate.person,
    }));
  };
  const importShared = () =>
    act.run(async () => {
      const shared = await trpc.party.shared.mutate({ creditCode: data.creditCode });
      setData({ ...data, ...shared, noQualification: !shared.qualifications?.length && data.noQualification });
      setFromHub(Object.keys(shared));
      return `已从公共服务平台取得 ${Object.keys(shared).length} 项信息，请核对。`;
    });
  const registerOrganisation = async (certificate: HeldCertificate) => {
    const form = RegistrationSchema.safeParse(data);
    const who = PersonData.safeParse(person);
    const found = [...problemsOf(form), ...problemsOf(who)];
    setProblems(found);
    if (found.length || !form.success || !who.success) return undefined;
    const content = { data: form.data, person: who.data, encryptionCertificate: certificate.sealTo };
    const digest = await registrationDigest(content);
    const toSign = { act: actOfRegistration, subject: form.data.creditCode, digest };
    const { orgId } = await trpc.party.register.mutate({
      ...content,
      fromHub: fromHub.length > 0,
      statement: await signAct(certificate.key, toSign),
    });
    await signInWith(certificate.key);
    window.location.assign(`/w/${orgId}/company`);
    return "已注册，正在进入“企业资料”…";
  };
  const registerPerson = async (certificate: HeldCertificate, role: Exclude<Kind, "organisation">) => {
    const initial = Object.fromEntries(PERSON_ITEMS[role]);
    const form = SCHEMAS[role].safeParse({ ...person, ...initial, ...items });
    setProblems(problemsOf(form));
    if (!form.success) return undefined;
    const content = { role, data: form.data, encryptionCertificate: certificate.sealTo };
    const digest = await registrationDigest(content);
    const statement = await signAct(certificate.key, { act: actOfRegistration, subject: form.data.idNumber, digest });
    await trpc.party.registerPerson.mutate({ ...content, statement } as never);
    setSent(true);
    return "已提交，等待核验。核验通过后用同一张证书登录。";
  };
  const submit = () =>
    act.run(async () => {
      if (!held) throw new Error("请先读取数字证书。");
      return kind === "organisation" ? registerOrganisation(held) : registerPerson(held, kind);
    });
  return (
    <form
      noValidate
      aria-label="注册"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <SelectField label="注册类别" value={kind} options={KINDS} onChange={(value) => setKind(value as Kind)} />
      <CertificateStep onOpen={opened} />
      {kind === "organisation" && (
        <>
          <p>
            <button type="button" className="btn" disabled={act.running} onClick={() => void importShared()}>
              从公共服务平台导入
            </button>
          </p>
          <RegistrationFields data={data} fromHub={fromHub} onChange={setData} />
        </>
      )}
      <PersonFields person={person} onChange={setPerson} />
      {kind !== "organisation" && (
        <fieldset className="card">
          <legend>{KINDS.find(([each]) => each === kind)![1]}</legend>
          {PERSON_ITEMS[kind].map(([name, initial]) => (
            <TextField
              key={name}
              label={LABELS[name] ?? name}
              value={items[name] ?? initial}
              {...(VALUE_HINTS[name] ? { hint: VALUE_HINTS[name] } : {})}
              onChange={(value) => setItems({ ...items, [name]: value })}
            />
          ))}
        </fieldset>
      )}
      <ProblemList problems={problems} />
      {act.note}
      <button type="submit" className="btn btn-primary" disabled={act.running || sent}>
        签名并注册
      </button>
    </form>
  );
}

const VALUE_HINTS: Readonly<Record<string, string>> = {
  sex: "1 男，2 女",
  birthday: "8 位日期",
  onWork: "1 在职，0 不在职",
  area: "6–9 位行政区划代码",
  authorisationEndDate: "8 位日期",
};
