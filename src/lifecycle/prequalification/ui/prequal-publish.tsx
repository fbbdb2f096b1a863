"use client";

import { blocks } from "@/lifecycle/law/check-row";
import { CheckTable } from "@/lifecycle/notice/ui/check-table";
import { useSignedAct } from "@/platform/identity/ui/use-signed-act";
import { trpc } from "@/trpc/client";
import type { PrequalPublishView } from "../publication";

/** The check before a prequalification is published, and the act itself. */
export function PrequalPublish({
  lotId,
  view,
  roomHref,
}: {
  lotId: string;
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
          title: "签章并发布资格预审公告",
          lines: [
            ["公告", title],
            ["标段编号", toSign.subject],
            ["签署内容校验值", toSign.digest],
          ],
          consequence:
            "签章后资格预审公告和资格预审文件立即对所有人公布，并报送省公共服务平台；已发布的内容只能依法澄清、修改。",
        },
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
      <p className="small muted">谁能看到：发布后所有人；谁获取、谁申请不公开。</p>
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
          {act.running ? "正在发布…" : "签章并发布资格预审公告"}
        </button>
      </p>
    </section>
  );
}
