import type { Bytes } from "@/core/bytes";
import { webCryptoSigner } from "@/crypto/cms";
import { OpenError } from "@/crypto/xbid/refusal";
import { type FileToSeal, type PreparedSeal, prepareSeal, SealError } from "@/crypto/xbid/write";
import { blobBytes, rehearseBoth, sealTexts, sendBody, type Transport } from "../client/sealing";
import { httpTransport, TransportRefused } from "../client/transport";
import { SEALING_TOOL } from "../rules";
import type { FromWorker, SealJob, ToWorker } from "./seal-messages";

/**
 * Seals a bid away from the page's own thread: hashing, wrapping, rehearsal, encryption, upload, and, when the person has
 * agreed, the signature. Content keys live in this worker and end with it.
 */
const scope = globalThis as unknown as DedicatedWorkerGlobalScope;
const tell = (message: FromWorker) => scope.postMessage(message);

interface Work {
  readonly job: SealJob;
  readonly transport: Transport;
  prepared?: PreparedSeal;
  uploadId?: string;
  root?: Bytes;
  texts?: { seal: string; signature: string };
}
let work: Work | undefined;

/** Progress is told at most this often: the page has better things to do. */
const TELL_MS = 150;
function seldom(say: (a: number, b: number) => void): (a: number, b: number) => void {
  let last = 0;
  return (a, b) => {
    if (performance.now() - last < TELL_MS && a !== b) return;
    last = performance.now();
    say(a, b);
  };
}

const toSeal = ({ name, file }: SealJob["segments"][number]["files"][number]): FileToSeal => ({
  name,
  size: file.size,
  open: () => blobBytes(file),
});

async function seal(mine: Work): Promise<void> {
  const { job } = mine;
  const { lotId: _, kind: __, purpose: ___, signing, encryption, segments, ...names } = job;
  const hashing = seldom((done, total) => tell({ kind: "hashing", done, total }));
  mine.prepared = await prepareSeal({
    ...names,
    suite: "XB-RSA-1",
    policy: "bidder",
    segments: segments.map(({ files, ...segment }) => ({ ...segment, files: files.map(toSeal) })),
    encryptionCertificates: [encryption.certificate],
    signer: webCryptoSigner(signing.key, signing.certificate, signing.chain),
    tool: SEALING_TOOL,
    // The first of the two passes; the second one is told by the upload.
    progress: (done, total) => done * 2 <= total && hashing(done * 2, total),
  });
  await rehearseBoth(mine.prepared, encryption, job.recoverySecret);
  tell({ kind: "rehearsed", bodyLength: mine.prepared.bodyLength });
}

async function upload(mine: Work): Promise<void> {
  const prepared = mine.prepared!;
  mine.uploadId ??= (await mine.transport.open(prepared.bodyLength)).uploadId;
  const sent = seldom((bytes) => tell({ kind: "sent", bytes }));
  mine.root = await sendBody(prepared, mine.uploadId, mine.transport, (bytes) => sent(bytes, prepared.bodyLength));
  tell({ kind: "uploaded" });
}

async function submit(mine: Work, sealedAt: string): Promise<void> {
  mine.texts ??= await sealTexts(mine.prepared!, mine.root!, sealedAt);
  tell({
    kind: "receipt",
    receipt: await mine.transport.finish(mine.uploadId!, mine.texts.seal, mine.texts.signature),
  });
}

function sentenceOf(error: unknown): string {
  if (error instanceof SealError || error instanceof OpenError) return error.reason;
  if (error instanceof TransportRefused || (error instanceof Error && /[\u4e00-\u9fff]/.test(error.message)))
    return error.message;
  return "加密没有完成：读取文件或浏览器的密码功能出错。文件仍在本机，请重新加密；如再次出现，请换用另一台电脑。";
}

/** After these the upload is gone: a new package is needed. */
const FINAL_CODES = new Set([
  "bid.deadline_passed_at_gate",
  "bid.not_receivable",
  "bid.refused_at_receipt",
  "bid.upload_closed",
  "bid.sequence",
  "bid.unit_conflict",
]);

async function guarded(during: "seal" | "upload" | "submit", act: () => Promise<void>): Promise<boolean> {
  try {
    await act();
    return true;
  } catch (error) {
    const canResume = during !== "seal" && !(error instanceof TransportRefused && FINAL_CODES.has(error.code));
    tell({ kind: "failed", during, sentence: sentenceOf(error), canResume });
    return false;
  }
}

scope.onmessage = async ({ data }: MessageEvent<ToWorker>) => {
  if (data.kind === "seal") {
    const mine: Work = {
      job: data,
      transport: httpTransport(data.lotId, (up) => tell({ kind: "line", up }), data.purpose),
    };
    work = mine;
    if (await guarded("seal", () => seal(mine))) await guarded("upload", () => upload(mine));
    return;
  }
  const mine = work;
  if (!mine?.prepared) return;
  if (data.kind === "resume") await guarded("upload", () => upload(mine));
  else await guarded("submit", () => submit(mine, data.sealedAt));
};
