import { join } from "node:path";
import { BANK_NAME } from "@/outside/bank/modes";
import { bank } from "@/outside/bank/program";
import { type KeySource, takeKeysFrom } from "@/outside/ca/authority";
import { certificationAuthorities } from "@/outside/ca/program";
import { outsideClock } from "@/outside/clock";
import { type Program, serve } from "@/outside/http";
import { HUB } from "@/outside/hub/content";
import { hub } from "@/outside/hub/program";
import { openIdentity } from "@/outside/identity";
import { mail } from "@/outside/mail/program";
import { timestampAuthority } from "@/outside/timestamp/program";

export interface OutsideWorld {
  readonly ca: string;
  readonly timestamp: string;
  readonly hub: string;
  readonly mail: string;
  readonly smtp: string;
  readonly bank: string;
  close(): Promise<void>;
}

/** The outside world's own programs, in this process and on free ports, with the legal time of a test's database. */
export async function outsideWorld(clockUrl: string, folder: string, keys: KeySource): Promise<OutsideWorld> {
  takeKeysFrom(keys);
  const clock = outsideClock(clockUrl);
  const closers: (() => Promise<void>)[] = [];
  const start = async (program: Program) => {
    const served = await serve(program, 0);
    closers.push(served.close);
    return served.url;
  };
  const ca = await start(await certificationAuthorities({ folder: join(folder, "ca"), clock }));
  const order = (name: "timestamp" | "hub", cn: string) =>
    openIdentity({
      caUrl: ca,
      folder: join(folder, name),
      use: name === "hub" ? "platform" : "timestamp",
      cn,
      o: cn,
      ...(name === "hub" ? { creditCode: HUB.creditCode } : {}),
    });
  const timestamp = await start(
    timestampAuthority({
      folder: join(folder, "timestamp"),
      clock,
      signer: await order("timestamp", "时间戳服务（演示）"),
    }),
  );
  let hubUrl = "";
  hubUrl = await start(
    hub({
      folder: join(folder, "hub"),
      clock,
      signer: await order("hub", "公共服务平台（演示）"),
      baseUrl: () => hubUrl,
    }),
  );
  const mailbox = mail({ folder: join(folder, "mail"), clock });
  const mailUrl = await start(mailbox.program);
  closers.push(() => mailbox.close());
  const smtp = `smtp://127.0.0.1:${await mailbox.listenSmtp(0)}`;
  let bankUrl = "";
  const bankFolder = join(folder, "bank");
  const teller = bank({
    folder: bankFolder,
    clock,
    signer: await openIdentity({ caUrl: ca, folder: bankFolder, use: "platform", cn: BANK_NAME, o: BANK_NAME }),
    baseUrl: () => bankUrl,
  });
  bankUrl = await start(teller.program);
  return {
    ca,
    timestamp,
    hub: hubUrl,
    mail: mailUrl,
    smtp,
    bank: bankUrl,
    async close() {
      await teller.settled();
      for (const close of closers.reverse()) await close();
      await clock.close();
    },
  };
}
