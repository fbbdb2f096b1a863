"use client";

import { useRouter } from "next/navigation";
import { useEffect } from "react";

const LOOK_MS = 3_000;

/** Declared, and the host has not started yet: the page looks again by itself. */
export function AwaitStart() {
  const router = useRouter();
  useEffect(() => {
    const looking = setInterval(() => router.refresh(), LOOK_MS);
    return () => clearInterval(looking);
  }, [router]);
  return (
    <p className="note" role="status">
      您已签署承诺。全体评委到齐并签署后由主持人开始评标，页面会自动进入评审，请留在工位。
    </p>
  );
}
