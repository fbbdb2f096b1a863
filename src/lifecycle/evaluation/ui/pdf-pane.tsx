"use client";

import { useState } from "react";
import type { ReviewView } from "../queries";

/** The opened bid beside the grid: its form, and its files one at a time. */
export function PdfPane({
  bid,
  formLabels,
}: {
  bid: ReviewView["bids"][number];
  formLabels: readonly { id: string; label: string; text: string }[];
}) {
  const [chosen, setChosen] = useState("");
  const file = bid.files.find(({ fileId }) => fileId === chosen) ?? bid.files[0];
  return (
    <section className="card pdf-pane" aria-label={`${bid.name} 的投标文件`}>
      <details open={bid.files.length === 0}>
        <summary>开标一览表</summary>
        <dl className="fields">
          {formLabels.map(({ id, label, text }) => (
            <div key={id} style={{ display: "contents" }}>
              <dt>{label}</dt>
              <dd>{text}</dd>
            </div>
          ))}
        </dl>
      </details>
      {bid.mark && <p className="note warn">平台标记：开标一览表不完整，请依招标文件认定。</p>}
      {file ? (
        <>
          <label className="field">
            <span>文件</span>
            <select className="text" value={file.fileId} onChange={(event) => setChosen(event.target.value)}>
              {bid.files.map(({ fileId, name }) => (
                <option key={fileId} value={fileId}>
                  {name}
                </option>
              ))}
            </select>
          </label>
          <iframe key={file.fileId} src={`/api/files/${file.fileId}?view=1`} title={`${bid.name}：${file.name}`} />
          <p className="small">
            <a href={`/api/files/${file.fileId}?view=1`} target="_blank" rel="noreferrer">
              在新窗口打开
            </a>
          </p>
        </>
      ) : (
        <p>这份投标没有附件。</p>
      )}
    </section>
  );
}
