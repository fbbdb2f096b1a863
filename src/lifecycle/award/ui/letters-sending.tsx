"use client";

import { firstSignature } from "@/lifecycle/signing/ui/first-signature";
import { useSignedAct } from "@/platform/identity/ui/use-signed-act";
import { trpc } from "@/trpc/client";

/** Signs and sends the award notice and all result notices together. */
export function LettersSending({ lotId }: { lotId: string }) {
  const act = useSignedAct();
  const send = () =>
    act.press(async () => {
      const { letters, ...toSign } = await trpc.award.lettersToSign.query({ lotId });
      return {
        toSign,
        ask: {
          title: "签发中标通知书和中标结果通知书",
          lines: [
            ...letters.map(
              ({ kind, number, text }) =>
                [`${kind === "award" ? "中标通知书" : "结果通知书"} ${number}`, text] as const,
            ),
            ["签署内容校验值", toSign.digest] as const,
          ],
          consequence:
            "签章后全部通知书同时发出，中标结果向社会公布并报送省公共服务平台；中标通知书对双方具有法律效力。",
        },
        ...firstSignature(toSign, { lotId, title: "中标通知书和中标结果公告", body: { lotId } }),
        send: async (statement, key) => {
          const { letters: count } = await trpc.award.send.mutate({ key, body: { lotId, statement } });
          return `已发出 ${count} 份通知书。`;
        },
      };
    });
  return (
    <>
      {act.note}
      <p>
        <button type="button" className="btn btn-seal" disabled={act.running} onClick={() => void send()}>
          {act.running ? "正在签发…" : "签章并发出全部通知书"}
        </button>
      </p>
    </>
  );
}
