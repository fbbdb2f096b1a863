"use client";

import { useCallback, useEffect, useRef, useState } from "react";
import { sentenceFor, trpc } from "@/trpc/client";
import type { ReviewView } from "../review-view";

const POLL_MS = 3_000;

/** What a member waits for: other members, or the report being built. Nothing to do means to look again. */
export function isWaiting(view: ReviewView): boolean {
  if (view.step === "preliminary") return view.signedSteps.preliminary;
  if (view.step === "detailed") return view.signedSteps.detailed;
  if (view.step === "first-envelope") return view.signedSteps.firstEnvelope;
  // A draft may be written, or written anew, at any moment.
  if (view.step === "second-opening" || view.step === "competition") return true;
  return view.step === "report" && (!view.report || view.report.mine);
}

/** The member's review as it is now; while there is nothing to do it is read again every few seconds. */
export function useReview(
  memberId: string,
  initial: ReviewView,
): { view: ReviewView; problem: string; reload(): Promise<void> } {
  const [view, setView] = useState(initial);
  const [problem, setProblem] = useState("");
  const reading = useRef(0);
  const reload = useCallback(async () => {
    const mine = ++reading.current;
    try {
      const read = await trpc.evaluation.view.query({ memberId });
      if (mine === reading.current) setView(read);
      setProblem("");
    } catch (error) {
      setProblem(sentenceFor(error));
    }
  }, [memberId]);
  const waiting = isWaiting(view);
  useEffect(() => {
    if (!waiting) return;
    const polling = setInterval(() => void reload(), POLL_MS);
    return () => clearInterval(polling);
  }, [waiting, reload]);
  return { view, problem, reload };
}
