"use client";

import { useState } from "react";
import { useSignedAct } from "@/platform/identity/ui/use-signed-act";
import { actKey, trpc } from "@/trpc/client";
import { useAct } from "@/trpc/use-act";
import { COMPETITION_CHARS } from "../competition";
import type { ReviewView } from "../review-view";

interface SeatProps {
  readonly memberId: string;
  readonly view: ReviewView;
  reload(): Promise<void>;
}

const verdictOf = (isLacking: boolean): string =>
  isLacking ? "明显缺乏竞争，否决所有投标" : "未明显缺乏竞争，继续评审";

/** Fewer than three valid bids are left: the committee states in writing whether they clearly lack competition (O12 art. 27). */
export function Competition({ memberId, view, reload }: SeatProps) {
  const { competition } = view;
  if (!competition) return null;
  const { draft, validBids } = competition;
  const isOpen = draft?.outcome === "open" && draft.validBids === validBids;
  const mayDraft = view.isChair && (!isOpen || draft.answered === 0);
  return (
    <section className="card" aria-labelledby="h-competition">
      <h2 id="h-competition">认定竞争是否充分</h2>
      <p>
        有效投标还有 {validBids}{" "}
        个，不足三个。评标委员会须书面认定投标是否明显缺乏竞争：明显缺乏的，否决所有投标；否则继续评审并推荐中标候选人。
      </p>
      {draft?.outcome === "dropped" && (
        <p className="note warn" role="status">
          第 {draft.number} 稿没有过半数成员同意，由评标委员会负责人重新起草。
        </p>
      )}
      {draft && draft.validBids !== validBids && (
        <p className="note warn" role="status">
          第 {draft.number} 稿起草后有投标人撤销了投标文件，由评标委员会负责人重新起草。
        </p>
      )}
      {draft && isOpen && <Answer memberId={memberId} view={view} reload={reload} draft={draft} />}
      {!draft && !view.isChair && <p role="status">等待评标委员会负责人起草书面意见，页面会自动更新。</p>}
      {mayDraft && isOpen && (
        <details>
          <summary>重新起草</summary>
          <Draft memberId={memberId} reload={reload} again />
        </details>
      )}
      {mayDraft && !isOpen && <Draft memberId={memberId} reload={reload} again={draft !== undefined} />}
    </section>
  );
}

function Draft({ memberId, reload, again }: { memberId: string; reload(): Promise<void>; again: boolean }) {
  const act = useAct();
  const [lacking, setLacking] = useState<boolean>();
  const [text, setText] = useState("");
  const { least, most } = COMPETITION_CHARS;
  const save = () =>
    act.run(async () => {
      await trpc.evaluation.draftCompetition.mutate({
        key: actKey(),
        body: { memberId, isLacking: lacking === true, text },
      });
      await reload();
      return "书面意见已提交全体成员签署。";
    });
  return (
    <>
      <fieldset className="choices">
        <legend>{again ? "重新起草书面意见" : "起草书面意见（评标委员会负责人）"}</legend>
        {[false, true].map((value) => (
          <label key={String(value)}>
            <input type="radio" name="lacking" checked={lacking === value} onChange={() => setLacking(value)} />
            {verdictOf(value)}
          </label>
        ))}
      </fieldset>
      <label className="field">
        <span>认定的理由（不少于 {least} 字）</span>
        <textarea
          className="text"
          rows={4}
          maxLength={most}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      </label>
      <button
        type="button"
        className="btn btn-primary"
        disabled={act.running || lacking === undefined || text.trim().length < least}
        onClick={() => void save()}
      >
        提交全体成员签署
      </button>
      {act.note}
    </>
  );
}

type OpenDraft = NonNullable<NonNullable<ReviewView["competition"]>["draft"]>;

function Answer({ memberId, view, reload, draft }: SeatProps & { readonly draft: OpenDraft }) {
  const act = useSignedAct();
  const [dissents, setDissents] = useState(false);
  const [dissent, setDissent] = useState("");
  const text = dissents ? dissent.trim() : "";
  const { number } = draft;
  const sign = () =>
    act.press(async () => {
      const toSign = await trpc.evaluation.competitionToSign.query({ memberId, number, dissent: text });
      return {
        toSign,
        ask: {
          title: "签署竞争认定意见",
          lines: [
            ["标段", view.lot.code],
            ["认定", verdictOf(draft.isLacking)],
            ["本人意见", text ? "不同意，附理由" : "同意"],
            ["意见校验值", toSign.digest],
          ],
          consequence: "全体成员签署后按过半数成员的意见生效；不同意见写入评标资料，签署后不能更改。",
        },
        send: async (statement, key) => {
          await trpc.evaluation.signCompetition.mutate({
            key,
            body: { memberId, number, dissent: text, statement },
          });
          await reload();
          return "竞争认定意见已签署。";
        },
      };
    });
  return (
    <>
      <p>
        <strong>
          第 {number} 稿：{verdictOf(draft.isLacking)}
        </strong>
      </p>
      <p style={{ whiteSpace: "pre-wrap" }}>{draft.text}</p>
      <p className="muted">
        已签署 {draft.answered}/{draft.of}
      </p>
      {draft.isMine ? (
        <p className="note ok" role="status">
          您已签署，等待其他成员签署。
        </p>
      ) : (
        <>
          <p className="choices">
            <label>
              <input type="checkbox" checked={dissents} onChange={(event) => setDissents(event.target.checked)} />
              不同意这一认定，附书面理由
            </label>
          </p>
          {dissents && (
            <label className="field">
              <span>不同意见和理由（写入评标资料）</span>
              <textarea
                className="text"
                rows={3}
                maxLength={COMPETITION_CHARS.most}
                value={dissent}
                onChange={(event) => setDissent(event.target.value)}
              />
            </label>
          )}
          <button
            type="button"
            className="btn btn-seal"
            disabled={act.running || (dissents && !text)}
            onClick={() => void sign()}
          >
            签署竞争认定意见
          </button>
        </>
      )}
      {act.note}
    </>
  );
}
