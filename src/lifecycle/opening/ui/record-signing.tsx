"use client";

import { fromBase64url } from "@/core/bytes";
import { signPdfDigest } from "@/platform/identity/ui/key-ring";
import { useSignedAct } from "@/platform/identity/ui/use-signed-act";
import { actKey, insist, trpc } from "@/trpc/client";
import { useAct } from "@/trpc/use-act";

/** Closes the opening: the record is written from what was announced, then signed by the host (O20 art. 32). */
export function RecordSigning({
  lotId,
  prepared,
  signed,
  openObjections,
}: {
  lotId: string;
  prepared: boolean;
  signed: boolean;
  openObjections: number;
}) {
  const preparing = useAct();
  const signing = useSignedAct();
  const prepare = () => {
    const key = actKey();
    void preparing.run(async () => {
      await insist(() => trpc.opening.prepareRecord.mutate({ key, body: { lotId } }));
      return "开标记录已生成，请核对后签署。";
    });
  };
  const sign = () =>
    signing.press(async () => {
      const { pdf, ...toSign } = await trpc.opening.recordToSign.query({ lotId });
      if (!pdf) throw new Error("请先生成开标记录。");
      return {
        toSign,
        ask: {
          title: "签署开标记录",
          lines: [
            ["标段编号", toSign.subject],
            ["开标记录校验值", toSign.digest],
          ],
          consequence: "签署后开标结束，开标记录向社会公布并报送省公共服务平台，不能再修改。",
        },
        send: async (statement, key, signer) => {
          const cms = await signPdfDigest(signer, fromBase64url(pdf.digest));
          await trpc.opening.signRecord.mutate({
            key,
            body: { lotId, statement, pdf: { cms, signingTime: pdf.signingTime } },
          });
          return "开标记录已签署并公布，开标结束。";
        },
      };
    });
  return (
    <>
      {openObjections > 0 && (
        <p className="note warn">还有 {openObjections} 项开标异议没有答复，请在开标大厅当场答复后再签署。</p>
      )}
      {preparing.note}
      {signing.note}
      {!signed && (
        <p className="row">
          <button
            type="button"
            className="btn"
            disabled={preparing.running || signing.running || openObjections > 0}
            onClick={prepare}
          >
            {preparing.running ? "正在生成…" : prepared ? "重新生成开标记录" : "生成开标记录"}
          </button>
          <button
            type="button"
            className="btn btn-seal"
            disabled={!prepared || preparing.running || signing.running || openObjections > 0}
            onClick={() => void sign()}
          >
            {signing.running ? "正在签署…" : "签署开标记录"}
          </button>
        </p>
      )}
    </>
  );
}
