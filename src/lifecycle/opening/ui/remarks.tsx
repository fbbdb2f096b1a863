"use client";

import { formatClock } from "@/core/time";
import { trpc } from "@/trpc/client";
import type { HallView } from "../hall-view";
import { TextAct } from "./text-act";

/** Objections and their answers on the spot (开标异议): none may stay open when the record is signed (IR44). */
export function Remarks({ view, board, onDone }: { view: HallView; board: boolean; onDone(): Promise<void> }) {
  const objections = view.remarks.filter(({ kind }) => kind === "objection");
  const open = (view.lot.state === "O1" || view.lot.state === "E1b") && !view.record?.signedAt;
  const confirmed = view.remarks.filter(({ kind }) => kind === "confirmed").length;
  return (
    <section className="card" aria-labelledby="h-remarks">
      <h2 id="h-remarks">确认与异议</h2>
      <p>已确认 {confirmed} 家。</p>
      {objections.length === 0 && <p>没有异议。</p>}
      <ul className="plain-list">
        {objections.map((remark) => (
          <li key={remark.id}>
            <p>
              {formatClock(new Date(remark.at))} 异议{remark.mine ? "（本单位）" : ""}：{remark.text}
            </p>
            {remark.answer ? <p>答复：{remark.answer}</p> : <p className="note warn">待主持人当场答复</p>}
            {!board && open && !remark.answer && view.as === "host" && (
              <Answer lotId={view.lot.id} remarkId={remark.id} onDone={onDone} />
            )}
          </li>
        ))}
      </ul>
      {!board && open && view.as === "bidder" && view.own && <ObjectForm lotId={view.lot.id} onDone={onDone} />}
    </section>
  );
}

function ObjectForm({ lotId, onDone }: { lotId: string; onDone(): Promise<void> }) {
  return (
    <TextAct
      label="异议的事实和请求（不少于 5 字，所有人可见并写入开标记录）"
      button="提出异议"
      send={async (key, text) => {
        await trpc.opening.object.mutate({ key, body: { lotId, text } });
        await onDone();
        return "异议已提出，等待主持人当场答复。";
      }}
    />
  );
}

function Answer({ lotId, remarkId, onDone }: { lotId: string; remarkId: string; onDone(): Promise<void> }) {
  return (
    <TextAct
      label="答复（不少于 5 字，所有人可见并写入开标记录）"
      button="提交答复"
      send={async (key, answer) => {
        await trpc.opening.answer.mutate({ key, body: { lotId, remarkId, answer } });
        await onDone();
        return "已答复并记录。";
      }}
    />
  );
}
