"use client";

import { useState } from "react";
import { formatClock } from "@/core/time";
import { brokenLine, type ChainedLine } from "@/core/trail-hash";
import type { RoundKind } from "@/lifecycle/law/rounds";
import { actionWord, roleWord } from "../trail-words";

/** Lines of a chain in order; the hashes are computed again in this browser on demand. */
export function TrailViewer({
  title,
  lines,
  round,
}: {
  title: string;
  lines: readonly ChainedLine[];
  round?: RoundKind | undefined;
}) {
  const [result, setResult] = useState<{ ok: boolean; text: string }>();
  const [running, setRunning] = useState(false);
  const verify = async () => {
    setRunning(true);
    const broken = await brokenLine(lines);
    setResult(
      broken === undefined
        ? { ok: true, text: `✔ ${lines.length} 条留痕的哈希链完整，没有增删或改动` }
        : { ok: false, text: `✖ 第 ${broken} 条与哈希链不符` },
    );
    setRunning(false);
  };
  return (
    <section className="card" aria-label={title}>
      <h2>{title}</h2>
      <p className="row">
        <button type="button" className="btn" disabled={running || lines.length === 0} onClick={() => void verify()}>
          {running ? "正在核验…" : `核验${title}`}
        </button>
        <span role="status" className={result ? `note ${result.ok ? "ok" : "danger"}` : undefined}>
          {result?.text}
        </span>
      </p>
      {lines.length === 0 && <p className="muted">没有留痕。</p>}
      <div className="scroll-x">
        <table className="plain small">
          <thead>
            <tr>
              <th scope="col">序号</th>
              <th scope="col">时间（北京时间）</th>
              <th scope="col">事项</th>
              <th scope="col">对象</th>
              <th scope="col">身份</th>
              <th scope="col">内容</th>
              <th scope="col">哈希</th>
            </tr>
          </thead>
          <tbody>
            {lines.map((line) => (
              <tr key={line.seq}>
                <td>{line.seq}</td>
                <td className="moment">{formatClock(new Date(line.at))}</td>
                <td title={line.action}>{actionWord(line.action, round)}</td>
                <td className="hash">{line.subject}</td>
                <td>{roleWord(line.role)}</td>
                <td className="hash">{JSON.stringify(line.facts)}</td>
                <td className="hash">{line.hash}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
