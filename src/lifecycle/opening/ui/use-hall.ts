"use client";

import { useCallback, useEffect, useRef, useState } from "react";
import { trpc } from "@/trpc/client";
import { HALL_EVENT_KINDS } from "../event-kinds";
import type { HallView } from "../hall-view";

/** How often the hall is read while the stream is down, or while the own package is being opened. */
const POLL_MS = 3_000;
/** How often a host's page is heard of. */
const PRESENCE_MS = 60_000;
/** Several events of one moment are read once. */
const SETTLE_MS = 120;

export interface LiveHall {
  readonly view: HallView;
  /** The stream is open: what happens is on screen at once. */
  readonly connected: boolean;
  reload(): Promise<void>;
}

/** The hall as it is now: by the event stream, and by asking again while the stream is down. */
export function useHall(initial: HallView): LiveHall {
  const [view, setView] = useState(initial);
  const [connected, setConnected] = useState(true);
  const lotId = initial.lot.id;
  const reading = useRef(0);

  const reload = useCallback(async () => {
    const mine = ++reading.current;
    const read = await trpc.opening.view.query({ lotId }).catch(() => undefined);
    // An answer that was overtaken by a newer one is not shown.
    if (read && mine === reading.current) setView(read);
  }, [lotId]);

  // Where the page began to listen; it does not move when the page is read anew.
  const [after] = useState(initial.events.at(-1)?.seq ?? 0);
  useEffect(() => {
    let soon: ReturnType<typeof setTimeout> | undefined;
    const changed = () => {
      clearTimeout(soon);
      soon = setTimeout(() => void reload(), SETTLE_MS);
    };
    let source: EventSource | undefined;
    let again: ReturnType<typeof setTimeout> | undefined;
    const open = () => {
      source = new EventSource(`/receive/hall/${lotId}/events?after=${after}`);
      source.onopen = () => {
        setConnected(true);
        changed();
      };
      source.onerror = () => {
        setConnected(false);
        // A stream that was answered with an error is not tried again by the browser.
        if (source?.readyState === EventSource.CLOSED) again = setTimeout(open, POLL_MS);
      };
      // Each of them means that the view has changed.
      for (const kind of HALL_EVENT_KINDS) source.addEventListener(kind, changed);
    };
    open();
    return () => {
      clearTimeout(soon);
      clearTimeout(again);
      source?.close();
    };
  }, [lotId, after, reload]);

  // Polling covers the time without a stream, and what the stream does not tell: the own row.
  const waiting = view.own?.state === "released";
  useEffect(() => {
    if (connected && !waiting) return;
    const polling = setInterval(() => void reload(), POLL_MS);
    return () => clearInterval(polling);
  }, [connected, waiting, reload]);

  // A host who looks on is there; one of whom nothing is heard for a quarter of an hour may be replaced.
  const hosting = view.as === "host" && (view.lot.state === "O1" || view.lot.state === "E1b");
  useEffect(() => {
    if (!hosting) return;
    const here = setInterval(() => void reload(), PRESENCE_MS);
    return () => clearInterval(here);
  }, [hosting, reload]);

  return { view, connected, reload };
}
