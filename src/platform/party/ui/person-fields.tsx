"use client";
import { SelectField, TextField } from "@/ui/fields";
import { VALUE_WORDS } from "../rules";

export interface PersonForm {
  readonly idType: string;
  readonly idNumber: string;
  readonly phone: string;
  readonly email: string;
}
export const EMPTY_PERSON: PersonForm = { idType: "01", idNumber: "", phone: "", email: "" };

/** Identity document and telephone of whoever enters. The name is the certificate's. */
export function PersonFields({ person, onChange }: { person: PersonForm; onChange(person: PersonForm): void }) {
  return (
    <fieldset className="card">
      <legend>经办人</legend>
      <p className="small muted">姓名以证书为准。证件号码和手机号码按个人信息保管，列表中只显示首尾几位。</p>
      <SelectField
        label="证件类型"
        value={person.idType}
        options={Object.entries(VALUE_WORDS.idType!)}
        onChange={(idType) => onChange({ ...person, idType })}
      />
      <TextField label="证件号码" value={person.idNumber} onChange={(idNumber) => onChange({ ...person, idNumber })} />
      <TextField label="手机号码" value={person.phone} onChange={(phone) => onChange({ ...person, phone })} />
    </fieldset>
  );
}
