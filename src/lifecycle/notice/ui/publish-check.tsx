"use client";

import { hex } from "@/core/bytes";
import type { CheckRow } from "@/lifecycle/law/publish-check";
import { useSignedAct } from "@/platform/identity/ui/use-signed-act";
import { trpc } from "@/trpc/client";

const VERDICTS = { pass: "✔ 通过", warn: "! 提示", fail: "✖ 不通过" } as const;
/** What must be mended stands first. */
const ORDER = { fail: 0, warn: 1, pass: 2 } as const;
const TONES = { pass: "", warn: "warn", fail: "danger" } as const;

/** In which tab of the room a row is mended. */
function tabOf(id: string): string {
  if (
    /^(CLK-0[136]|TIME-ORDER|DEADLINE-WORKDAY)$/.test(id) ||
    (id.startsWith("NOTICE-") && !/ceiling|consortium/.test(id))
  )
    return "schedule";
  return "documents";
}

/** The check before publication (发布检查), row by row, and the act itself. */
export function PublishCheck({
  lotId,
  lotCode,
  title,
  rows,
  roomHref,
}: {
  lotId: string;
  lotCode: string;
  title: string;
  rows: readonly CheckRow[];
  roomHref: string;
}) {
  const act = useSignedAct();
  const failed = rows.filter(({ verdict }) => verdict === "fail").length;
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
          consequence:
            "签章后公告和招标文件立即对所有人公布，并报送省公共服务平台；已发布的内容不能撤销，只能依法变更。",
        },
        send: async (statement, key) => {
          const { number } = await trpc.tender.publish.mutate({ key, body: { lotId, statement, tendererNonce } });
          return `已发布，公告编号 ${number}。`;
        },
      };
    });
  return (
    <section className="card" aria-labelledby="check-title">
      <h2 id="check-title">发布检查</h2>
      <p className="muted">{title}</p>
      <div className="scroll-x">
        <table className="plain">
          <caption className="visually-hidden">发布检查逐项结果</caption>
          <thead>
            <tr>
              <th scope="col">规则</th>
              <th scope="col">当前值</th>
              <th scope="col">要求</th>
              <th scope="col">结果</th>
            </tr>
          </thead>
          <tbody>
            {[...rows]
              .sort((a, b) => ORDER[a.verdict] - ORDER[b.verdict])
              .map((row) => (
                <tr key={`${row.id}-${row.title}`} className={TONES[row.verdict]}>
                  <th scope="row">
                    {row.title}
                    <div className="small muted">{row.article}</div>
                  </th>
                  <td style={{ overflowWrap: "anywhere" }}>{row.value}</td>
                  <td>{row.limit}</td>
                  <td>
                    {VERDICTS[row.verdict]}
                    {row.fix && (
                      <div>
                        <a href={`${roomHref}?tab=${tabOf(row.id)}`}>{row.fix} →</a>
                      </div>
                    )}
                  </td>
                </tr>
              ))}
          </tbody>
        </table>
      </div>
      <p className="small muted">谁能看到：发布后所有人。</p>
      {act.note}
      <p className="row">
        <span role="status">{failed ? `${failed} 项未通过，不能发布。` : "全部通过，可以发布。"}</span>
        <button
          type="button"
          className="btn btn-seal push"
          disabled={failed > 0 || act.running}
          onClick={() => void publish()}
        >
          {act.running ? "正在发布…" : "签章并发布"}
        </button>
      </p>
    </section>
  );
}
