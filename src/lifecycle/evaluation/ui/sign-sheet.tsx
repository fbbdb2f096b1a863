"use client";

import { useSignedAct } from "@/platform/identity/ui/use-signed-act";
import { trpc } from "@/trpc/client";

const STEPS = { preliminary: "初步评审表", detailed: "详细评审表" } as const;

interface SignSheetProps {
  readonly memberId: string;
  readonly step: keyof typeof STEPS;
  /** Cells that are not complete. */
  readonly missing: number;
  /** Cells that are not saved yet, or were not saved. */
  readonly unsaved: number;
  readonly lotCode: string;
  reload(): Promise<void>;
}

/** Ends a step for this member: what was given is signed and does not change any more. */
export function SignSheet({ memberId, step, missing, unsaved, lotCode, reload }: SignSheetProps) {
  const act = useSignedAct();
  const why = missing
    ? `还有 ${missing} 项没有填写完整，补全后才能签署。`
    : unsaved
      ? "还有内容没有保存，请稍候或更正标红的项目。"
      : "";
  const sign = () =>
    act.press(async () => {
      const toSign = await trpc.evaluation.sheetToSign.query({ memberId, step });
      return {
        toSign,
        ask: {
          title: `签署${STEPS[step]}`,
          lines: [
            ["标段", lotCode],
            ["评审表校验值", toSign.digest],
          ],
          consequence: "签署后本步骤的评审内容不能再更改。全体评委签署后进入下一步骤。",
        },
        send: async (statement, key) => {
          await trpc.evaluation.signSheet.mutate({ key, body: { memberId, step, statement } });
          await reload();
          return `${STEPS[step]}已签署。`;
        },
      };
    });
  return (
    <section className="card" aria-label={`签署${STEPS[step]}`}>
      <p id="sheet-why" role="status">
        {why || "全部填写完整并已保存。"}
      </p>
      <button
        type="button"
        className="btn btn-seal"
        disabled={act.running || why !== ""}
        onClick={() => void sign()}
        aria-describedby="sheet-why"
      >
        签署{STEPS[step]}
      </button>
      {act.note}
    </section>
  );
}
