import { createServer, type IncomingMessage, request } from "node:http";
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
import { hallStreams } from "./hall-stream";
import { receiverHandler } from "./routes";

let t: TestStage;
let lotId: string;
let port: number;
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
  const streams = hallStreams(receiver);
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
