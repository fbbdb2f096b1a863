"use client";

import { formatInstant } from "@/core/time";
import { firstSignature } from "@/lifecycle/signing/ui/first-signature";
import { useSignedAct } from "@/platform/identity/ui/use-signed-act";
import { trpc } from "@/trpc/client";

/** Publishes the candidates as they stand in the report. */
export function CandidatesPublishing({ lotId }: { lotId: string }) {
  const act = useSignedAct();
  const publish = () =>
    act.press(async () => {
      const { title, fields, periodEnd, ...toSign } = await trpc.award.candidatesToSign.query({ lotId });
      return {
        toSign,
        ask: {
          title: "公示中标候选人",
          lines: [
            ["公示", title],
            ["中标候选人", fields.candidates ?? ""],
            ["公示期", `至 ${formatInstant(new Date(periodEnd))}`],
            ["签署内容校验值", toSign.digest],
          ],
          consequence: "签章后公示立即对所有人公布，并报送省公共服务平台；公示期内可以提出异议。",
        },
        ...firstSignature(toSign, { lotId, title: title, body: { lotId, periodEnd } }),
        send: async (statement, key) => {
          const { number } = await trpc.award.publishCandidates.mutate({ key, body: { lotId, statement, periodEnd } });
          return `已公示，公示编号 ${number}。`;
        },
      };
    });
  return (
    <>
      {act.note}
      <p>
        <button type="button" className="btn btn-seal" disabled={act.running} onClick={() => void publish()}>
          {act.running ? "正在公示…" : "签章并公示中标候选人"}
        </button>
      </p>
    </>
  );
}
