import { createTRPCClient, httpLink, TRPCClientError } from "@trpc/client";
import superjson from "superjson";
import type { Answer } from "@/kit/errors";
import type { AppRouter } from "@/server/router";

/** The browser's way to the server's commands and reads. */
export const trpc = createTRPCClient<AppRouter>({ links: [httpLink({ url: "/api/trpc", transformer: superjson })] });

/** A key of its own for one press of a button: a repeated request acts once. */
export const actKey = (): string => crypto.randomUUID();

/** What to tell the person when a call did not succeed: the server's sentence, or that the outcome is unknown. */
export function sentenceFor(error: unknown): string {
  if (error instanceof TRPCClientError) {
    const answer = (error.data as { answer?: Answer } | null | undefined)?.answer;
    if (answer) return answer.sentence;
    return "没有收到服务器的答复，不能确认是否已办理。请检查网络后在本页重试，系统只会执行一次。";
  }
  return error instanceof Error && error.message ? error.message : "出了问题。已填写的内容仍在本页，请重试。";
}

/**
 * Repeats a call whose answer was lost, with the same key, so that the person learns what happened. Refusals are answers
 * and are not repeated.
 */
export async function insist<R>(call: () => Promise<R>, tries = 4): Promise<R> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      const kind =
        error instanceof TRPCClientError ? (error.data as { answer?: Answer } | null)?.answer?.kind : undefined;
      const unknown = error instanceof TRPCClientError && (kind === undefined || kind === "unavailable");
      if (!unknown || attempt >= tries) throw error;
      await new Promise((done) => setTimeout(done, 300 * 2 ** attempt));
    }
  }
}
