"use client";

import { useCallback, useEffect, useRef, useState } from "react";
import { formatClock } from "@/core/time";
import { actKey, insist, sentenceFor } from "@/trpc/client";

/** Typing is saved when it has paused for this long: one cell is the most that can be lost. */
const PAUSE_MS = 500;

export interface Autosave {
  /** Saves a cell after a pause in typing; `now` saves at once, as for a choice. */
  save(cell: string, send: (key: string) => Promise<{ savedAt: string }>, now?: boolean): void;
  /** Forgets what was typed into a cell and may not be saved. */
  drop(cell: string): void;
  /** Cells that are typed or on their way. */
  readonly pending: number;
  readonly savedAt: string;
  /** What was not saved, by cell. */
  readonly problems: ReadonlyMap<string, string>;
}

/** Saves cells one after another, so that a newer value of a cell never arrives before an older one. */
export function useAutosave(): Autosave {
  const timers = useRef(new Map<string, ReturnType<typeof setTimeout>>());
  const newest = useRef(new Map<string, number>());
  const line = useRef<Promise<void>>(Promise.resolve());
  const [pending, setPending] = useState<ReadonlySet<string>>(new Set());
  const [savedAt, setSavedAt] = useState("");
  const [problems, setProblems] = useState<ReadonlyMap<string, string>>(new Map());

  const settle = useCallback((cell: string, problem: string | undefined) => {
    setPending((old) => new Set([...old].filter((one) => one !== cell)));
    setProblems((old) => {
      const rest = new Map(old);
      if (problem) rest.set(cell, problem);
      else rest.delete(cell);
      return rest;
    });
  }, []);

  const save = useCallback<Autosave["save"]>(
    (cell, send, now = false) => {
      const turn = (newest.current.get(cell) ?? 0) + 1;
      newest.current.set(cell, turn);
      clearTimeout(timers.current.get(cell));
      setPending((old) => new Set(old).add(cell));
      const isNewest = () => newest.current.get(cell) === turn;
      const go = () => {
        line.current = line.current.then(async () => {
          if (!isNewest()) return;
          const key = actKey();
          try {
            const answer = await insist(() => send(key));
            setSavedAt(formatClock(new Date(answer.savedAt)).slice(11));
            if (isNewest()) settle(cell, undefined);
          } catch (error) {
            if (isNewest()) settle(cell, sentenceFor(error));
          }
        });
      };
      timers.current.set(cell, setTimeout(go, now ? 0 : PAUSE_MS));
    },
    [settle],
  );
  const drop = useCallback(
    (cell: string) => {
      newest.current.set(cell, (newest.current.get(cell) ?? 0) + 1);
      clearTimeout(timers.current.get(cell));
      settle(cell, undefined);
    },
    [settle],
  );

  const isPending = pending.size > 0;
  useEffect(() => {
    if (!isPending) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", warn);
    return () => window.removeEventListener("beforeunload", warn);
  }, [isPending]);
  return { save, drop, pending: pending.size, savedAt, problems };
}
