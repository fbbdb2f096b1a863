import type { Tx } from "@/kit/db/connect";
import type { Job } from "@/kit/outbox";
import { letters } from "./tables";

export interface Letter {
  readonly orgId: string;
  readonly lotId?: string;
  readonly kind: string;
  readonly subject: string;
  readonly body: string;
}

/** Writes letters in the transaction of the act they tell of, and gives the jobs that mail their twins one by one. */
export async function writeLetters(tx: Tx, siteId: string, now: Date, all: readonly Letter[]): Promise<Job[]> {
  const jobs: Job[] = [];
  for (const letter of all) {
    const id = crypto.randomUUID();
    await tx.insert(letters).values({ id, siteId, ...letter, sentAt: now });
    jobs.push({ name: "mail-letter", payload: { letterId: id }, key: `mail:${id}` });
  }
  return jobs;
}
