"use client";

import { useState } from "react";
import { useSignedAct } from "@/platform/identity/ui/use-signed-act";
import { trpc } from "@/trpc/client";
import { TextArea } from "@/ui/fields";

export interface CandidateChoice {
  readonly bidId: string;
  readonly rank: number;
  readonly name: string;
  readonly price: string;
  /** Has revoked its bid: it can no longer be chosen. */
  readonly isRevoked: boolean;
}

/** The tenderer decides the winner among the candidates, after the publication period. */
export function DecideForm({
  lotId,
  candidates,
  periodOver,
}: {
  lotId: string;
  candidates: readonly CandidateChoice[];
  periodOver: boolean;
}) {
  const act = useSignedAct();
  const [bidId, setBidId] = useState(candidates.find(({ isRevoked }) => !isRevoked)?.bidId ?? "");
  const [ground, setGround] = useState("");
  const chosen = candidates.find((candidate) => candidate.bidId === bidId);
  const decide = () =>
    act.press(async () => {
      const { rank: _rank, ...toSign } = await trpc.award.decisionToSign.query({ lotId, bidId, ground });
      return {
        toSign,
        ask: {
          title: "定标",
          lines: [
            ["中标人", `第 ${chosen?.rank} 名 ${chosen?.name}`],
            ["中标价", chosen?.price ?? ""],
            ["签署内容校验值", toSign.digest],
          ],
          consequence: "签章后中标人确定，接着签发中标通知书；定标决定不能修改。",
        },
        send: async (statement, key) => {
          await trpc.award.decide.mutate({ key, body: { lotId, bidId, ground, statement } });
          return "已定标。";
        },
      };
    });
  return (
    <form
      aria-label="定标"
      onSubmit={(event) => {
        event.preventDefault();
        void decide();
      }}
    >
      <fieldset className="group">
        <legend>确定中标人</legend>
        {candidates.map((candidate) => (
          <p key={candidate.bidId}>
            <label className="row" style={{ gap: 8 }}>
              <input
                type="radio"
                name="winner"
                value={candidate.bidId}
                checked={candidate.bidId === bidId}
                disabled={candidate.isRevoked}
                onChange={() => setBidId(candidate.bidId)}
              />
              第 {candidate.rank} 名 {candidate.name}　{candidate.price}
              {candidate.isRevoked && "　已撤销投标文件"}
            </label>
          </p>
        ))}
        {chosen && chosen.rank !== 1 && (
          <TextArea label="不选排名第一的中标候选人的法定理由" value={ground} onChange={setGround} />
        )}
      </fieldset>
      {act.note}
      <p className="row">
        <button type="submit" className="btn btn-seal" disabled={!periodOver || act.running || !bidId}>
          {act.running ? "正在定标…" : "签章并定标"}
        </button>
        {!periodOver && <span className="muted">公示期满后才能定标。</span>}
      </p>
    </form>
  );
}
