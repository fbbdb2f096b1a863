import { randomUUID } from "node:crypto";
import { sql } from "drizzle-orm";
import type { z } from "zod";
import { Refused } from "@/core/refusal";
import { deliverOutbox } from "@/hub/deliver";
import {
  type Command,
  execute,
  executeAsService,
  type Ports,
  type Runtime,
  type Service,
  type SiteFacts,
} from "@/kit/command";
import type { Connection } from "@/kit/db/connect";
import { inContext, legalNow } from "@/kit/db/context";
import { type Lot, readLot } from "@/lifecycle/lot/queries";
import type { LotState } from "@/lifecycle/lot/states";
import { siteOfHost } from "@/platform/site/queries";
import { actorOf, type Person } from "./person";

/** What a scenario acts with: the processes' own database roles, the product's own commands, the demonstration's clock. */
export interface Stage {
  readonly app: Runtime;
  readonly receiver: Runtime;
  readonly worker: Runtime;
  readonly people: ReadonlyMap<string, Person>;
  person(key: string): Person;
  act<I extends z.ZodType, R, P>(
    person: Person,
    command: Command<I, R, import("@/kit/command").Actor, P>,
    body: z.input<I>,
    seatId?: string,
  ): Promise<R>;
  /** Does a service's work unless the worker already did. */
  serve<I extends z.ZodType, R, P>(command: Command<I, R, Service, P>, body: z.input<I>): Promise<void>;
  lot(lotId: string): Promise<Lot>;
  until(lotId: string, state: LotState, work: () => Promise<void>): Promise<Lot>;
  setClock(to: Date, running?: boolean): Promise<void>;
  now(): Promise<Date>;
  deliver(): Promise<void>;
}

const PATIENCE = 200;

export async function openStage(
  connections: { app: Connection; receiver: Connection; worker: Connection; owner: Connection },
  ports: Ports,
  people: ReadonlyMap<string, Person>,
  host: string,
): Promise<Stage> {
  const site = (await siteOfHost(connections.app.db, host)) as SiteFacts;
  const runtime = (connection: Connection): Runtime => ({ db: connection.db, site, ports });
  const [app, receiver, worker] = [
    runtime(connections.app),
    runtime(connections.receiver),
    runtime(connections.worker),
  ];
  const person = (key: string) => {
    const found = people.get(key);
    if (!found) throw new Error(`nobody is called ${key}`);
    return found;
  };
  const lot = (lotId: string) =>
    inContext(worker.db, { siteId: site.id, role: "platform" }, (tx) => readLot(tx, lotId));
  return {
    app,
    receiver,
    worker,
    people,
    person,
    act: (who, command, body, seatId) => execute(app, actorOf(who, site.id, seatId), command, body, randomUUID()),
    async serve(command, body) {
      try {
        await executeAsService(worker, command, body);
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
      }
    },
    lot,
    /** Works until the lot is in a state; the worker process may be faster, and that is fine. */
    async until(lotId, state, work) {
      for (let i = 0; i < PATIENCE; i++) {
        const found = await lot(lotId);
        if (found.state === state) return found;
        await work();
        if ((await lot(lotId)).state !== state) await new Promise((done) => setTimeout(done, 50));
      }
      throw new Error(`lot did not reach ${state}: it is ${(await lot(lotId)).state}`);
    },
    async setClock(to, running = false) {
      await connections.owner.db.execute(
        sql`update demo_clock set demo_base = ${to.toISOString()}::timestamptz, real_base = clock_timestamp(), running = ${running}`,
      );
    },
    now: () => legalNow(app.db),
    deliver: () => deliverOutbox(worker),
  };
}
