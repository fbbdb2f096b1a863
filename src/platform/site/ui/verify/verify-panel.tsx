"use client";

import { type DragEvent, useEffect, useRef, useState } from "react";
import { hex } from "@/core/bytes";
import { sha256Stream } from "@/crypto/sha256";
import { openTrust, type TrustMaterial } from "./check";
import type { Verification } from "./verify-file";

/** Largest file that is read as a whole; larger ones are hashed only. */
const MAX_VERIFY_BYTES = 100 * 1024 * 1024;

/** Verifies a chosen or dropped file in this browser; nothing is uploaded. */
export function VerifyPanel({ material }: { material: TrustMaterial }) {
  const [state, setState] = useState<{ name: string; result?: Verification; error?: string }>();
  const heading = useRef<HTMLHeadingElement>(null);
  const take = async (file: File | undefined) => {
    if (!file) return;
    setState({ name: file.name });
    try {
      if (file.size > MAX_VERIFY_BYTES) throw new Error("文件超过 100 MB，不是可核验的文件；可在下面计算校验值。");
      const { verifyFile } = await import("./verify-file");
      const result = await verifyFile(new Uint8Array(await file.arrayBuffer()), openTrust(material));
      setState({ name: file.name, result });
    } catch (problem) {
      setState({ name: file.name, error: problem instanceof Error ? problem.message : "不能读取这个文件。" });
    }
  };
  useEffect(() => {
    if (state?.result || state?.error) heading.current?.focus();
  }, [state]);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    void take(event.dataTransfer.files[0]);
  };
  return (
    <>
      <section className="drop" aria-label="核验文件" onDragOver={(event) => event.preventDefault()} onDrop={drop}>
        <label className="field">
          <span>选择文件（也可拖到这里）：回执、开标记录、公告数据（JSON）或签名的 PDF。只在本机检查，不上传。</span>
          <input
            type="file"
            accept=".json,.pdf,application/json,application/pdf"
            onChange={(event) => void take(event.target.files?.[0])}
          />
        </label>
      </section>
      <section className="card" aria-live="polite" style={{ marginTop: 16 }} hidden={!state}>
        <h2 ref={heading} tabIndex={-1}>
          核验结果
        </h2>
        {state && !state.result && !state.error && <p>正在核验 {state.name}…</p>}
        {state?.error && (
          <p className="note danger" role="alert">
            {state.error}
          </p>
        )}
        {state?.result && <Result name={state.name} result={state.result} />}
      </section>
    </>
  );
}

function Result({ name, result }: { name: string; result: Verification }) {
  return (
    <>
      <p className={`note ${result.ok ? "ok" : "danger"}`} role="status">
        {result.ok ? `✔ 核验通过：${result.kind}（${name}）` : `✖ 核验不通过：${result.kind}（${name}）`}
      </p>
      <div className="scroll-x">
        <table className="plain">
          <caption className="visually-hidden">逐项检查</caption>
          <thead>
            <tr>
              <th scope="col">检查项</th>
              <th scope="col">结果</th>
              <th scope="col">说明</th>
            </tr>
          </thead>
          <tbody>
            {result.checks.map(({ title, ok, text }) => (
              <tr key={`${title} ${text}`}>
                <th scope="row">{title}</th>
                <td>{ok === undefined ? "— 提示" : ok ? "✔ 通过" : "✖ 不通过"}</td>
                <td style={{ overflowWrap: "anywhere" }}>{text}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {result.facts.length > 0 && (
        <>
          <h3>签名内容摘要</h3>
          <dl className="fields">
            {result.facts.map(([label, value]) => (
              <div key={label} style={{ display: "contents" }}>
                <dt>{label}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
        </>
      )}
      <p className="small">
        文件 SHA-256 <span className="hash">{result.sha256}</span>
      </p>
    </>
  );
}

/** Hashes a file of any size, piece by piece. */
export function HashCalculator() {
  const [state, setState] = useState<{ name: string; done: number; size: number; hash?: string }>();
  const hash = async (file: File | undefined) => {
    if (!file) return;
    const running = sha256Stream();
    let done = 0;
    setState({ name: file.name, done, size: file.size });
    const reader = file.stream().getReader();
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      running.update(piece.value);
      done += piece.value.length;
      setState({ name: file.name, done, size: file.size });
    }
    setState({ name: file.name, done, size: file.size, hash: hex(running.digest()) });
  };
  return (
    <section className="card" aria-labelledby="hash-title">
      <h2 id="hash-title">计算校验值</h2>
      <label className="field">
        <span>任意文件，只在本机计算</span>
        <input type="file" aria-label="要计算校验值的文件" onChange={(event) => void hash(event.target.files?.[0])} />
      </label>
      {state && !state.hash && <progress max={Math.max(1, state.size)} value={state.done} aria-label="计算进度" />}
      <p role="status">
        {state?.hash && (
          <>
            {state.name}　SHA-256 <span className="hash">{state.hash}</span>
          </>
        )}
      </p>
    </section>
  );
}
