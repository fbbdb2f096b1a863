"use client";

import { blocks } from "@/lifecycle/law/check-row";
import type { RoundWords } from "@/lifecycle/law/rounds";
import { CheckTable } from "@/lifecycle/notice/ui/check-table";
import { firstSignature } from "@/lifecycle/signing/ui/first-signature";
import { useSignedAct } from "@/platform/identity/ui/use-signed-act";
import { trpc } from "@/trpc/client";
import type { PrequalPublishView } from "../publication";

/** The check before a prequalification is published, and the act itself. */
export function PrequalPublish({
  lotId,
  view,
  words,
  roomHref,
}: {
  lotId: string;
  words: Pick<RoundWords, "notice" | "document">;
  view: PrequalPublishView;
  roomHref: string;
}) {
  const act = useSignedAct();
  const failed = view.rows.filter(blocks);
  const publish = () =>
    act.press(async () => {
      const { toSign, title } = await trpc.prequalification.publishView.query({ lotId });
      return {
        toSign,
        ask: {
          title: `签章并发布${words.notice}`,
          lines: [
            ["公告", title],
            ["标段编号", toSign.subject],
            ["签署内容校验值", toSign.digest],
          ],
          consequence: `签章后${words.notice}和${words.document}立即对所有人公布，并报送省公共服务平台；已发布的内容只能依法澄清、修改。`,
        },
        ...firstSignature(toSign, { lotId, title: title, body: { lotId } }),
        send: async (statement, key) => {
          const { number } = await trpc.prequalification.publish.mutate({ key, body: { lotId, statement } });
          return `已发布，公告编号 ${number}。`;
        },
      };
    });
  return (
    <section className="card" aria-labelledby="prequal-check-title">
      <h2 id="prequal-check-title">发布检查</h2>
      <p className="muted">{view.title}</p>
      <CheckTable lotId={lotId} rows={view.rows} roomHref={roomHref} tab="prequalification" />
      <p className="small muted">谁能看到：发布后所有人；谁获取、谁递交不公开。</p>
      {act.note}
      <p className="row">
        <span role="status">
          {failed.length
            ? `${failed.length} 项未通过，不能发布：${failed.map(({ title }) => title).join("、")}。`
            : "全部通过，可以发布。"}
        </span>
        <button
          type="button"
          className="btn btn-seal push"
          disabled={failed.length > 0 || act.running}
          onClick={() => void publish()}
        >
          {act.running ? "正在发布…" : `签章并发布${words.notice}`}
        </button>
      </p>
    </section>
  );
}
