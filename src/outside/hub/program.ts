import { createHash, X509Certificate } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { CanonicalValue } from "@/core/canonical-json";
import type { CmsSigner } from "@/crypto/cms";
import { signStatement } from "@/crypto/statement";
import type { OutsideClock } from "../clock";
import { type Faults, noFaults } from "../faults";
import { type Ask, Declined, json, type Program } from "../http";
import { writeWhole } from "../journal";
import { HUB } from "./content";
import { openEnvelope, PlatformCode } from "./envelope";
import { mediaPage, statusPage } from "./pages";
import { REGISTERED } from "./parties";
import { type Ack, type Kept, openRegistry, type Registry } from "./registry";

const MAX_BATCH = 100;
const PAGE = 200;
const Batch = z.array(z.unknown()).min(1).max(MAX_BATCH);
const Platform = z.object({ certificate: z.string().max(20_000) });
const MediaSetting = z.object({ delay: z.union([z.number().int().min(0).max(100_000), z.literal("hold")]) });

/** The public service platform (公共服务平台) with its media, speaking XB-HUB/1. */
export function hub(options: {
  folder: string;
  clock: OutsideClock;
  signer: CmsSigner & { readonly pem: string };
  baseUrl(): string;
  faults?: Faults;
}): Program {
  const { folder, clock, signer, faults = noFaults() } = options;
  const registry = openRegistry(options);
  const settled = async () => registry.settle(await clock.now());

  return {
    title: `${HUB.name}`,
    purpose: "代表省级招标投标公共服务平台及其法定媒体：登记交易平台、接收数据、发布公告公示。",
    faults,
    routes: [
      ["GET", "/v1/hub", () => json({ ...HUB, certificate: signer.pem })],
      ["PUT", "/v1/platforms/:code", (ask) => registerPlatform(registry, ask)],
      ["POST", "/v1/messages", async (ask) => takeBatch(registry, ask, await clock.now(0))],
      [
        "GET",
        "/v1/messages",
        async (ask) => {
          await settled();
          const [lot, dataset] = [ask.query.get("lot"), ask.query.get("dataset")];
          const found = registry.messages.filter(
            ({ message }) => (!lot || message.lot === lot) && (!dataset || message.dataset === dataset),
          );
          return json({ messages: found.map((kept) => shown(registry, kept)) });
        },
      ],
      [
        "GET",
        "/v1/messages/:key",
        async (ask) => {
          await settled();
          const versions = registry.messages.filter(({ message }) => message.key === ask.params.key);
          const newest = versions[versions.length - 1];
          if (!newest) throw new Declined(404, "not_found", "没有这个键的数据");
          return json(shown(registry, newest));
        },
      ],
      [
        "GET",
        "/v1/parties/:creditCode",
        async (ask) => json(await sharedParty(registry, signer, ask, await clock.now())),
      ],
      ["PUT", "/v1/attachments/:hash", (ask) => keepAttachment(registry, folder, ask)],
      [
        "GET",
        "/v1/inbox",
        async (ask) => {
          await settled();
          const after = Number(ask.query.get("after") ?? 0);
          const platform = ask.query.get("platform");
          const items = registry.acks.filter((ack) => ack.seq > after && (!platform || ack.platform === platform));
          return json({ items: items.slice(0, PAGE).map((ack) => ({ kind: "ack", ...answerOf(ack), seq: ack.seq })) });
        },
      ],
      [
        "PUT",
        "/media",
        async (ask) => {
          const given = MediaSetting.safeParse(await ask.json());
          if (!given.success) throw new Declined(400, "invalid", "delay 须为分钟数或 hold");
          registry.setMedia(given.data);
          await settled();
          return json(given.data);
        },
      ],
      [
        "GET",
        "/media/:id",
        async (ask) => {
          await settled();
          return { body: mediaPage(registry, ask.params.id!) };
        },
      ],
    ],
    async page() {
      await settled();
      return statusPage(registry);
    },
  };
}

async function registerPlatform(registry: Registry, ask: Ask) {
  const code = PlatformCode.safeParse(ask.params.code);
  const given = Platform.safeParse(await ask.json());
  if (!code.success || !given.success) throw new Declined(400, "invalid", "平台代码或证书不正确");
  try {
    new X509Certificate(given.data.certificate);
  } catch {
    throw new Declined(400, "invalid", "不是 PEM 格式的证书");
  }
  registry.registerPlatform(code.data, given.data.certificate);
  return json({ code: code.data });
}

/** What any platform has reported of a party, newest first, or what the register holds; the answer is signed. */
async function sharedParty(registry: Registry, signer: CmsSigner, ask: Ask, now: Date) {
  const { creditCode } = ask.params;
  const newest = (dataset: string) =>
    registry.messages
      .filter((kept) => kept.message.dataset === dataset && kept.message.body.LEGAL_CODE === creditCode)
      .findLast((kept) => registry.ackOf(kept)?.state === "ACCEPTED")?.message.body;
  const reported = Object.fromEntries(
    ["100", "102", "103"].flatMap((dataset) => {
      const body = newest(dataset);
      return body ? [[dataset, body]] : [];
    }),
  );
  const datasets = reported["100"] ? reported : REGISTERED[creditCode!];
  if (!datasets) throw new Declined(404, "not_found", "没有这个主体的共享信息");
  const payload = { format: "xb-hub-party/1", hub: HUB.code, creditCode: creditCode!, at: now.toISOString(), datasets };
  return { statement: await signStatement(payload as CanonicalValue, signer, { signingTime: now }) };
}

async function takeBatch(registry: Registry, ask: Ask, now: Date) {
  const batch = Batch.safeParse(await ask.json());
  if (!batch.success) throw new Declined(400, "batch", `须为 1–${MAX_BATCH} 条数据的数组`);
  const acks = [];
  for (const item of batch.data) {
    const opened = openEnvelope(item, registry.certificateOf, now);
    if (!opened.ok) acks.push(await registry.refuse(opened.key, opened.platform, opened.rejection, now));
    else if (ask.mode === "wrong") {
      acks.push(await registry.refuse(opened.message.key, opened.message.platform.tradePlat, registry.played, now));
    } else acks.push(answerOf(await registry.take(opened.message, opened.bodyHash, now)));
  }
  return json({ acks });
}

/** The signed statement is what counts; the rest repeats it for easy reading. */
const answerOf = ({ key, bodyHash, state, statement, rejection, media }: Ack) => ({
  key,
  bodyHash,
  state,
  statement,
  ...(rejection ? { rejection } : {}),
  ...(media ? { media } : {}),
});

const shown = (registry: Registry, kept: Kept) => {
  const { message, bodyHash, version, at } = kept;
  const ack = registry.ackOf(kept);
  return {
    version,
    receivedAt: at,
    message,
    ...(ack ? answerOf(ack) : { key: message.key, bodyHash, state: "RECEIVED" }),
  };
};

async function keepAttachment(registry: Registry, folder: string, ask: Ask) {
  const bytes = await ask.body();
  const hash = createHash("sha256").update(bytes).digest("hex");
  if (hash !== ask.params.hash) throw new Declined(400, "hash", "内容与地址中的摘要不符");
  const place = join(folder, "attachments");
  if (!existsSync(join(place, hash))) writeWhole(place, hash, bytes);
  registry.keepAttachment(hash, bytes.length);
  return json({ hash, size: bytes.length }, 201);
}
