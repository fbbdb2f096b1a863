import { refuseLength } from "@/documents/sheet/read-sheet";
import { SheetRefused, type SheetTable } from "@/documents/sheet/table";
import type { FromSheetWorker, SheetJob } from "./sheet-worker";

/** An honest sheet is read within a second; after this the worker is ended. */
const LIMIT_MS = 20_000;

/**
 * Reads a spreadsheet that a person chose, in a worker of its own that has so much time and no more. The file does not
 * leave this computer.
 *
 * @throws SheetRefused with the sentence for the person.
 */
export async function readInWorker(file: File, maxRows: number): Promise<SheetTable> {
  refuseLength(file.name, file.size);
  const bytes = new Uint8Array(await file.arrayBuffer());
  const worker = new Worker(new URL("./sheet-worker.ts", import.meta.url), { type: "module" });
  try {
    const answer = await new Promise<FromSheetWorker>((resolve, reject) => {
      const late = () => reject(new SheetRefused("读取表格超过 20 秒，已停止，没有导入。请从平台下载模板重新填写。"));
      const timer = setTimeout(late, LIMIT_MS);
      worker.onmessage = ({ data }: MessageEvent<FromSheetWorker>) => {
        clearTimeout(timer);
        resolve(data);
      };
      worker.onerror = () => {
        clearTimeout(timer);
        reject(
          new SheetRefused("表格读取失败，没有导入。请用表格软件另存为 .xlsx 后再试；仍然失败的，请换用另一台电脑。"),
        );
      };
      const job: SheetJob = { name: file.name, bytes, maxRows };
      worker.postMessage(job);
    });
    if ("refused" in answer) throw new SheetRefused(answer.refused);
    return answer.table;
  } finally {
    worker.terminate();
  }
}
