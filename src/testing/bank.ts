import { createServer } from "node:http";
import type { Statement } from "@/crypto/statement";
import type { NoticeMode } from "@/outside/bank/modes";
import { eventually } from "./refused";
import type { TestStage } from "./stage";

/** Stands where the platform takes notices of the bank: keeps them, so that a test hands them on when it wants. */
export interface NoticeBox {
  readonly url: string;
  /** Notices of an order, or of a sub-account by its pseudonym, so far, once there are so many. */
  of(orderNo: string, count: number): Promise<Statement[]>;
  close(): void;
}

/** Opens the box and makes it the address that this process gives the bank; before the stage is built. */
export async function noticeBox(): Promise<NoticeBox> {
  const taken: Statement[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      taken.push((JSON.parse(Buffer.concat(parts).toString()) as { statement: Statement }).statement);
      response.end("{}");
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const url = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
  process.env.PUBLIC_URL = url;
  const word = (statement: Statement) =>
    JSON.parse(Buffer.from(statement.payload, "base64url").toString()) as { orderNo?: string; reference?: string };
  const about = (statement: Statement) => word(statement).orderNo ?? word(statement).reference;
  return {
    url,
    of: (orderNo, count) =>
      eventually(async () => {
        const found = taken.filter((statement) => about(statement) === orderNo);
        return found.length >= count && found;
      }),
    close() {
      server.close();
      delete process.env.PUBLIC_URL;
    },
  };
}

const put = (url: string, mode: string) => fetch(url, { method: "PUT", body: JSON.stringify({ mode }) });
/** How the bank tells of payments from here on. */
export const bankTells = (t: TestStage, mode: NoticeMode) => put(`${t.outside.bank}/notices`, mode);
/** How the bank fails from here on. */
export const bankFails = (t: TestStage, mode: "none" | "down" | "answer-lost" | "wrong") =>
  put(`${t.outside.bank}/faults`, mode);
