"use client";

import { useCallback, useEffect, useReducer, useRef } from "react";
import { type Sample, withSample } from "../client/estimate";
import type { ReceiptView } from "../schema";
import type { FromWorker, SealJob } from "./seal-messages";

export interface Sealing {
  readonly phase: "idle" | "hashing" | "uploading" | "uploaded" | "submitting" | "done" | "failed";
  /** Share of the files that was hashed, 0 … 1. */
  readonly hashed: number;
  readonly rehearsed: boolean;
  /** Bytes of the sealed body, once it is known. */
  readonly bodyLength?: number;
  readonly sentBytes: number;
  readonly samples: readonly Sample[];
  readonly lineUp: boolean;
  readonly failure?: {
    readonly during: "seal" | "upload" | "submit";
    readonly sentence: string;
    readonly canResume: boolean;
  };
  readonly receipt?: ReceiptView;
}

const IDLE: Sealing = { phase: "idle", hashed: 0, rehearsed: false, sentBytes: 0, samples: [], lineUp: true };

type Event = (FromWorker & { readonly at: number }) | { readonly kind: "begin" | "again" | "submitting" | "reset" };

function next(state: Sealing, event: Event): Sealing {
  const { failure: _, ...calm } = state;
  switch (event.kind) {
    case "reset":
      return IDLE;
    case "begin":
      return { ...IDLE, phase: "hashing" };
    case "again":
      return { ...calm, phase: "uploading", samples: [], lineUp: true };
    case "submitting":
      return { ...calm, phase: "submitting" };
    case "hashing":
      return { ...state, hashed: event.total ? event.done / event.total : 1 };
    case "rehearsed":
      return { ...state, phase: "uploading", hashed: 1, rehearsed: true, bodyLength: event.bodyLength };
    case "sent":
      return {
        ...state,
        sentBytes: event.bytes,
        samples: withSample(state.samples, { ms: event.at, bytes: event.bytes }),
      };
    case "line":
      return { ...state, lineUp: event.up };
    case "uploaded":
      return { ...state, phase: "uploaded", sentBytes: state.bodyLength ?? 0, lineUp: true };
    case "receipt":
      return { ...state, phase: "done", receipt: event.receipt };
    case "failed":
      return {
        ...state,
        phase: "failed",
        failure: { during: event.during, sentence: event.sentence, canResume: event.canResume },
      };
  }
}

export interface SealingHandle {
  readonly state: Sealing;
  begin(job: SealJob): void;
  /** Goes on with the same package: the upload, or the final act when all was sent. */
  resume(sealedAt: string): void;
  submit(sealedAt: string): void;
  reset(): void;
}

/** One sealing worker at a time; it ends with the page, and its keys with it. */
export function useSealing(): SealingHandle {
  const [state, dispatch] = useReducer(next, IDLE);
  const worker = useRef<Worker>(undefined);
  const end = useCallback(() => {
    worker.current?.terminate();
    worker.current = undefined;
  }, []);
  useEffect(() => end, [end]);

  // Leaving in the middle loses the package's keys: the browser asks first.
  const busy =
    state.phase === "hashing" ||
    state.phase === "uploading" ||
    state.phase === "uploaded" ||
    state.phase === "submitting";
  useEffect(() => {
    if (!busy) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", warn);
    return () => window.removeEventListener("beforeunload", warn);
  }, [busy]);

  const submit = (sealedAt: string) => {
    dispatch({ kind: "submitting" });
    worker.current?.postMessage({ kind: "submit", sealedAt });
  };
  return {
    state,
    begin(job) {
      end();
      const started = new Worker(new URL("./seal-worker.ts", import.meta.url), { type: "module" });
      started.onmessage = ({ data }: MessageEvent<FromWorker>) => dispatch({ ...data, at: performance.now() });
      started.onerror = () =>
        dispatch({
          kind: "failed",
          during: "seal",
          sentence: "加密程序没有启动。请刷新页面后重试；文件仍在本机。",
          canResume: false,
          at: performance.now(),
        });
      worker.current = started;
      dispatch({ kind: "begin" });
      started.postMessage(job);
    },
    resume(sealedAt) {
      if (state.failure?.during === "submit") return submit(sealedAt);
      dispatch({ kind: "again" });
      worker.current?.postMessage({ kind: "resume" });
    },
    submit,
    reset() {
      end();
      dispatch({ kind: "reset" });
    },
  };
}
