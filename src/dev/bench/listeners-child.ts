import { connect, type Socket } from "node:net";

/**
 * Many who listen to one event stream, in a process of their own: `node … URL HOST COUNT`. Told `storm` they all cut their
 * lines and come back at once. Each event carries `"n"` and `"t"`, the monotonic nanoseconds at which its sender began;
 * the clock is the same for all processes of a machine.
 */
const [url, host, count] = process.argv.slice(2) as [string, string, string];
const { hostname, port, pathname } = new URL(url);
const PATTERN = /"n":(\d+),"t":"(\d+)"/g;

interface Ear {
  socket?: Socket;
  last: string;
  heard: Set<number>;
}
const ears: Ear[] = Array.from({ length: Number(count) }, () => ({ last: "", heard: new Set() }));
const delays = new Map<number, number[]>();
let storming = false;

function listen(ear: Ear): Promise<void> {
  return new Promise((ready) => {
    const socket = connect(Number(port), hostname);
    ear.socket = socket;
    let text = "";
    socket.setNoDelay(true);
    const resume = ear.last ? `Last-Event-ID: ${ear.last}\r\n` : "";
    socket.write(`GET ${pathname} HTTP/1.1\r\nHost: ${host}\r\nAccept: text/event-stream\r\n${resume}\r\n`);
    socket.on("error", () => {});
    socket.once("data", () => ready());
    socket.on("data", (part: Buffer) => {
      const now = process.hrtime.bigint();
      text += part.toString("latin1");
      let end = 0;
      for (const found of text.matchAll(PATTERN)) {
        const n = Number(found[1]);
        ear.heard.add(n);
        if (!storming) delays.set(n, [...(delays.get(n) ?? []), Number(now - BigInt(found[2]!)) / 1e6]);
        end = found.index + found[0].length;
      }
      for (const found of text.matchAll(/^id: ?(\S+)/gm)) ear.last = found[1]!;
      text = text.slice(Math.max(end, text.length - 4096));
    });
  });
}

process.on("message", async (ask: { do: "delays" | "storm"; until?: number }) => {
  if (ask.do === "delays") process.send?.({ delays: [...delays.values()].flat(), events: delays.size });
  if (ask.do === "storm") {
    storming = true;
    const began = performance.now();
    for (const { socket } of ears) socket?.destroy();
    await Promise.all(ears.map(listen));
    while (!ears.every(({ heard }) => heard.has(ask.until!))) await new Promise((done) => setTimeout(done, 5));
    process.send?.({
      caughtUpMs: performance.now() - began,
      whole: ears.every(({ heard }) => heard.size === ask.until! + 1),
    });
  }
});
await Promise.all(ears.map(listen));
process.send?.({ ready: true });
