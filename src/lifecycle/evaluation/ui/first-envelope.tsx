"use client";

import { formatInstant } from "@/core/time";
import { useSignedAct } from "@/platform/identity/ui/use-signed-act";
import { trpc } from "@/trpc/client";
import type { ReviewView } from "../review-view";
import { REJECTION_GROUNDS, type RejectionGround } from "../rules";

/** The result of the first envelopes (第一信封评审结果), which every member signs before any price is opened. */
export function FirstEnvelope({
  memberId,
  view,
  reload,
}: {
  memberId: string;
  view: ReviewView;
  reload(): Promise<void>;
}) {
  const act = useSignedAct();
  const { lot, firstEnvelope } = view;
  if (!firstEnvelope) return null;
  const sign = () =>
    act.press(async () => {
      const toSign = await trpc.evaluation.firstEnvelopeToSign.query({ memberId });
      return {
        toSign,
        ask: {
          title: "签署第一信封评审结果",
          lines: [
            ["标段", lot.code],
            ["通过", `${firstEnvelope.passed.length} 家`],
            ["评审结果校验值", toSign.digest],
          ],
          consequence:
            "全体评委签署后，各投标人收到本单位的结果；只有通过的投标人开启第二信封，其余的第二信封永久保持加密。",
        },
        send: async (statement, key) => {
          await trpc.evaluation.closeFirstEnvelope.mutate({ key, body: { memberId, statement } });
          await reload();
          return "第一信封评审结果已签署。";
        },
      };
    });
  return (
    <section className="card" aria-labelledby="h-first">
      <h2 id="h-first">第一信封评审结果</h2>
      <p>报价在第二信封内，尚未开启。得分由系统按招标文件规定的方法合成，不含报价得分。</p>
      <Results view={view} />
      <p className="row">
        <button type="button" className="btn btn-seal" disabled={act.running} onClick={() => void sign()}>
          签署第一信封评审结果
        </button>
      </p>
      {act.note}
    </section>
  );
}

/** While the second envelopes are opened in the hall the committee waits; prices come when all of them are announced. */
export function SecondOpening({ view }: { view: ReviewView }) {
  return (
    <section className="card" aria-labelledby="h-second">
      <h2 id="h-second">第二信封开标</h2>
      <p role="status">
        {view.secondOpeningAt
          ? `第二信封开标时间 ${formatInstant(new Date(view.secondOpeningAt))}。开标记录签署后，系统计算报价得分并形成评标报告，请届时回到工位签署。`
          : "第一信封评审结果已由全体评委签署，等待公布第二信封开标时间。"}
      </p>
      <Results view={view} />
    </section>
  );
}

function Results({ view }: { view: ReviewView }) {
  const { firstEnvelope, bids, rejected } = view;
  if (!firstEnvelope) return null;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a keyboard must be able to scroll it
    <section className="scroll-x" aria-label="第一信封评审结果表" tabIndex={0}>
      <table className="plain">
        <caption className="visually-hidden">第一信封评审结果</caption>
        <thead>
          <tr>
            <th scope="col">投标人</th>
            <th scope="col">结果</th>
            <th scope="col">得分（不含报价）</th>
          </tr>
        </thead>
        <tbody>
          {bids.map(({ bidId, name }) => {
            const row = rejected.find((one) => one.bidId === bidId);
            const ground = row && `${row.ground} ${REJECTION_GROUNDS[row.ground as RejectionGround] ?? ""}`;
            return (
              <tr key={bidId}>
                <th scope="row">{name}</th>
                <td>{row ? `未通过：${ground}；${row.reason}` : "通过"}</td>
                <td className="num">{firstEnvelope.scores[bidId] ?? "—"}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}
