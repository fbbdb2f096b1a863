import type { CheckRow } from "./check-row";

/** What the platform knows of the wording of one file of the tender document. */
export interface FileReading {
  readonly name: string;
  readonly uploadedAt: Date;
  /** Nothing until the file has been read. */
  readonly read?: {
    readonly state: "read" | "unreadable";
    readonly reason: string | null;
    readonly pages: number;
    /** Pages without words. */
    readonly wordless: readonly number[];
  };
}

/** Row of a file that is being read: the page waits for it. */
export const READING_ROW = "R-5.4.11-reading";
/** So long publication waits for the reading; a fault of the platform holds nobody up for longer. */
const WAIT_MINUTES = 5;

const BY_HAND = "由贵单位自行核对该文件全文有无限制、排斥投标人的内容";
/** Why a file was not read, or not to its end. */
const REASONS: Readonly<Record<string, string>> = {
  encrypted: "文件已加密，平台不能读取",
  damaged: "文件结构损坏或不完整，平台不能读取",
  "no-text": "文件中没有文字（可能是扫描件），平台不能读取",
  "too-large": "文件过大，平台不能读取",
  "too-heavy": "读取该文件超出时间或内存上限，平台未读完",
};

/** Most pages that are named one by one. */
const NAMED = 10;

function problemOf({ state, reason, pages, wordless }: NonNullable<FileReading["read"]>): string {
  if (state === "unreadable") return REASONS[reason ?? ""] ?? "平台不能读取";
  const named = `第 ${wordless.slice(0, NAMED).join("、")} ${wordless.length > NAMED ? `等 ${wordless.length} ` : ""}页`;
  return [
    reason === "cut" ? `文件过长，只检查了前 ${pages} 页` : "",
    wordless.length ? `${named}没有文字（可能是扫描件或图片），平台未检查` : "",
  ]
    .filter(Boolean)
    .join("；");
}

/** Whether the files of the document have been looked through as the forms are (R-5.4.11): one row a file. */
export function fileRows(files: readonly FileReading[], now: Date): CheckRow[] {
  return files.map(({ name, uploadedAt, read }) => {
    const base = {
      id: "R-5.4.11-file",
      title: `招标文件“${name}”的文字检查`,
      limit: "发布前逐页检查有无限制、排斥投标人的内容",
      article: "《招标投标法实施条例》第三十二条",
    };
    if (!read && now.getTime() - uploadedAt.getTime() < WAIT_MINUTES * 60_000)
      return {
        ...base,
        id: READING_ROW,
        value: "正在读取，通常一分钟内完成",
        verdict: "fail",
        fix: "稍候，读完后本页自动更新",
      };
    const problem = read ? problemOf(read) : "平台尚未读完";
    return problem
      ? { ...base, value: problem, verdict: "warn", fix: BY_HAND }
      : { ...base, value: `已检查 ${read!.pages} 页`, verdict: "pass" };
  });
}
