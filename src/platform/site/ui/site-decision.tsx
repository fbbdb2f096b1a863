"use client";

import { useState } from "react";
import { actKey, insist, trpc } from "@/trpc/client";
import { useAct } from "@/trpc/use-act";
import { DecisionForm } from "@/ui/decision-form";
import { TextArea } from "@/ui/fields";

/** The system administrator brings the platform certificate that an authority issued for the request shown. */
export function CertificateForm({ proposalId }: { proposalId: string }) {
  const act = useAct();
  const [certificate, setCertificate] = useState("");
  return (
    <form
      noValidate
      aria-label="上传平台证书"
      onSubmit={(event) => {
        event.preventDefault();
        const key = actKey();
        void act.run(async () => {
          await insist(() => trpc.site.attachCertificate.mutate({ key, body: { proposalId, certificate } }));
          return "已上传，等待安全管理员审批。";
        });
      }}
    >
      <TextArea label="平台证书（PEM，含签发机构证书）" rows={6} value={certificate} onChange={setCertificate} />
      {act.note}
      <button type="submit" className="btn btn-primary" disabled={act.running}>
        上传证书
      </button>
    </form>
  );
}

/** The security administrator allows or returns. */
export function SiteDecision({ proposalId }: { proposalId: string }) {
  return (
    <DecisionForm
      title="审批结论"
      approve="批准"
      decide={async (approved, reason) => {
        const key = actKey();
        const { host } = await insist(() => trpc.site.decide.mutate({ key, body: { proposalId, approved, reason } }));
        return approved ? `已批准。${host} 将在数秒内生效。` : "已退回。";
      }}
    />
  );
}
