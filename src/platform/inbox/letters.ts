import type { Tx } from "@/kit/db/connect";
import type { Job } from "@/kit/outbox";
import { letters } from "./tables";

export interface Letter {
  readonly orgId: string;
  readonly lotId?: string;
  readonly kind: string;
  readonly subject: string;
  readonly body: string;
  /** What the letter is about; reading that counts as reading the letter. */
  readonly aboutId?: string;
  /** Also tells the organisation's phone that there is something to read; the short message has no content. */
  readonly byPhone?: boolean;
}

/** Jobs that send the twins of a letter. A key names the sending, so that a reminder is a new one. */
export const twinsOf = (id: string, byPhone: boolean, sending = ""): Job[] => [
  { name: "mail-letter", payload: { letterId: id, again: sending !== "" }, key: `mail:${id}${sending}` },
  ...(byPhone ? [{ name: "phone-letter", payload: { letterId: id }, key: `phone:${id}${sending}` }] : []),
];

/** Writes letters in the transaction of the act they tell of, and gives the jobs that mail their twins one by one. */
export async function writeLetters(tx: Tx, siteId: string, now: Date, all: readonly Letter[]): Promise<Job[]> {
  const jobs: Job[] = [];
  for (const letter of all) {
    const id = crypto.randomUUID();
    const { byPhone, ...row } = letter;
    await tx.insert(letters).values({ id, siteId, ...row, phoneState: byPhone ? "queued" : "none", sentAt: now });
    jobs.push(...twinsOf(id, byPhone ?? false));
  }
  return jobs;
}
