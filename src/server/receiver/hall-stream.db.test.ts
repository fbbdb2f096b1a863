import { once } from "node:events";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { obtain, submit } from "@/dev/scenarios/bidding";
import { reachOpening } from "@/dev/scenarios/opening";
import { draftLot, publish } from "@/dev/scenarios/tendering";
import { lockLot } from "@/lifecycle/lot/queries";
import { say } from "@/lifecycle/opening/events";
import { hallEventsAfter } from "@/lifecycle/opening/queries";
import { asService } from "@/testing/lots";
import { type TestStage, testStage } from "@/testing/stage";
import { type HallStreams, hallStreams } from "./hall-stream";
import { receiverHandler } from "./routes";

let t: TestStage;
let lotId: string;
let port: number;
let streams: HallStreams;
const closers: (() => Promise<void> | void)[] = [];

beforeAll(async () => {
  t = await testStage();
  const { stage } = t;
  ({ lotId } = await draftLot(stage, { name: "大厅标段（演示）", content: "教室 12 间", estimateFen: 500_000_000n }));
  await publish(stage, lotId);
  for (const key of ["jia", "yi", "bing"] as const) {
    await obtain(stage, stage.person(key), lotId);
    await submit(stage, stage.person(key), lotId, { priceFen: 480_000_000n });
  }
  await stage.setClock((await stage.lot(lotId)).bidDeadline!);
  await reachOpening(stage, lotId, "O1");
  const receiver = {
    ...{ connection: t.database.as.xb_receiver, ports: t.ports, dataDir: t.dataDir },
    ...{ databaseUrl: t.database.urls.xb_receiver, runtime: () => stage.receiver },
  };
  streams = hallStreams(receiver);
  const server = createServer(receiverHandler(receiver, streams));
  await new Promise<void>((done) => server.listen(0, "localhost", done));
  port = (server.address() as AddressInfo).port;
  closers.push(
    () => streams.close(),
    () => server.closeAllConnections(),
    () => new Promise<void>((done) => server.close(() => done())),
    () => t.close(),
  );
}, 120_000);
afterAll(async () => {
  for (const close of closers) await close();
});

const speak = (n: number) =>
  asService(t.stage, async (tx) => {
    const lot = await lockLot(tx, lotId, "update");
    await say(tx, t.stage.app.site.id, lot.id, await t.stage.now(), "message", { n });
  });

/** Somebody who listens, remembers what it heard, and comes back where it was. */
class Ear {
  readonly heard: number[] = [];
  private text = "";
  private stream: IncomingMessage | undefined;
  async listen(): Promise<void> {
    const headers = {
      host: `localhost:${port}`,
      ...(this.heard.length ? { "last-event-id": String(this.heard.at(-1)) } : {}),
    };
    this.text = "";
    this.stream = await new Promise<IncomingMessage>((answered, failed) => {
      request({ port, host: "localhost", path: `/receive/hall/${lotId}/events`, headers }, answered)
        .on("error", failed)
        .end();
    });
    this.stream.setEncoding("utf8");
    this.stream.on("error", () => {});
    this.stream.on("data", (part: string) => {
      this.text += part;
      // What was cut in the middle was not heard.
      for (let end = this.text.indexOf("\n\n"); end >= 0; end = this.text.indexOf("\n\n")) {
        const id = /^id: (\d+)$/m.exec(this.text.slice(0, end));
        if (id) this.heard.push(Number(id[1]));
        this.text = this.text.slice(end + 2);
      }
    });
  }
  leave(): void {
    this.stream?.destroy();
  }
}

test("whoever hears the hall over cut lines hears every event once and in order, also a thousand at once", {
  timeout: 60_000,
}, async () => {
  const ears = Array.from({ length: 20 }, () => new Ear());
  await Promise.all(ears.map((ear) => ear.listen()));
  for (let n = 0; n < 60; n++) {
    await speak(n);
    const ear = ears[n % ears.length]!;
    ear.leave();
    await ear.listen();
  }
  // More than one reading holds, while half of them are away.
  for (const ear of ears.slice(10)) ear.leave();
  await asService(t.stage, async (tx) => {
    await lockLot(tx, lotId, "update");
    for (let n = 0; n < 1_100; n++) await say(tx, t.stage.app.site.id, lotId, await t.stage.now(), "message", { n });
  });
  await Promise.all(ears.slice(10).map((ear) => ear.listen()));
  const all: number[] = [];
  for (let more = true; more; ) {
    const next = await asService(t.stage, (tx) => hallEventsAfter(tx, lotId, all.at(-1) ?? 0));
    all.push(...next.map(({ seq }) => seq));
    more = next.length > 0;
  }
  expect(all.length).toBeGreaterThan(1_160);
  await expect.poll(() => ears.every(({ heard }) => heard.length >= all.length), { timeout: 20_000 }).toBe(true);
  for (const { heard } of ears) expect(heard).toEqual(all);
  for (const ear of ears) ear.leave();
});

test("a hall that nobody may know of yet is not there for a stranger", async () => {
  const { lotId: draft } = await draftLot(t.stage, {
    name: "草稿（演示）",
    content: "教室",
    estimateFen: 500_000_000n,
  });
  const answer = await fetch(`http://localhost:${port}/receive/hall/${draft}/events`);
  expect(answer.status).toBe(404);
});

test("who has left before the hall was found takes no place in it", async () => {
  const asked = new Promise<[IncomingMessage, ServerResponse]>((done) => {
    const door = createServer((...both) => done(both));
    closers.unshift(() => void door.close());
    door.listen(0, "localhost", () => {
      const { port: at } = door.address() as AddressInfo;
      const early = request({ port: at, host: "localhost" }).on("error", () => {});
      early.end();
      void asked.then(() => early.destroy());
    });
  });
  const [question, answer] = await asked;
  await once(answer, "close");
  await streams.open(t.stage.receiver, undefined, lotId, question, answer);
  expect(answer.headersSent).toBe(false);
});

test("what one site says of a hall is not what another says: neither its leave nor its refusal is passed on", async () => {
  const ask = (site: { id: string }) =>
    new Promise<number>((done, failed) => {
      const runtime = { ...t.stage.receiver, site: { ...t.stage.receiver.site, ...site } };
      const door = createServer((question, answer) => {
        streams.open(runtime, undefined, lotId, question, answer).catch(() => answer.writeHead(404).end());
      });
      closers.unshift(() => void door.close());
      door.listen(0, "localhost", () => {
        const { port: at } = door.address() as AddressInfo;
        request({ port: at, host: "localhost" }, (answer) => {
          done(answer.statusCode!);
          answer.destroy();
        })
          .on("error", failed)
          .end();
      });
    });
  const other = { id: "00000000-0000-4000-8000-000000000001" };
  const own = { id: t.stage.receiver.site.id };
  expect([await ask(other), await ask(own), await ask(other)]).toEqual([404, 200, 404]);
});
