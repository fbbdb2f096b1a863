"use client";

import { ErrorView } from "@/ui/error-view";

export default function ErrorPage({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <main id="main" className="page" tabIndex={-1}>
      <ErrorView digest={error.digest} retry={reset} />
    </main>
  );
}
