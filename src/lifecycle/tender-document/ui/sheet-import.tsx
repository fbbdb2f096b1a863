"use client";

import { useId, useState } from "react";
import { SHEET_ACCEPT } from "@/documents/sheet/read-sheet";
import { type CellProblem, problemText, type SheetTable } from "@/documents/sheet/table";
import { type SheetToWrite, writeCsv, writeXlsx } from "@/documents/sheet/write";
import type { Imported } from "../bill/columns";
import { readInWorker } from "./read-in-worker";

/** Takes a filled spreadsheet: the whole of it, or nothing and every problem by cell. */
export function SheetImport<T>({
  label,
  maxRows,
  read,
  onTaken,
}: {
  label: string;
  maxRows: number;
  read(table: SheetTable): Imported<T>;
  /** @returns what is said afterwards. */
  onTaken(value: T): string;
}) {
  const id = useId();
  const [reading, setReading] = useState(false);
  const [said, setSaid] = useState("");
  const [refused, setRefused] = useState("");
  const [problems, setProblems] = useState<readonly CellProblem[]>([]);
  const take = async (file: File | undefined) => {
    if (!file) return;
    setReading(true);
    setSaid("");
    setRefused("");
    setProblems([]);
    try {
      const imported = read(await readInWorker(file, maxRows));
      if (imported.ok) setSaid(onTaken(imported.value));
      else setProblems(imported.problems);
    } catch (error) {
      setRefused(error instanceof Error ? error.message : "没有导入，请重试。");
    } finally {
      setReading(false);
    }
  };
  return (
    <>
      <label className="field" htmlFor={id}>
        <span>{label}（.xlsx 或 .csv，不超过 8 MB）</span>
        <input
          id={id}
          type="file"
          accept={SHEET_ACCEPT}
          disabled={reading}
          onChange={(event) => {
            const input = event.currentTarget;
            void take(input.files?.[0]).then(() => {
              input.value = "";
            });
          }}
        />
      </label>
      <p role="status" className={reading || said ? "small" : "visually-hidden"}>
        {reading ? "正在读取表格…" : said}
      </p>
      {refused && (
        <p className="note danger" role="alert">
          {refused}
        </p>
      )}
      {problems.length > 0 && (
        <div className="note danger" role="alert">
          <p>没有导入，原来的内容没有改动。请一并改正以下 {problems.length} 处后重新选择文件：</p>
          <ul className="problems">
            {problems.map((problem) => (
              <li key={problemText(problem)}>{problemText(problem)}</li>
            ))}
          </ul>
        </div>
      )}
    </>
  );
}

/** Gives a sheet as a file, made on this computer. */
export function SheetDownloads({ label, name, sheet }: { label: string; name: string; sheet(): SheetToWrite }) {
  const save = (bytes: Uint8Array<ArrayBuffer>, ending: string, type: string) => {
    const url = URL.createObjectURL(new Blob([bytes], { type }));
    const link = Object.assign(document.createElement("a"), { href: url, download: `${name}.${ending}` });
    link.click();
    URL.revokeObjectURL(url);
  };
  return (
    <p className="row">
      <button
        type="button"
        className="btn"
        onClick={() =>
          save(writeXlsx(sheet()), "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
        }
      >
        {label}（XLSX）
      </button>
      <button type="button" className="btn" onClick={() => save(writeCsv(sheet()), "csv", "text/csv")}>
        {label}（CSV）
      </button>
    </p>
  );
}
