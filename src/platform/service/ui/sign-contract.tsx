"use client";

import { useSignedAct } from "@/platform/identity/ui/use-signed-act";
import { trpc } from "@/trpc/client";

/** The button that signs the service contract. */
export function SignServiceContract({ creditCode, digest }: { creditCode: string; digest: string }) {
  const act = useSignedAct();
  const sign = () =>
    act.press(async () => ({
      toSign: { act: "service.sign-contract", subject: creditCode, digest },
      ask: {
        title: "签署平台服务合同",
        lines: [["签署内容校验值", digest]],
        consequence: "签章后合同生效，平台运营机构同时签章；可以在本平台发布公告。",
      },
      send: async (statement, key) => {
        await trpc.service.signContract.mutate({ key, body: { statement } });
        return "平台服务合同已签署。";
      },
    }));
  return (
    <>
      {act.note}
      <button type="button" className="btn btn-seal" disabled={act.running} onClick={() => void sign()}>
        {act.running ? "正在签署…" : "签署平台服务合同"}
      </button>
    </>
  );
}
