import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { obtain, seal } from "@/dev/scenarios/bidding";
import { httpActor } from "@/dev/scenarios/http-actor";
import { UNIT_BYTES } from "@/lifecycle/bidding/rules";
import { type FrontDoor, openFrontDoor } from "@/testing/front-door";
import { receivingLot } from "@/testing/lots";
import { type TestStage, testStage } from "@/testing/stage";

let t: TestStage;
let door: FrontDoor;
const sockets: Socket[] = [];

beforeAll(async () => {
  t = await testStage();
  door = await openFrontDoor(t);
}, 120_000);
afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  await door?.close();
  await t?.close();
});

test("a client that holds a thousand connections and sends nothing waits for itself; another's bid is received meanwhile", async () => {
  const { stage } = t;
  const { lotId } = await receivingLot(stage, "占线");
  const [stalled, other] = ["jia", "yi"].map((key) => httpActor(door.url, stage.person(key)));
  for (const actor of [stalled!, other!]) {
    await actor.signIn();
    await obtain(stage, actor.person, lotId);
  }
  const sealed = await seal(stage, other!.person, lotId, { priceFen: 480_000_000n });
  const { uploadId } = await stalled!.begin(lotId, 500 * UNIT_BYTES);
  const { hostname, port, host } = new URL(door.url);
  for (let n = 0; n < 1_000; n++) {
    const socket = connect(Number(port), hostname);
    sockets.push(socket);
    socket.on("error", () => {});
    socket.write(
      `PUT /receive/upload/${uploadId}/${n % 500} HTTP/1.1\r\nHost: ${host}\r\nCookie: ${stalled!.cookie()}\r\n` +
        `X-Content-Sha256: ${"0".repeat(64)}\r\nContent-Length: ${UNIT_BYTES}\r\n\r\nabc`,
    );
  }
  await Promise.all(sockets.map((socket) => socket.connecting && once(socket, "connect")));
  const receipt = await other!.deliver(lotId, sealed);
  expect(receipt.receipt.payload).toBeTruthy();
  expect(sockets.every((socket) => !socket.destroyed)).toBe(true);
});
