"use client";

import { useRouter } from "next/navigation";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { sentenceFor } from "./client";

export interface Act {
  readonly running: boolean;
  /**
   * Runs one press of a button: not twice at once, with its outcome told, and the page read anew when it succeeded.
   * The work returns the sentence to show; undefined when the person declined.
   */
  run(work: () => Promise<string | undefined>): Promise<boolean>;
  /** What came of it, to be placed beside the button. */
  readonly note: ReactNode;
}

/** State of an act of this page. Inputs stay as they are, whatever happens. */
export function useAct(): Act {
  const router = useRouter();
  const busy = useRef(false);
  const [running, setRunning] = useState(false);
  const [error, setError] = useState("");
  const [done, setDone] = useState("");
  const run = async (work: () => Promise<string | undefined>): Promise<boolean> => {
    if (busy.current) return false;
    busy.current = true;
    setRunning(true);
    setError("");
    setDone("");
    try {
      const sentence = await work();
      if (sentence === undefined) return false;
      setDone(sentence);
      router.refresh();
      return true;
    } catch (problem) {
      setError(sentenceFor(problem));
      return false;
    } finally {
      busy.current = false;
      setRunning(false);
    }
  };
  return { running, run, note: <ActNote error={error} done={done} running={running} /> };
}

function ActNote({ error, done, running }: { error: string; done: string; running: boolean }) {
  const alert = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    if (error) alert.current?.focus();
  }, [error]);
  return (
    <>
      {error && (
        <p className="note danger" role="alert" tabIndex={-1} ref={alert}>
          {error}
        </p>
      )}
      <p className={done ? "note ok" : "visually-hidden"} role="status">
        {running ? "正在办理…" : done}
      </p>
    </>
  );
}
