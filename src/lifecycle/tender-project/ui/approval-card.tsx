import { REGIME_TEXTS, type Regime } from "@/lifecycle/law/regime";
import { APPROVAL_BY_HAND, APPROVAL_KINDS } from "../schema";

/** The approval on record. */
export function ApprovalCard({
  approval,
}: {
  approval: {
    readonly kind: string;
    readonly authority: string;
    readonly documentName: string;
    readonly documentNumber: string;
    readonly decidedOn: string;
    readonly scope: string;
    readonly tenderMode: string;
    readonly orgForm: string;
    readonly ground: string;
    readonly fileId: string | null;
  };
}) {
  const rows: readonly (readonly [string, string])[] = [
    ["办理方式", APPROVAL_KINDS[approval.kind as keyof typeof APPROVAL_KINDS] ?? approval.kind],
    ["审批、核准部门", approval.authority],
    ["文件", `${approval.documentName}（${approval.documentNumber}）`],
    ["文件日期", approval.decidedOn],
    ["招标范围", approval.scope],
    ["招标方式", REGIME_TEXTS.tenderMode[approval.tenderMode as Regime["tenderMode"]]],
    ["招标组织形式", REGIME_TEXTS.orgForm[approval.orgForm as Regime["orgForm"]]],
    ...(approval.ground ? [["不公开招标的理由", approval.ground] as const] : []),
  ];
  return (
    <>
      <p className="row">
        <span className="chip warn">{APPROVAL_BY_HAND}</span>
        {approval.fileId && <a href={`/api/files/${approval.fileId}`}>查看文件</a>}
      </p>
      <dl className="fields">
        {rows.map(([label, value]) => (
          <div key={label} style={{ display: "contents" }}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}
