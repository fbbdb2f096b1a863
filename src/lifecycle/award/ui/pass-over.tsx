"use client";

import { useSignedAct } from "@/platform/identity/ui/use-signed-act";
import { trpc } from "@/trpc/client";

/** Takes back the decision for a winner that has revoked its bid, so that the next candidate can be chosen. */
export function PassOver({ lotId, winner }: { lotId: string; winner: string }) {
  const act = useSignedAct();
  const passOver = () =>
    act.press(async () => {
      const toSign = await trpc.award.passOverToSign.query({ lotId });
      return {
        toSign,
        ask: {
          title: "重新确定中标人",
          lines: [
            ["标段", toSign.subject],
            ["撤销投标文件的中标人", winner],
            ["签署内容校验值", toSign.digest],
          ],
          consequence: "签章后原定标决定不再有效并保留在案，原因通知全体投标人；请从其后的中标候选人中依次确定中标人。",
        },
        send: async (statement, key) => {
          await trpc.award.passOver.mutate({ key, body: { lotId, statement } });
          return "已取消原定标决定，请重新定标。";
        },
      };
    });
  return (
    <>
      <p className="note warn" role="status">
        中标人已撤销投标文件，不能发出中标通知书。请取消定标决定，按评标报告的排序依次确定中标人。
      </p>
      <p className="row">
        <button type="button" className="btn btn-seal" disabled={act.running} onClick={() => void passOver()}>
          签章并重新确定中标人
        </button>
      </p>
      {act.note}
    </>
  );
}
