import { connect, type Socket } from "node:net";

/** Connections that ask at the same time. */
const READERS = 16;

/** Answers per second that an address gives to readers who keep their connections, asking anew when they have the last byte. */
export async function answersPerSecond(url: string, milliseconds: number): Promise<number> {
  const { hostname, port, host, pathname, search } = new URL(url);
  const question = `GET ${pathname}${search} HTTP/1.1\r\nHost: ${host}\r\n\r\n`;
  const begun = performance.now();
  const until = begun + milliseconds;
  const readers = Array.from({ length: READERS }, async () => {
    let answers = 0;
    while (performance.now() < until) answers += await askUntil(connect(Number(port), hostname), question, until);
    return answers;
  });
  const answers = (await Promise.all(readers)).reduce((sum, each) => sum + each, 0);
  return answers / ((performance.now() - begun) / 1000);
}

/** Asks on one connection until the time is over or the other side closes it, which also ends an answer of unknown length. */
function askUntil(socket: Socket, question: string, until: number): Promise<number> {
  return new Promise((done, fail) => {
    let answers = 0;
    let missing = 0;
    let head = "";
    // A server that has answered its thousand questions closes; the question that was on its way then is no failure.
    socket.on("error", (error: NodeJS.ErrnoException) =>
      error.code === "ECONNRESET" || error.code === "EPIPE" ? done(answers) : fail(error),
    );
    socket.on("connect", () => socket.write(question));
    socket.on("data", (part) => {
      if (missing > 0) missing -= part.length;
      else {
        head += part.toString("latin1");
        const end = head.indexOf("\r\n\r\n");
        if (end < 0) return;
        if (!head.startsWith("HTTP/1.1 200 ")) return fail(new Error(`no page: ${head.slice(0, 200)}`));
        const length = /\r\ncontent-length: (\d+)\r\n/i.exec(head)?.[1];
        missing = length ? Number(length) - (head.length - end - 4) : Number.POSITIVE_INFINITY;
        head = "";
      }
      if (missing > 0) return;
      answers++;
      if (performance.now() < until) socket.write(question);
      else socket.end();
    });
    socket.on("close", () => done(missing > 0 ? answers + 1 : answers));
  });
}
