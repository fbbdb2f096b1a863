"use client";

import { formatInstant } from "@/core/time";
import { useSignedAct } from "@/platform/identity/ui/use-signed-act";
import { trpc } from "@/trpc/client";
import { feeText } from "../rules";
import { FEE_PAYERS, MANDATE_ACTS, type MandateTerms } from "../schema";

export interface MandateShown {
  readonly id: string;
  readonly version: number;
  readonly digest: string;
  readonly terms: MandateTerms;
  readonly tendererSignedAt?: string;
  readonly agencySignedAt?: string;
}

const at = (iso: string) => formatInstant(new Date(iso));

/** A contract of agency with who has signed it, and the button for the side that has not. */
export function MandateCard({
  mandate,
  projectCode,
  side,
}: {
  mandate: MandateShown;
  projectCode: string;
  side: "tenderer" | "agency";
}) {
  const act = useSignedAct();
  const { terms, digest, version, tendererSignedAt, agencySignedAt } = mandate;
  const mine = side === "tenderer" ? tendererSignedAt : agencySignedAt;
  const lines: [string, string][] = [
    ["合同编号", `${terms.number}（第 ${version} 稿）`],
    ["委托事项", terms.scope.map((key) => MANDATE_ACTS[key]).join("；")],
    ["代理服务费", `${feeText(terms)}；${FEE_PAYERS[terms.feePayer]}`],
    ...(terms.feeBasis ? [["计费说明", terms.feeBasis] as [string, string]] : []),
    ["委托期限", `${at(terms.startsAt)} 至 ${at(terms.endsAt)}`],
  ];
  const sign = () =>
    act.press(async () => ({
      toSign: { act: "mandate.sign", subject: projectCode, digest },
      ask: {
        title: "签署委托代理合同",
        lines: [...lines, ["签署内容校验值", digest]] as const,
        consequence: "双方签章后合同生效，代理机构可在委托事项内办理；合同内容不能修改，变更须另签新稿。",
      },
      send: async (statement, key) => {
        const { inForce } = await trpc.tender.signMandate.mutate({ key, body: { mandateId: mandate.id, statement } });
        return inForce ? "双方已签署，委托代理合同生效。" : "已签署，等待另一方签署。";
      },
    }));
  return (
    <>
      <dl className="fields">
        {lines.map(([name, value]) => (
          <div key={name} style={{ display: "contents" }}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
        <dt>招标人签章</dt>
        <dd>{tendererSignedAt ? at(tendererSignedAt) : "尚未签署"}</dd>
        <dt>代理机构签章</dt>
        <dd>{agencySignedAt ? at(agencySignedAt) : "尚未签署"}</dd>
        <dt>校验值 SHA-256</dt>
        <dd className="hash">{digest}</dd>
      </dl>
      {act.note}
      {!mine && (
        <p>
          <button type="button" className="btn btn-seal" disabled={act.running} onClick={() => void sign()}>
            {act.running ? "正在签署…" : "签署委托代理合同"}
          </button>
        </p>
      )}
    </>
  );
}
