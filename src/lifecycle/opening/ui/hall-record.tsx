"use client";

import { useEffect, useState } from "react";
import { useSignedAct } from "@/platform/identity/ui/use-signed-act";
import { trpc } from "@/trpc/client";
import type { HallView } from "../hall-view";
import { silencesText } from "../outage";
import { instantText, namesSecurity, OTHERS_SEALED, PRICES_SEALED, rowTitle, securityText } from "../record";
import { amountParts, spokenRecord } from "./hall-text";

type Announced = HallView & { readonly record: NonNullable<HallView["record"]> };
const isAnnounced = (view: HallView): view is Announced => view.record !== undefined;

/** What was announced (唱标), for all at the same commit: figures, and amounts in words. */
export function HallRecord({ view, board, onDone }: { view: HallView; board: boolean; onDone(): Promise<void> }) {
  if (!isAnnounced(view)) return null;
  const { payload, hash, signedAt, pdfFileId } = view.record;
  const labels = payload.rows[0]?.items ?? [];
  return (
    <section className="card" aria-labelledby="h-prices">
      <h2 id="h-prices">{payload.envelope === 2 ? "唱标（第二信封）" : "唱标"}</h2>
      {payload.envelope && <p>{payload.envelope === 1 ? PRICES_SEALED : OTHERS_SEALED}</p>}
      <p className="muted">
        唱标时间 {instantText(payload.announcedAt)}，共 {payload.count} 家，最高投标限价 {payload.ceiling}
        {payload.baseEstimate && `，标底 ${payload.baseEstimate.text}`}
        {payload.outages && `。平台在 ${silencesText(payload.outages)} 中断，解密时间已相应延长`}
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a keyboard must be able to scroll it */}
      <section className="scroll-x" aria-label="唱标内容表" tabIndex={0}>
        <table className="plain hall-prices">
          <caption className="visually-hidden">唱标内容</caption>
          <thead>
            <tr>
              <th scope="col">投标人</th>
              {labels.map(({ id, label }) => (
                <th key={id} scope="col">
                  {label}
                </th>
              ))}
              {namesSecurity(payload) && <th scope="col">投标保证金</th>}
              <th scope="col">解密情况</th>
            </tr>
          </thead>
          <tbody>
            {payload.rows.map((row) => {
              const mine = row.bidId === view.own?.bidId;
              return (
                <tr key={row.bidId} className={mine ? "own" : undefined}>
                  <th scope="row" className={row.members ? "long" : undefined}>
                    {rowTitle(row)}
                    {mine && !board ? "（本单位）" : ""}
                  </th>
                  {labels.map(({ id }) => {
                    const value =
                      row.outcome === "decrypted" ? (row.items.find((item) => item.id === id)?.value ?? "—") : "—";
                    const { figures, words } = amountParts(value);
                    return (
                      <td key={id}>
                        {figures}
                        {words && <span className="words">{words}</span>}
                      </td>
                    );
                  })}
                  {namesSecurity(payload) && <td>{row.security ? securityText(row.security) : "—"}</td>}
                  <td>
                    {row.outcome === "decrypted"
                      ? `已解密${row.cause ? `（${row.cause}）` : ""}`
                      : `${row.failureClass} ${row.cause}；${row.effect}`}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </section>
      <p className="small muted">
        开标记录校验值 <span className="hash">{hash}</span>
      </p>
      {!board && (
        <p className="row">
          <ReadAloud text={spokenRecord(view)} />
          {pdfFileId && signedAt && <a href={`/api/files/${pdfFileId}`}>下载开标记录 PDF</a>}
        </p>
      )}
      {!board && (view.as === "bidder" || view.countersigns) && <Confirm view={view} onDone={onDone} />}
    </section>
  );
}

/** Reads the prices aloud where the browser can (语音播报). */
function ReadAloud({ text }: { text: string }) {
  const [able, setAble] = useState(false);
  const [speaking, setSpeaking] = useState(false);
  useEffect(() => {
    setAble("speechSynthesis" in window);
    return () => window.speechSynthesis?.cancel();
  }, []);
  if (!able) return null;
  const toggle = () => {
    window.speechSynthesis.cancel();
    if (speaking) return setSpeaking(false);
    const utterance = new SpeechSynthesisUtterance(text);
    utterance.lang = "zh-CN";
    utterance.onend = () => setSpeaking(false);
    utterance.onerror = () => setSpeaking(false);
    setSpeaking(true);
    window.speechSynthesis.speak(utterance);
  };
  return (
    <button type="button" className="btn" aria-pressed={speaking} onClick={toggle}>
      {speaking ? "停止播报" : "语音播报"}
    </button>
  );
}

function Confirm({ view, onDone }: { view: Announced; onDone(): Promise<void> }) {
  const act = useSignedAct();
  const { lot, record } = view;
  if (view.remarks.some(({ kind, mine }) => mine && (kind === "confirmed" || kind === "countersigned")))
    return <p className="note ok">本单位已确认开标记录。</p>;
  if (record.signedAt || (lot.state !== "O1" && lot.state !== "E1b")) return null;
  const confirm = () =>
    act.press(async () => ({
      toSign: { act: "opening.confirm", subject: lot.code, digest: record.hash },
      ask: {
        title: "确认开标记录",
        lines: [
          ["标段", `${lot.code} ${lot.name}`],
          ["开标记录校验值", record.hash],
        ],
        consequence: view.countersigns
          ? "以招标人名义确认开标记录。代理机构签署后生效并公布。"
          : "确认本单位的唱标内容与投标文件一致。确认后仍可在开标结束前提出异议。",
      },
      send: async (statement, key) => {
        await trpc.opening.confirm.mutate({ key, body: { lotId: lot.id, statement } });
        await onDone();
        return "已确认开标记录。";
      },
    }));
  return (
    <>
      <button type="button" className="btn btn-seal" disabled={act.running} onClick={() => void confirm()}>
        确认开标记录
      </button>
      {act.note}
    </>
  );
}
