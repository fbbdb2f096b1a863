import { randomBytes } from "node:crypto";
import { hex } from "@/core/bytes";
import type { CmsSigner } from "@/crypto/cms";
import { parseDer, sequenceOf } from "@/crypto/der";
import type { OutsideClock } from "../clock";
import { type Faults, noFaults } from "../faults";
import type { Answer, Ask, Program } from "../http";
import { openJournal } from "../journal";
import { beijing, table } from "../page";
import { BadQuery, grant, readQuery, refuseQuery } from "./token";

interface Stamped {
  readonly serial: string;
  readonly hash: string;
  readonly at: string;
}

/** A time-stamp authority (RFC 3161 over HTTP) whose time is the legal time of the installation. */
export function timestampAuthority(options: {
  folder: string;
  clock: OutsideClock;
  signer: CmsSigner & { readonly pem: string };
  faults?: Faults;
}): Program {
  const { folder, clock, signer, faults = noFaults() } = options;
  const stamped = openJournal<Stamped>(folder, "stamped");

  async function stamp(ask: Ask): Promise<Answer> {
    const type = "application/timestamp-reply";
    try {
      const query = readQuery(await ask.body());
      const imprint = query.imprint.slice();
      // A wrong answer of the worst kind: well formed and signed, over something else.
      if (ask.mode === "wrong") imprint[imprint.length - 1]! ^= 1;
      const at = await clock.now(0);
      const serial = BigInt(`0x${randomBytes(12).toString("hex")}`);
      const body = await grant({ ...query, imprint }, signer, serial, at);
      const [, hash] = sequenceOf(parseDer(imprint), "imprint");
      stamped.append({ serial: serial.toString(16), hash: hex(hash!.content), at: at.toISOString() });
      return { type, body };
    } catch (error) {
      if (error instanceof BadQuery) return { type, body: refuseQuery(error.failure) };
      throw error;
    }
  }

  return {
    title: "时间戳服务（演示）",
    purpose: "代表第三方可信时间戳机构：对摘要签发 RFC 3161 时间戳。",
    faults,
    routes: [
      ["POST", "/", stamp],
      ["POST", "/tsa", stamp],
      ["GET", "/certificate.pem", () => ({ type: "application/x-pem-file", body: signer.pem })],
    ],
    page: () =>
      `<p>已签发 ${stamped.entries.length} 个时间戳。签名证书：<a href="/certificate.pem">certificate.pem</a></p>${table(
        ["时间", "序列号", "摘要（SHA-256）"],
        [...stamped.entries]
          .reverse()
          .slice(0, 100)
          .map(({ at, serial, hash }) => [beijing(at), serial, hash]),
        "尚未签发时间戳。",
      )}`,
  };
}
