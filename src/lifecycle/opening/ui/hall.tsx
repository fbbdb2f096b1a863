"use client";

import { formatClock } from "@/core/time";
import { FLAG_NAMES } from "@/lifecycle/lot/states";
import { actKey, insist, trpc } from "@/trpc/client";
import { useAct } from "@/trpc/use-act";
import { Countdown } from "@/ui/countdown";
import type { HallView } from "../hall-view";
import { openingName } from "../rounds";
import { CHAIR_AWAY_MINUTES, MAX_MESSAGE_CHARS } from "../rules";
import { HallRecord } from "./hall-record";
import { eventText, failureReason, stepMarks, summaryOf, told, waitingFor } from "./hall-text";
import { HostMeasures } from "./host-measures";
import { OwnRow } from "./own-row";
import { Remarks } from "./remarks";
import { TextAct } from "./text-act";
import { useHall } from "./use-hall";

const AS = { host: "主持人", supervisor: "监督人员", bidder: "投标人" } as const;

export interface HallProps {
  readonly initial: HallView;
  /** Legal time when the page was made. */
  readonly now: string;
  /** For the projector: no controls. */
  readonly board: boolean;
  /** Where the host prepares and signs the record. */
  readonly recordHref?: string;
}

/** The opening hall (开标大厅): one room for all, each with its own row; what is announced is seen by all at once. */
export function Hall({ initial, now, board, recordHref }: HallProps) {
  const { view, connected, reload } = useHall(initial);
  const failed = failureReason(view);
  const { lot, own } = view;
  return (
    <>
      <p className="row">
        <strong>{lot.name}</strong>
        <span>{lot.code}</span>
        <span className="chip">{AS[view.as]}</span>
        {view.envelope && <span className="chip">{openingName(view.envelope)}</span>}
        {!board && (
          <a className="push" href={`/hall/${lot.id}?board=1`}>
            大屏模式
          </a>
        )}
      </p>
      {!connected && (
        <p className="note warn" role="status">
          连接中断，正在重试。页面每 3 秒自动更新，已填写的内容不会丢失。
        </p>
      )}
      {lot.flags.length > 0 && (
        <p className="note warn" role="status">
          {lot.flags.map((flag) => FLAG_NAMES[flag]).join("、")}，各项期限暂停。
        </p>
      )}
      <ol className="hall-steps" aria-label="开标步骤">
        {stepMarks(view).map(({ name, mark }, i) => (
          <li key={name} className={mark} aria-current={mark === "now" ? "step" : undefined}>
            {i + 1} {name}
            {mark === "done" ? " ✔" : ""}
          </li>
        ))}
      </ol>
      <p className={failed === undefined ? "note" : "note danger"} role="status" aria-live="polite">
        {summaryOf(view)}
      </p>
      {waitingFor(view) && <p className="muted small">等待：{waitingFor(view)}</p>}
      <Clock view={view} now={now} failed={failed !== undefined} />
      {!board && view.host && <Chair view={view} onDone={reload} />}
      {!board && view.measures && <HostMeasures view={view} onDone={reload} />}
      {!board && own && failed === undefined && <OwnRow view={view} now={now} onDone={reload} />}
      {!board && view.as === "bidder" && !own && <p className="note warn">本单位在该标段没有有效的投标文件。</p>}
      {view.names.length > 0 && !view.record && (
        <section className="card" aria-labelledby="h-names">
          <h2 id="h-names">投标人名单（按名称排序）</h2>
          <ul className="hall-names">
            {view.names.map((name) => (
              <li key={name}>{name}</li>
            ))}
          </ul>
          <Progress view={view} />
        </section>
      )}
      {view.record && <HallRecord view={view} board={board} onDone={reload} />}
      {view.record && <Remarks view={view} board={board} onDone={reload} />}
      {!board && view.as === "host" && view.record && recordHref && (
        <p>
          <a className="btn btn-primary" href={recordHref}>
            {view.record.signedAt ? "查看开标记录" : "生成并签署开标记录"}
          </a>
        </p>
      )}
      <Board view={view} />
      {!board && maySpeak(view) && <SpeakForm lotId={lot.id} onDone={reload} />}
    </>
  );
}

