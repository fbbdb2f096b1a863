"use client";

import { hex } from "@/core/bytes";
import { blocks, type CheckRow } from "@/lifecycle/law/check-row";
import { firstSignature } from "@/lifecycle/signing/ui/first-signature";
import { useSignedAct } from "@/platform/identity/ui/use-signed-act";
import { trpc } from "@/trpc/client";
import { CheckTable } from "./check-table";

/** The check before publication (发布检查), row by row, and the act itself. */
export function PublishCheck({
  lotId,
  lotCode,
  title,
  rows,
  roomHref,
  invited,
}: {
  lotId: string;
  lotCode: string;
  title: string;
  rows: readonly CheckRow[];
  roomHref: string;
  /** It goes to invitees alone. */
  invited: boolean;
}) {
  const act = useSignedAct();
  const failed = rows.filter(blocks);
  const publish = () =>
    act.press(async () => {
      const view = await trpc.tender.publishView.query({ lotId });
      // The tenderer's part of the seed of all draws; only its hash is public until it may be known.
      const tendererNonce = hex(crypto.getRandomValues(new Uint8Array(32)));
      return {
        toSign: view.toSign,
        ask: {
          title: "签章并发布",
          lines: [
            ["公告", view.title],
            ["标段编号", lotCode],
            ["招标文件", view.files.map(({ name }) => name).join("、")],
            ["招标文件校验值", view.documentDigest],
            ["签署内容校验值", view.toSign.digest],
          ],
          consequence: invited
            ? "签章后投标邀请书立即发给名单上的单位，不向其他任何人公布；名单不能再改，已发出的内容只能依法变更。"
            : "签章后公告和招标文件立即对所有人公布，并报送省公共服务平台；已发布的内容不能撤销，只能依法变更。",
        },
        ...firstSignature(view.toSign, { lotId, title: view.title, body: { lotId } }),
        send: async (statement, key) => {
          const { number } = await trpc.tender.publish.mutate({ key, body: { lotId, statement, tendererNonce } });
          return invited ? `已发出，邀请书编号 ${number}。` : `已发布，公告编号 ${number}。`;
        },
      };
    });
  return (
    <section className="card" aria-labelledby="check-title">
      <h2 id="check-title">发布检查</h2>
      <p className="muted">{title}</p>
      <CheckTable lotId={lotId} rows={rows} roomHref={roomHref} />
      <p className="small muted">谁能看到：{invited ? "发出后受邀单位；各单位互不知晓" : "发布后所有人"}。</p>
      {act.note}
      <p className="row">
        <span role="status">
          {failed.length
            ? `${failed.length} 项未通过或待说明，不能发布：${failed.map(({ title }) => title).join("、")}。`
            : "全部通过，可以发布。"}
        </span>
        <button
          type="button"
          className="btn btn-seal push"
          disabled={failed.length > 0 || act.running}
          onClick={() => void publish()}
        >
          {act.running ? "正在发布…" : "签章并发布"}
        </button>
      </p>
    </section>
  );
}
