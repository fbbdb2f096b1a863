import type { Socket } from "node:net";
import { SMTPServer } from "smtp-server";
import { z } from "zod";
import type { OutsideClock } from "../clock";
import { type Faults, noFaults } from "../faults";
import { Declined, json, type Program } from "../http";
import { openJournal } from "../journal";
import { beijing, table } from "../page";
import { readMail } from "./message";

export interface Delivered {
  readonly channel: "mail" | "sms";
  readonly to: readonly string[];
  readonly from: string;
  readonly subject: string;
  readonly text: string;
  /** Legal time. */
  readonly at: string;
}

const MAX_MAIL_BYTES = 10 * 1024 * 1024;
const Sms = z.object({ to: z.string().regex(/^\+?\d{5,20}$/), text: z.string().min(1).max(500) });

export interface MailProgram {
  readonly program: Program;
  /** Starts the SMTP side; gives the port. */
  listenSmtp(port: number): Promise<number>;
  close(): Promise<void>;
}

/** A mail server and a short-message gateway that keep everything and forward nothing. */
export function mail(options: { folder: string; clock: OutsideClock; faults?: Faults }): MailProgram {
  const { folder, clock, faults = noFaults() } = options;
  const kept = openJournal<Delivered>(folder, "messages");

  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS", "AUTH"],
    size: MAX_MAIL_BYTES,
    disableReverseLookup: true,
    logger: false,
    onConnect: (_session, done) => void setTimeout(done, faults.mode === "slow" ? faults.slowMs : 0),
    onData(stream, session, done) {
      const parts: Buffer[] = [];
      stream.on("data", (part: Buffer) => parts.push(part));
      stream.on("end", () => {
        void store(Buffer.concat(parts), session.envelope, stream.sizeExceeded).then(
          () => {
            if (faults.mode === "answer-lost") drop();
            else done(null, "2.0.0 kept");
          },
          (error: Error) => done(error),
        );
      });
    },
  });

  const sockets = new Set<Socket>();
  smtp.server.prependListener("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    if (faults.mode === "down") socket.destroy();
  });
  const drop = () => {
    for (const socket of sockets) socket.destroy();
  };

  async function store(
    raw: Buffer,
    envelope: { mailFrom: false | { address: string }; rcptTo: { address: string }[] },
    tooLarge: boolean,
  ) {
    if (tooLarge) throw smtpError(552, "message too large");
    if (faults.mode === "wrong") throw smtpError(550, "mailbox unavailable (demonstration fault)");
    const { subject, from, text } = readMail(raw.toString("utf8"));
    const to = envelope.rcptTo.map(({ address }) => address.toLowerCase());
    kept.append({ channel: "mail", to, from, subject, text, at: (await clock.now()).toISOString() });
  }

  const program: Program = {
    title: "邮件与短信服务（演示）",
    purpose: "代表邮件服务器与短信网关：保存平台发出的全部邮件和短信，不向外发送。",
    faults,
    routes: [
      [
        "POST",
        "/sms",
        async (ask) => {
          const given = Sms.safeParse(await ask.json());
          if (!given.success) throw new Declined(400, "invalid", "须给出号码 to 与不超过 500 字的 text");
          if (ask.mode === "wrong") throw new Declined(502, "not_delivered", "短信未能送达（演示故障）");
          const { to, text } = given.data;
          kept.append({ channel: "sms", to: [to], from: "", subject: "", text, at: (await clock.now()).toISOString() });
          return json({ status: "delivered" });
        },
      ],
      [
        "GET",
        "/messages",
        (ask) => {
          const to = ask.query.get("to")?.toLowerCase();
          const after = Number(ask.query.get("after") ?? 0);
          const found = kept.entries
            .map((entry, i) => ({ seq: i + 1, ...entry }))
            .filter(({ seq, to: all }) => seq > after && (!to || all.includes(to)));
          return json({ messages: found });
        },
      ],
    ],
    page: () =>
      table(
        ["时间", "方式", "收件人", "标题", "内容"],
        [...kept.entries]
          .reverse()
          .slice(0, 300)
          .map(({ at, channel, to, subject, text }) => [
            beijing(at),
            channel === "mail" ? "邮件" : "短信",
            to.join("、"),
            subject,
            text,
          ]),
        "尚未收到邮件或短信。",
      ),
  };

  return {
    program,
    listenSmtp: (port) =>
      new Promise((done, fail) => {
        smtp.once("error", fail);
        const server = smtp.listen(port, "127.0.0.1", () => {
          smtp.off("error", fail);
          // A client that breaks off is not a reason to stop.
          smtp.on("error", (error) => console.error(error.message));
          done((server.address() as { port: number }).port);
        });
      }),
    close: () =>
      new Promise((done) => {
        smtp.close(() => done());
        drop();
      }),
  };
}

function smtpError(code: number, text: string): Error {
  return Object.assign(new Error(text), { responseCode: code });
}
