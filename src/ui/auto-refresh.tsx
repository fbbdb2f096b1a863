"use client";

import { useRouter } from "next/navigation";
import { useEffect, useTransition } from "react";

/**
 * Reads the page anew some seconds after it was last read, while it is in sight; what is being typed stays. A reading that
 * takes longer than the pause is waited for: begun again every time, it would never be shown.
 */
export function AutoRefresh({ seconds }: { seconds: number }) {
  const router = useRouter();
  const [isReading, startReading] = useTransition();
  useEffect(() => {
    if (isReading) return;
    const timer = setInterval(() => {
      if (document.visibilityState === "visible") startReading(() => router.refresh());
    }, seconds * 1000);
    return () => clearInterval(timer);
  }, [router, seconds, isReading]);
  return null;
}
