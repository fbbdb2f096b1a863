import { webCryptoSigner } from "@/crypto/cms";
import { openCopy, prepareCopy } from "../client/draft-copy";
import { dropFile, keepBytes } from "../client/draft-store";
import { blobBytes, sendBody } from "../client/sealing";
import { httpTransport } from "../client/transport";
import type { DraftFile } from "../draft";
import { unitCount } from "../rules";
import type { FromCopyWorker, ToCopyWorker } from "./draft-copy-messages";

/** Encrypts a draft's copy to the platform, or opens the one that lies there, away from the page's own thread. */
const scope = globalThis as unknown as DedicatedWorkerGlobalScope;
const tell = (message: FromCopyWorker) => scope.postMessage(message);
const line = (up: boolean) => tell({ kind: "line", up });

async function keep(job: Extract<ToCopyWorker, { kind: "keep" }>): Promise<void> {
  const blobs = new Map(job.files.map(({ id, file }) => [id, file]));
  const prepared = await prepareCopy({ ...job, open: ({ id }) => blobBytes(blobs.get(id)!) });
  const transport = httpTransport(job.lotId, line, "draft");
  const { uploadId } = await transport.open(prepared.bodyLength);
  const root = await sendBody(prepared, uploadId, transport, (done) =>
    tell({ kind: "progress", done, total: prepared.bodyLength }),
  );
  const { key, certificate, chain } = job.signing;
  await transport.keep(uploadId, await prepared.finish(root, job.savedAt, webCryptoSigner(key, certificate, chain)));
  tell({ kind: "kept" });
}

async function fetchCopy(job: Extract<ToCopyWorker, { kind: "fetch" }>): Promise<void> {
  const { orgId, lotId, lot, copy, key } = job;
  const transport = httpTransport(lotId, line, "draft");
  async function* body() {
    const units = unitCount(copy.bodyLength);
    for (let n = 0; n < units; n++) {
      yield await transport.unit(copy.uploadId, n);
      tell({ kind: "progress", done: n + 1, total: units });
    }
  }
  // Under new names: what lies here stays until the whole copy has proved right.
  const written: DraftFile[] = [];
  try {
    const { files, ...typed } = await openCopy(copy.statement, lot, key, body(), async (file, bytes) => {
      written.push({ ...file, id: crypto.randomUUID() });
      await keepBytes(orgId, lotId, written.at(-1)!.id, bytes);
    });
    tell({ kind: "fetched", content: { ...typed, files: files.map((file, i) => ({ ...file, id: written[i]!.id })) } });
  } catch (error) {
    for (const { id } of written) await dropFile(orgId, lotId, id);
    throw error;
  }
}

scope.onmessage = async ({ data }: MessageEvent<ToCopyWorker>) => {
  try {
    await (data.kind === "keep" ? keep(data) : fetchCopy(data));
  } catch (error) {
    const told = error instanceof Error && /[\u4e00-\u9fff]/.test(error.message);
    tell({
      kind: "failed",
      sentence: told
        ? error.message
        : "没有完成：读取文件、写入本机或浏览器的密码功能出错。本机草稿没有改动，请重试；如再次出现，请换用另一台电脑。",
    });
  }
};
