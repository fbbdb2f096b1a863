"use client";

import { useState } from "react";
import { type UploadedFile, upload } from "./upload";

export const sizeText = (bytes: number): string =>
  bytes < 1024 * 1024 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;

/** Files of a document: uploaded one after another, listed with hash, taken out again. */
export function UploadTray({
  label,
  files,
  onChange,
}: {
  label: string;
  files: readonly UploadedFile[];
  onChange(files: readonly UploadedFile[]): void;
}) {
  const [sending, setSending] = useState<{ name: string; share: number }>();
  const [error, setError] = useState("");
  const add = async (chosen: readonly File[]) => {
    setError("");
    let all = files;
    try {
      for (const file of chosen) {
        setSending({ name: file.name, share: 0 });
        all = [...all, await upload(file, crypto.randomUUID(), (share) => setSending({ name: file.name, share }))];
        onChange(all);
      }
    } catch (problem) {
      setError(problem instanceof Error ? problem.message : "没有上传成功，请重试。");
    } finally {
      setSending(undefined);
    }
  };
  return (
    <div>
      <label className="field">
        <span>{label}（PDF，单个不超过 50 MB）</span>
        <input
          type="file"
          accept=".pdf"
          multiple
          disabled={sending !== undefined}
          onChange={(event) => {
            void add([...(event.target.files ?? [])]);
            event.target.value = "";
          }}
        />
      </label>
      {sending && (
        <p role="status">
          正在上传 {sending.name} <progress max={1} value={sending.share} aria-label={`上传 ${sending.name}`} />
        </p>
      )}
      {error && (
        <p className="note danger" role="alert">
          {error}
        </p>
      )}
      <ul className="plain-list">
        {files.map((file) => (
          <li key={file.id} className="row">
            <a href={`/api/files/${file.id}`}>{file.name}</a>
            <span className="small muted">{sizeText(file.sizeBytes)}</span>
            <span className="hash">{file.sha256}</span>
            <button
              type="button"
              className="link-button"
              aria-label={`移除 ${file.name}`}
              onClick={() => onChange(files.filter(({ id }) => id !== file.id))}
            >
              移除
            </button>
          </li>
        ))}
      </ul>
      {files.length === 0 && <p className="muted">还没有文件。</p>}
    </div>
  );
}
