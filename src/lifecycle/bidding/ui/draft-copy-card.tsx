"use client";

import { useRouter } from "next/navigation";
import { useEffect, useRef, useState } from "react";
import { formatInstant } from "@/core/time";
import { useSigning } from "@/platform/identity/ui/sign-dialog";
import { sentenceFor } from "@/trpc/client";
import { serverNow } from "@/ui/server-clock";
import { keptFile } from "../client/draft-store";
import { sizeText } from "../draft";
import type { BidRoomView } from "../room";
import type { FromCopyWorker, ToCopyWorker } from "./draft-copy-messages";
import type { DraftHandle } from "./use-draft";

type Work = "" | "keep" | "fetch" | "drop";

/**
 * The encrypted copy of the draft with the platform (草稿密存): left by a press, never by itself, so that what has left
 * this computer is known to whoever works at it.
 */
export function DraftCopyCard({ view, handle }: { view: BidRoomView; handle: DraftHandle }) {
  const { lot, orgId, draftCopy: copy } = view;
  const router = useRouter();
  const ask = useSigning();
  const worker = useRef<Worker>(undefined);
  const [work, setWork] = useState<Work>("");
  const [share, setShare] = useState<number>();
  const [lineUp, setLineUp] = useState(true);
  const [said, setSaid] = useState("");
  const [error, setError] = useState("");
  useEffect(() => () => worker.current?.terminate(), []);

  const { form, files, prices = {}, consortium, guarantee, declaration } = handle.draft;
  const empty =
    !files.length &&
    !consortium &&
    !declaration &&
    [form, prices].every((each) => Object.values(each).every((text) => !text.trim()));
  const end = (sentence: string, problem = "") => {
    worker.current?.terminate();
    worker.current = undefined;
    setWork("");
    setShare(undefined);
    setLineUp(true);
    setSaid(sentence);
    setError(problem);
  };
  const run = (job: ToCopyWorker) => {
    const started = new Worker(new URL("./draft-copy-worker.ts", import.meta.url), { type: "module" });
    worker.current = started;
    started.onerror = () => end("", "密存程序没有启动。请刷新页面后重试；本机草稿没有改动。");
    started.onmessage = ({ data }: MessageEvent<FromCopyWorker>) => {
      if (data.kind === "progress") setShare(data.total ? data.done / data.total : 1);
      else if (data.kind === "line") setLineUp(data.up);
      else if (data.kind === "failed") end("", data.sentence);
      else if (data.kind === "fetched") {
        handle.replace(data.content);
        end("已从平台取回到本机，请核对后继续编制。");
      } else {
        end("已加密存到平台。在其他电脑登录后，可在本页取回。");
        router.refresh();
      }
    };
    started.postMessage(job);
  };
  const begin = async (kind: Exclude<Work, "" | "drop">) => {
    setSaid("");
    setError("");
    const key = await ask({
      title: kind === "keep" ? "加密存一份到平台" : "从平台取回草稿",
      lines: [
        ["标段", `${lot.code} ${lot.name}`],
        ...(kind === "fetch" && copy
          ? ([["平台上的加密草稿", `${formatInstant(new Date(copy.keptAt))} 存入`]] as const)
          : []),
      ],
      consequence:
        kind === "keep"
          ? "内容和文件名先在本机用您的证书加密并签名；平台不能解开，只有这张证书能取回。这不是递交投标文件。"
          : empty
            ? "用存入时的证书在本机解密。"
            : "用存入时的证书在本机解密，并替换本机现有的草稿。",
    });
    if (!key) return;
    setWork(kind);
    try {
      const place = { orgId, lotId: lot.id, lot: lot.code };
      const { signing, encryption } = key.opened;
      if (kind === "fetch")
        return run({ kind, ...place, copy: copy!, key: { signing: signing.certificate, encryption } });
      run({
        kind,
        ...place,
        draft: {
          ...{ form, files, prices },
          ...(consortium ? { consortium } : {}),
          ...(guarantee ? { guarantee } : {}),
          ...(declaration ? { declaration } : {}),
        },
        files: await Promise.all(files.map(async (one) => ({ ...one, file: await keptFile(orgId, lot.id, one) }))),
        certificate: encryption.certificate,
        signing: { key: signing.key, certificate: signing.certificate, chain: signing.chain },
        savedAt: serverNow(view.now).toISOString(),
      });
    } catch (problem) {
      end("", sentenceFor(problem));
    }
  };
  const drop = async () => {
    setWork("drop");
    const answer = await fetch(`/receive/upload/${copy!.uploadId}`, { method: "DELETE" }).catch(() => undefined);
    const said = (await answer?.json().catch(() => undefined)) as { error?: { sentence?: string } } | undefined;
    if (answer?.ok) {
      end("已从平台删除加密草稿。本机草稿没有改动。");
      router.refresh();
    } else end("", said?.error?.sentence ?? "没有收到服务器的答复，不能确认是否已删除。请检查网络后重试。");
  };

  return (
    <section className={copy && empty ? "note warn" : "card"} aria-labelledby="h-draft-copy">
      <h2 id="h-draft-copy" className="small">
        草稿密存（可选）
      </h2>
      <p className="small">
        {copy
          ? `平台上有一份加密草稿：${formatInstant(new Date(copy.keptAt))} 存入，密文 ${sizeText(copy.bodyLength)}。平台不能解开；投标截止后删除。`
          : "换一台电脑继续编制时，可先把草稿加密存到平台：内容和文件名在本机用您的证书加密，平台不能解开；投标截止后删除。"}
        {copy && empty && " 本机没有草稿，可以取回继续编制。"}
      </p>
      <div className="row">
        {copy && (
          <button
            type="button"
            className={`btn ${empty ? "btn-primary" : ""}`}
            disabled={!!work || !handle.loaded}
            onClick={() => void begin("fetch")}
          >
            取回到本机
          </button>
        )}
        <button
          type="button"
          className="btn"
          disabled={!!work || !handle.loaded || empty}
          onClick={() => void begin("keep")}
        >
          加密存一份到平台
        </button>
        {copy && (
          <button type="button" className="btn" disabled={!!work} onClick={() => void drop()}>
            从平台删除
          </button>
        )}
      </div>
      {(work === "keep" || work === "fetch") && (
        <p className="small">
          <progress value={share} max={1} aria-label={work === "keep" ? "加密并上传" : "下载并解密"} />{" "}
          {lineUp ? (work === "keep" ? "正在加密并上传…" : "正在下载并解密…") : "线路中断，正在重试…"}
        </p>
      )}
      <p role="status">{said}</p>
      {error && (
        <p role="alert" className="note danger">
          {error}
        </p>
      )}
    </section>
  );
}
