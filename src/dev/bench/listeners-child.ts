import { connect, type Socket } from "node:net";

/**
 * Many who listen to event streams, in a process of their own: `node … HOST COUNT URL…`, shared out among the addresses.
 * Told `storm` they all cut their lines and come back at once. Each event carries `"n"` and `"t"`, the monotonic nanoseconds
 * at which its sender began; the clock is the same for all processes of a machine. What comes is kept with its instant and
 * read afterwards, so that a thousand who listen do not measure their own reading.
 */
const [host, count, ...urls] = process.argv.slice(2) as [string, string, ...string[]];
const EVENT = /"n":(\d+),"t":"(\d+)"[^\n]*\n\n/g;
const PIECE_BYTES = 65_536;

interface Ear {
  readonly url: URL;
  socket?: Socket;
  pieces: { readonly at: bigint; readonly bytes: Buffer }[];
}
const ears: Ear[] = Array.from({ length: Number(count) }, (_, i) => ({
  url: new URL(urls[i % urls.length]!),
  pieces: [],
}));

function listen(ear: Ear, last = ""): Promise<void> {
  return new Promise((ready) => {
    const { hostname, port, pathname } = ear.url;
    const callback = (length: number, buffer: Uint8Array) => {
      ear.pieces.push({ at: process.hrtime.bigint(), bytes: Buffer.from(buffer.subarray(0, length)) });
      ready();
      return true;
    };
    const socket = connect({ port: Number(port), host: hostname, noDelay: true, onread: { buffer: PIECES, callback } });
    ear.socket = socket;
    const resume = last ? `Last-Event-ID: ${last}\r\n` : "";
    socket.write(`GET ${pathname} HTTP/1.1\r\nHost: ${host}\r\nAccept: text/event-stream\r\n${resume}\r\n`);
    socket.on("error", () => {});
  });
}
/** All read into one place, one after the other. */
const PIECES = Buffer.alloc(PIECE_BYTES);

/** Numbers heard by one, each with the milliseconds from its sender's begin until its last byte had come. */
function heard({ pieces }: Ear): Map<number, number> {
  const found = new Map<number, number>();
  let text = "";
  for (const { at, bytes } of pieces) {
    text += bytes.toString("latin1");
    let end = 0;
    for (const event of text.matchAll(EVENT)) {
      found.set(Number(event[1]), Number(at - BigInt(event[2]!)) / 1e6);
      end = event.index + event[0].length;
    }
    text = text.slice(end);
  }
  return found;
}

const lastId = ({ pieces }: Ear): string => {
  const text = Buffer.concat(pieces.map(({ bytes }) => bytes)).toString("latin1");
  return [...text.matchAll(/^id: ?(\S+)/gm)].at(-1)?.[1] ?? "";
};

type Ask = { do: "delays"; from: number; until: number } | { do: "storm"; until: number };
process.on("message", async (ask: Ask) => {
  if (ask.do === "delays") {
    const delays = ears.flatMap((ear) =>
      [...heard(ear)].filter(([n]) => n >= ask.from && n < ask.until).map(([, ms]) => ms),
    );
    return process.send?.({ delays });
  }
  const known = ears.map((ear) => ({ ear, last: lastId(ear), before: heard(ear) }));
  const began = performance.now();
  for (const { ear } of known) {
    ear.socket?.destroy();
    ear.pieces = [];
  }
  await Promise.all(known.map(({ ear, last }) => listen(ear, last)));
  const all = () => known.every(({ ear }) => heard(ear).has(ask.until));
  while (!all()) await new Promise((done) => setTimeout(done, 20));
  const caughtUpMs = performance.now() - began;
  // Neither lost nor told twice: what came before the cut and after it are all there are, and have nothing in common.
  const whole = known.every(({ ear, before }) => {
    const after = heard(ear);
    return before.size + after.size === ask.until + 1 && [...after.keys()].every((n) => !before.has(n));
  });
  process.send?.({ caughtUpMs, whole });
});
await Promise.all(ears.map((ear) => listen(ear)));
process.send?.({ ready: true });
