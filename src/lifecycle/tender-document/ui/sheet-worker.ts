import { readSheet } from "@/documents/sheet/read-sheet";
import { SheetRefused, type SheetTable } from "@/documents/sheet/table";

export interface SheetJob {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly maxRows: number;
}
export type FromSheetWorker = { readonly table: SheetTable } | { readonly refused: string };

/** Reads one spreadsheet away from the page: whatever it does, this worker alone bears it, and ends with it. */
const scope = globalThis as unknown as DedicatedWorkerGlobalScope;
const tell = (message: FromSheetWorker) => scope.postMessage(message);

scope.onmessage = async ({ data: { name, bytes, maxRows } }: MessageEvent<SheetJob>) => {
  try {
    tell({ table: await readSheet(name, bytes, maxRows) });
  } catch (error) {
    if (!(error instanceof SheetRefused)) throw error;
    tell({ refused: error.message });
  }
};
