"use client";
import { useState } from "react";
import { actKey, insist, trpc } from "@/trpc/client";
import { useAct } from "@/trpc/use-act";
import { DecisionForm } from "@/ui/decision-form";
import { TextField } from "@/ui/fields";

/** The verifier's word: approve, or return with a reason. */
export function DecideForm({ requestId }: { requestId: string }) {
  return (
    <DecisionForm
      title="核验结论"
      approve="通过"
      decide={async (approved, reason) => {
        const key = actKey();
        await insist(() => trpc.party.decide.mutate({ key, body: { requestId, approved, reason } }));
        return approved ? "已通过。" : "已退回。";
      }}
    />
  );
}

const WORDS = { freeze: "冻结", release: "解冻", cancel: "注销" } as const;
type StandingAct = keyof typeof WORDS;

/** Freezing, releasing, cancelling: one proposes, another confirms. */
export function StandingActs({
  orgId,
  standing,
  proposal,
  mine,
}: {
  orgId: string;
  standing: string;
  proposal: { id: string; act: string; reason: string; byName: string } | undefined;
  mine: boolean;
}) {
  const act = useAct();
  const [reason, setReason] = useState("");
  const possible: readonly StandingAct[] =
    standing === "active" ? ["freeze", "cancel"] : standing === "frozen" ? ["release", "cancel"] : [];
  const propose = (what: StandingAct) => {
    const key = actKey();
    return act.run(async () => {
      await insist(() => trpc.party.proposeStanding.mutate({ key, body: { orgId, act: what, reason } }));
      return `已提出${WORDS[what]}，等待另一名运营人员确认。`;
    });
  };
  if (proposal)
    return (
      <>
        <p>
          {proposal.byName}提出{WORDS[proposal.act as StandingAct]}：{proposal.reason}
        </p>
        {mine ? (
          <p className="small muted">须由另一名运营人员确认。</p>
        ) : (
          <button
            type="button"
            className="btn"
            disabled={act.running}
            onClick={() => {
              const key = actKey();
              void act.run(async () => {
                await insist(() => trpc.party.confirmStanding.mutate({ key, body: { proposalId: proposal.id } }));
                return "已确认。";
              });
            }}
          >
            确认{WORDS[proposal.act as StandingAct]}
          </button>
        )}
        {act.note}
      </>
    );
  if (!possible.length) return null;
  return (
    <details>
      <summary>冻结、注销</summary>
      <TextField label="理由" value={reason} onChange={setReason} />
      <p className="row">
        {possible.map((what) => (
          <button key={what} type="button" className="btn" disabled={act.running} onClick={() => void propose(what)}>
            提出{WORDS[what]}
          </button>
        ))}
      </p>
      {act.note}
    </details>
  );
}
