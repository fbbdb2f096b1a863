import type { Statement } from "@/crypto/statement";
import type { Bank } from "@/ports/bank";

const TIMEOUT_MS = 5_000;

/** The bank over HTTP. No answer is an answer: the caller asks again. */
export function httpBank(publicUrl: string): Bank {
  async function call<R>(url: string, body?: unknown): Promise<R | undefined> {
    try {
      const answer = await fetch(url, {
        ...(body
          ? { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) }
          : {}),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      return answer.ok ? ((await answer.json()) as R) : undefined;
    } catch {
      return undefined;
    }
  }
  return {
    publicUrl,
    place: async (url, statement) => (await call<{ payUrl: string }>(`${url}/v1/orders`, { statement }))?.payUrl,
    ask: async (url, orderNo) =>
      (await call<{ statement: Statement }>(`${url}/v1/orders/${encodeURIComponent(orderNo)}`))?.statement,
    refund: async (url, statement) =>
      (await call<{ statement: Statement }>(`${url}/v1/refunds`, { statement }))?.statement,
    payOut: async (url, statement) =>
      (await call<{ statement: Statement }>(`${url}/v1/payouts`, { statement }))?.statement,
    statement: async (url, merchant, day) =>
      (await call<{ statement: Statement }>(`${url}/v1/statements/${day}/signed?merchant=${merchant}`))?.statement,
    openAccount: async (url, statement) =>
      (await call<{ statement: Statement }>(`${url}/v1/accounts`, { statement }))?.statement,
    askAccount: async (url, reference) =>
      (await call<{ statement: Statement }>(`${url}/v1/accounts/${encodeURIComponent(reference)}`))?.statement,
    sendOut: async (url, statement) =>
      (await call<{ statement: Statement }>(`${url}/v1/outs`, { statement }))?.statement,
  };
}
