"use client";

import { useCallback, useEffect, useState } from "react";
import { browserOf } from "../browser";
import { CertificateCheck } from "./certificate-check";
import { CheckRows, type Row } from "./check-rows";

/** A computer clock further off than this confuses people, though it decides nothing. */
const SKEW_MS = 60_000;

async function cryptoRow(): Promise<Row> {
  const title = "密码功能（WebCrypto）";
  if (!globalThis.crypto?.subtle)
    return { title, ok: false, text: "不可用", fix: "请用 https 或 localhost 打开本站，并使用较新的浏览器。" };
  try {
    const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt"]);
    const data = new Uint8Array(4 * 1024 * 1024);
    const began = performance.now();
    await crypto.subtle.encrypt({ name: "AES-GCM", iv: new Uint8Array(12) }, key, data);
    return { title, ok: true, text: `可用，加密 4 MB 用时 ${Math.max(1, Math.round(performance.now() - began))} 毫秒` };
  } catch {
    return { title, ok: false, text: "加密试验失败", fix: "请更新浏览器后再试。" };
  }
}

async function clockRow(): Promise<Row> {
  const title = "服务器连接与时间";
  try {
    const asked = performance.now();
    const answer = await fetch("/api/time", { cache: "no-store" });
    const { now } = (await answer.json()) as { now: string };
    const trip = Math.round(performance.now() - asked);
    // The page's own clock, for comparison alone: legal time is the server's.
    const skew = performance.timeOrigin + performance.now() - trip / 2 - new Date(now).getTime();
    const seconds = Math.round(Math.abs(skew) / 1000);
    const text = `往返 ${trip} 毫秒；本机时钟${seconds === 0 ? "与服务器一致" : `比服务器${skew > 0 ? "快" : "慢"} ${seconds} 秒`}`;
    return Math.abs(skew) <= SKEW_MS
      ? { title, ok: true, text }
      : { title, ok: true, text: `${text}。不影响递交：一切以服务器时间为准` };
  } catch {
    return { title, ok: false, text: "没有收到答复", fix: "请检查网络连接。" };
  }
}

async function storageRow(): Promise<Row> {
  const title = "本机暂存（投标文件草稿）";
  try {
    await navigator.storage.getDirectory();
    const { quota = 0, usage = 0 } = await navigator.storage.estimate();
    return { title, ok: true, text: `可用空间约 ${Math.floor((quota - usage) / 1024 / 1024)} MB` };
  } catch {
    return { title, ok: false, text: "不可用", fix: "请不要使用无痕窗口，并使用较新的浏览器。" };
  }
}

const workerRow = async (): Promise<Row> =>
  typeof Worker === "function"
    ? { title: "后台线程", ok: true, text: "可用" }
    : { title: "后台线程", ok: false, text: "不可用", fix: "请更新浏览器。" };

async function browserRow(): Promise<Row> {
  const title = "浏览器";
  const found = browserOf(navigator.userAgent);
  if (!found) return { title, ok: true, text: "没有认出名称和版本，以其余各项为准" };
  const text = `${found.name} ${found.version}`;
  return found.version >= found.least
    ? { title, ok: true, text }
    : { title, ok: false, text: `${text}，版本过低`, fix: `请更新到 ${found.name} ${found.least} 或更新版本。` };
}

/** Bytes that are sent to measure the line; random, so that nothing on the way makes them fewer. */
const MEASURED_BYTES = 512 * 1024;

async function speedRow(): Promise<Row> {
  const title = "上传速度（到接收服务）";
  const fix = "请检查网络，或换一个网络后再试；递交大文件请尽早开始。";
  try {
    const body = new Uint8Array(MEASURED_BYTES);
    for (let at = 0; at < body.length; at += 65_536) crypto.getRandomValues(body.subarray(at, at + 65_536));
    const began = performance.now();
    const answer = await fetch("/receive/speed", { method: "POST", body });
    if (answer.status === 503) return { title, ok: true, text: "测速的人较多，请稍后重新检查" };
    if (!answer.ok) return { title, ok: false, text: "接收服务没有正常答复", fix };
    const mbits = (MEASURED_BYTES * 8) / 1000 / Math.max(1, performance.now() - began);
    const minutes = Math.ceil((100 * 8) / mbits / 60);
    const text = `约 ${mbits.toFixed(1)} Mbit/s，100 MB 约需 ${minutes} 分钟`;
    return mbits >= 1 ? { title, ok: true, text } : { title, ok: false, text, fix };
  } catch {
    return { title, ok: false, text: "连不上接收服务", fix };
  }
}

export function SelfCheck() {
  const [rows, setRows] = useState<readonly Row[]>();
  const check = useCallback(async () => {
    setRows(undefined);
    setRows(await Promise.all([browserRow(), cryptoRow(), clockRow(), storageRow(), workerRow(), speedRow()]));
  }, []);
  useEffect(() => void check(), [check]);
  return (
    <>
      <section className="card" aria-live="polite">
        {!rows && <p>正在检查…</p>}
        {rows && (
          <>
            <p className={`note ${rows.every(({ ok }) => ok) ? "ok" : "danger"}`} role="status">
              {rows.every(({ ok }) => ok) ? "✔ 可以正常使用" : "✖ 有项目需要处理"}
            </p>
            <CheckRows rows={rows} />
          </>
        )}
        <p>
          <button type="button" className="btn" disabled={!rows} onClick={() => void check()}>
            重新检查
          </button>
        </p>
      </section>
      <CertificateCheck />
    </>
  );
}
