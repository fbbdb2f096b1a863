"use client";

import { useState } from "react";
import { REGIME_TEXTS, type Regime } from "@/lifecycle/law/regime";
import type { UploadedFile } from "@/platform/file/ui/upload";
import { UploadTray } from "@/platform/file/ui/upload-tray";
import { actKey, insist, trpc } from "@/trpc/client";
import { useAct } from "@/trpc/use-act";
import { SelectField, TextArea, TextField } from "@/ui/fields";
import { APPROVAL_BY_HAND, APPROVAL_KINDS } from "../schema";

const options = <V extends string>(texts: Record<V, string>) => Object.entries(texts) as [V, string][];
const EMPTY = { authority: "", documentName: "", documentNumber: "", decidedOn: "", scope: "", ground: "" };

/** Records the document by which an authority approved scope, mode and form of the tender. */
export function ApprovalForm({ lotId, regime }: { lotId: string; regime: Pick<Regime, "tenderMode" | "orgForm"> }) {
  const act = useAct();
  const [form, setForm] = useState(EMPTY);
  const [kind, setKind] = useState<keyof typeof APPROVAL_KINDS>("approved");
  const [tenderMode, setMode] = useState(regime.tenderMode);
  const [orgForm, setOrgForm] = useState(regime.orgForm);
  const [files, setFiles] = useState<readonly UploadedFile[]>([]);
  const set = (name: keyof typeof EMPTY) => (value: string) => setForm({ ...form, [name]: value });
  return (
    <form
      aria-label="登记招标内容审批、核准"
      onSubmit={(event) => {
        event.preventDefault();
        const key = actKey();
        void act.run(async () => {
          const body = { lotId, kind, tenderMode, orgForm, ...form, fileId: files.at(-1)?.id ?? "" };
          await insist(() => trpc.tender.recordApproval.mutate({ key, body }));
          return "已登记。请刷新页面查看。";
        });
      }}
    >
      <div className="form-grid">
        <SelectField<keyof typeof APPROVAL_KINDS>
          label="办理方式"
          value={kind}
          options={options(APPROVAL_KINDS)}
          onChange={setKind}
        />
        <TextField label="审批、核准部门" value={form.authority} onChange={set("authority")} />
        <TextField label="文件名称" value={form.documentName} onChange={set("documentName")} />
        <TextField label="文号" value={form.documentNumber} onChange={set("documentNumber")} />
        <TextField label="文件日期" type="date" value={form.decidedOn} onChange={set("decidedOn")} />
        <SelectField<Regime["tenderMode"]>
          label="核准的招标方式"
          value={tenderMode}
          options={options(REGIME_TEXTS.tenderMode)}
          onChange={setMode}
        />
        <SelectField<Regime["orgForm"]>
          label="核准的招标组织形式"
          value={orgForm}
          options={options(REGIME_TEXTS.orgForm)}
          onChange={setOrgForm}
        />
      </div>
      <TextArea label="核准的招标范围" value={form.scope} rows={2} onChange={set("scope")} />
      <TextArea
        label="不公开招标的理由（核准邀请招标的填写）"
        value={form.ground}
        required={tenderMode === "invited"}
        rows={2}
        onChange={set("ground")}
      />
      <UploadTray label="审批、核准文件" files={files} onChange={(all) => setFiles(all.slice(-1))} />
      {act.note}
      <p className="small muted">
        平台没有与审批部门联网，本登记标明“{APPROVAL_BY_HAND}”，登记单位对其真实性负责。
        谁能看到：招标人、代理机构和监督部门；审批部门随项目信息报送公共服务平台。登记后不能修改，有新文件时再登记一次，以最后一次为准。
      </p>
      <button type="submit" className="btn btn-primary" disabled={act.running}>
        {act.running ? "正在登记…" : "登记"}
      </button>
    </form>
  );
}
