"use client";
import { useState } from "react";
import { upload } from "@/platform/file/ui/upload";
import { actKey, insist, trpc } from "@/trpc/client";
import { useAct } from "@/trpc/use-act";
import { SelectField, TextField } from "@/ui/fields";
import {
  EVIDENCE_KINDS,
  type Evidence,
  type RegistrationData,
  RegistrationData as RegistrationSchema,
} from "../schema";
import { problemsOf } from "./form-state";
import { ProblemList } from "./problem-list";
import { RegistrationFields } from "./registration-fields";

type EvidenceKind = Evidence["kind"];

/** Papers with their validity: added, listed, taken out; saved with the data. */
export function EvidenceEditor({ initial, data }: { initial: readonly Evidence[]; data: RegistrationData }) {
  const act = useAct();
  const [kind, setKind] = useState<EvidenceKind>("licence");
  const [validUntil, setValidUntil] = useState("");
  const save = (evidence: readonly Evidence[]) =>
    trpc.party.change.mutate({ key: actKey(), body: { data, evidence: [...evidence] } });
  const add = (file: File) =>
    act.run(async () => {
      const kept = await upload(file, crypto.randomUUID(), () => {}, "/api/upload/evidence");
      await save([...initial, { kind, fileId: kept.id, name: kept.name, validUntil }]);
      return `已添加“${kept.name}”。`;
    });
  const drop = (fileId: string) =>
    act.run(async () => {
      await save(initial.filter((each) => each.fileId !== fileId));
      return "已移除。";
    });
  return (
    <>
      <SelectField
        label="材料种类"
        value={kind}
        options={Object.entries(EVIDENCE_KINDS) as [EvidenceKind, string][]}
        onChange={(value) => setKind(value as EvidenceKind)}
      />
      <TextField
        label="有效期至"
        required={false}
        hint="8 位日期，如 20301231"
        value={validUntil}
        onChange={setValidUntil}
      />
      <label className="field">
        <span>选择材料（PDF、PNG、JPG，不超过 10 MB）</span>
        <input
          type="file"
          accept=".pdf,.png,.jpg,.jpeg"
          disabled={act.running}
          onChange={(event) => {
            const [file] = event.target.files ?? [];
            if (file) void add(file);
            event.target.value = "";
          }}
        />
      </label>
      {act.note}
      <ul className="plain-list" aria-label="证明材料">
        {initial.map((each) => (
          <li key={each.fileId} className="row">
            <a href={`/api/files/${each.fileId}`}>
              {EVIDENCE_KINDS[each.kind]}：{each.name}
            </a>
            <span className="small muted">{each.validUntil ? `有效至 ${each.validUntil}` : "未填有效期"}</span>
            <button type="button" className="link-button" disabled={act.running} onClick={() => void drop(each.fileId)}>
              移除 {each.name}
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}

/** Changes the data: most at once, what identifies the organisation after verification. */
export function CompanyForm({
  initial,
  evidence,
  fromHub,
}: {
  initial: RegistrationData;
  evidence: readonly Evidence[];
  fromHub: readonly string[];
}) {
  const act = useAct();
  const [data, setData] = useState(initial);
  const [problems, setProblems] = useState<readonly string[]>([]);
  const save = () => {
    const key = actKey();
    return act.run(async () => {
      const form = RegistrationSchema.safeParse(data);
      setProblems(problemsOf(form));
      if (!form.success) return undefined;
      const body = { data: form.data, evidence: [...evidence] };
      const { version, waiting } = await insist(() => trpc.party.change.mutate({ key, body }));
      return waiting.length
        ? "已保存。单位名称、信用代码、法定代表人和角色的变更须经核验后生效。"
        : `已生效，现为第 ${version} 版。`;
    });
  };
  return (
    <form
      noValidate
      aria-label="修改企业资料"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <RegistrationFields data={data} fromHub={fromHub} onChange={setData} />
      <ProblemList problems={problems} />
      {act.note}
      <button type="submit" className="btn btn-primary" disabled={act.running}>
        保存修改
      </button>
    </form>
  );
}

/** Hands the registration to the verifier. */
export function SubmitRegistration() {
  const act = useAct();
  return (
    <>
      <button
        type="button"
        className="btn btn-primary"
        disabled={act.running}
        onClick={() => {
          const key = actKey();
          void act.run(async () => {
            await insist(() => trpc.party.submit.mutate({ key, body: {} }));
            return "已提交核验。";
          });
        }}
      >
        提交核验
      </button>
      {act.note}
    </>
  );
}