/** Who hosts; and for those who could, taking over from a host who has gone. */
function Chair({ view, onDone }: { view: HallView; onDone(): Promise<void> }) {
  const act = useAct();
  const { host, lot } = view;
  if (!host) return null;
  const take = () => {
    const key = actKey();
    void act.run(async () => {
      await insist(() => trpc.opening.takeChair.mutate({ key, body: { lotId: lot.id } }));
      await onDone();
      return "您已接替主持。";
    });
  };
  return (
    <div className="row">
      <span>
        主持人：{host.name}
        {host.mine ? "（本人）" : ""}
      </span>
      {host.mayTake && (
        <>
          <button type="button" className="btn" disabled={act.running} onClick={take}>
            接替主持
          </button>
          <span className="small muted">主持人已离开 {CHAIR_AWAY_MINUTES} 分钟以上。</span>
        </>
      )}
      {act.note}
    </div>
  );
}

/** Time left of the step: until the deadline, then until the end of the decryption window. */
function Clock({ view, now, failed }: { view: HallView; now: string; failed: boolean }) {
  const { lot } = view;
  if (failed || view.step > 2) return null;
  const decrypting = view.step === 2;
  const until = decrypting ? lot.windowEndsAt : view.envelope === 2 ? lot.secondOpeningAt : lot.bidDeadline;
  if (!until) return null;
  return (
    <div className="hall-clock">
      <span className="small muted">{decrypting ? "解密剩余" : "距开标"} </span>
      {lot.flags.length ? (
        "已暂停"
      ) : (
        <Countdown until={until} initial={now} ended={decrypting ? "解密时间已结束，正在汇总" : "正在截标、开标"} />
      )}
    </div>
  );
}

function Progress({ view }: { view: HallView }) {
  const { progress } = view;
  if (!progress) return <p>解密进度：各家完成后在此显示数量。</p>;
  return (
    <p>
      <label htmlFor="hall-progress">
        已解密 {progress.done}/{progress.total}{" "}
      </label>
      <progress id="hall-progress" max={progress.total} value={progress.done} />
    </p>
  );
}

/** What happened in the hall, newest first. */
function Board({ view }: { view: HallView }) {
  if (!view.events.length) return null;
  return (
    <section className="card" aria-labelledby="h-board">
      <h2 id="h-board">公屏</h2>
      <ul className="plain-list">
        {told(view.events)
          .toReversed()
          .slice(0, 100)
          .map((event) => (
            <li key={event.seq}>
              {formatClock(new Date(event.at))}　{eventText(event)}
            </li>
          ))}
      </ul>
    </section>
  );
}

/** From the list of names until the record is signed, host and bidders may speak. */
const maySpeak = ({ as, lot, names, record, own }: HallView): boolean =>
  (lot.state === "O1" || lot.state === "E1b") &&
  names.length > 0 &&
  !record?.signedAt &&
  (as === "host" || (as === "bidder" && own !== undefined));

function SpeakForm({ lotId, onDone }: { lotId: string; onDone(): Promise<void> }) {
  return (
    <section className="card" aria-labelledby="h-speak">
      <h2 id="h-speak">发言</h2>
      <TextAct
        label="在公屏发言（所有人可见，写入开标过程记录；唱标前请勿写出报价。提出异议请用“提出异议”）"
        button="发言"
        min={1}
        max={MAX_MESSAGE_CHARS}
        send={async (key, text) => {
          await trpc.opening.speak.mutate({ key, body: { lotId, text } });
          await onDone();
          return "已发言。";
        }}
      />
    </section>
  );
}
