import type { ServerResponse } from "node:http";
import type { Runtime } from "@/kit/command";
import { inContext } from "@/kit/db/context";
import { log } from "@/kit/log";
import { HALL_EVENTS_AT_ONCE, hallEventsAfter } from "@/lifecycle/opening/queries";

/**
 * After a round to all who listen the hall rests as long as the round took, so that it never takes more than half of a
 * process that also receives bids; what is said meanwhile goes out together. A quiet hall does not wait.
 */
const restAfter = (roundMs: number): Promise<void> | undefined =>
  roundMs < 1 ? undefined : new Promise((rested) => setTimeout(rested, roundMs));

/** What a listener may leave unread before it is let go: it comes back and resumes where it was. */
const MAX_UNREAD_BYTES = 4 * 1024 * 1024;

interface Listener {
  readonly response: ServerResponse;
  /** Number of the last event that it was sent, or said it has. */
  last: number;
}

/**
 * One hall that is listened to: what was said in it, read once and written down once for all who listen. Events are the same
 * for everybody, and only ever added.
 */
export class Hall {
  readonly listeners = new Set<Listener>();
  private readonly said: { readonly seq: number; readonly text: Buffer }[] = [];
  private looking: Promise<void> | undefined;
  private again = false;

  constructor(
    private readonly runtime: Runtime,
    private readonly lotId: string,
  ) {}

  /** Joins after event number `after`: what was said since is sent at once, from memory. */
  async join(response: ServerResponse, after: number): Promise<Listener> {
    const listener = { response, last: after };
    this.listeners.add(listener);
    if (!this.said.length) await this.look();
    this.sendTo(listener);
    return listener;
  }

  /** Reads what is new and sends it. Asked again while it reads, it reads once more, however often it was asked. */
  look(): Promise<void> {
    if (this.looking) {
      this.again = true;
      return this.looking;
    }
    this.looking = this.read()
      .catch((error: unknown) => log.warn({ error: String(error) }, "hall look"))
      .finally(() => {
        this.looking = undefined;
      });
    return this.looking;
  }

  private async read(): Promise<void> {
    do {
      this.again = false;
      const { runtime, lotId } = this;
      const context = { siteId: runtime.site.id, role: "public" as const };
      const events = await inContext(runtime.db, context, (tx) =>
        hallEventsAfter(tx, lotId, this.said.at(-1)?.seq ?? 0),
      );
      for (const { seq, kind, at, payload } of events) {
        const data = JSON.stringify({ at: at.toISOString(), ...payload });
        this.said.push({ seq, text: Buffer.from(`id: ${seq}\nevent: ${kind}\ndata: ${data}\n\n`) });
      }
      if (events.length === HALL_EVENTS_AT_ONCE) this.again = true;
      else if (events.length) {
        const began = performance.now();
        for (const listener of this.listeners) this.sendTo(listener);
        await restAfter(performance.now() - began);
      }
    } while (this.again);
  }

  private sendTo(listener: Listener): void {
    const { response, last } = listener;
    // Numbers go up by one within a hall, but nothing here depends on it: a few newest are looked at from the end.
    let from = this.said.length;
    while (from > 0 && this.said[from - 1]!.seq > last) from -= 1;
    const due = this.said.slice(from);
    if (!due.length) return;
    listener.last = due.at(-1)!.seq;
    response.write(due.length === 1 ? due[0]!.text : Buffer.concat(due.map(({ text }) => text)));
    if (response.writableLength > MAX_UNREAD_BYTES) response.destroy();
  }
}
