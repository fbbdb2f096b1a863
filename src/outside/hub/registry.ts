import { randomUUID } from "node:crypto";
import type { CanonicalValue } from "@/core/canonical-json";
import type { CmsSigner } from "@/crypto/cms";
import { type Statement, signStatement } from "@/crypto/statement";
import { openJournal } from "../journal";
import { isNotice, parentOf, refusalOfContent } from "./content";
import { type Message, type Rejection, rejection } from "./envelope";

export type AckState = "RECEIVED" | "ACCEPTED" | "REJECTED" | "PUBLISHED";

/** One message version as this hub keeps it. */
export interface Kept {
  readonly at: string;
  readonly message: Message;
  readonly bodyHash: string;
  readonly version: number;
}
export interface Ack {
  /** Order of all acknowledgements: `after` of the inbox. */
  readonly seq: number;
  readonly platform: string;
  readonly key: string;
  readonly bodyHash: string;
  readonly state: AckState;
  readonly at: string;
  readonly statement: Statement;
  readonly rejection?: Rejection;
  readonly media?: { readonly mediaId: string; readonly url: string; readonly at: string };
}
/** The code by which later datasets name their parent. */
const PARENT_FIELDS: Readonly<Record<string, string>> = {
  "500": "PROJECT_CODE",
  "501": "TENDER_PROJECT_CODE",
  "502": "BID_SECTION_CODE",
};

interface MediaSetting {
  /** Legal minutes from acceptance to publication; "hold" publishes nothing. */
  readonly delay: number | "hold";
}

/** What the hub knows: messages, acknowledgements, attachments, media. All of it is on disk before anybody is told. */
export function openRegistry(options: { folder: string; signer: CmsSigner; baseUrl(): string }) {
  const { folder, signer, baseUrl } = options;
  const messages = openJournal<Kept>(folder, "messages");
  const acks = openJournal<Ack>(folder, "acks");
  const attachments = openJournal<{ sha256: string; size: number }>(folder, "attachments");
  const media = openJournal<MediaSetting>(folder, "media");
  const platforms = openJournal<{ code: string; certificate: string }>(folder, "platforms");

  // What is asked for at every message is indexed; the journals stay the truth.
  const id = (key: string, bodyHash: string) => `${bodyHash} ${key}`;
  const newest = new Map<string, Ack>();
  const acceptedAt = new Map<string, number>();
  /** Codes whose dataset was accepted: parents of what comes after them. */
  const parents = new Set<string>();
  const unsettled = new Set<Kept>();
  const uploaded = new Set(attachments.entries.map(({ sha256 }) => sha256));
  const keptById = new Map<string, Kept>();

  const ackOf = ({ message, bodyHash }: Kept): Ack | undefined => newest.get(id(message.key, bodyHash));
  const delay = () => media.entries[media.entries.length - 1]?.delay ?? 0;
  const parentId = (platform: string, dataset: string, code: unknown) => `${platform} ${dataset} ${String(code)}`;
  const parentAccepted = ({ message }: Kept): boolean => {
    const parent = parentOf(message);
    return !parent || parents.has(parentId(message.platform.tradePlat, parent.dataset, parent.code));
  };

  const hasAttachments = ({ message }: Kept) => (message.attachments ?? []).every(({ sha256 }) => uploaded.has(sha256));

  function index(kept: Kept): void {
    keptById.set(id(kept.message.key, kept.bodyHash), kept);
    unsettled.add(kept);
  }
  function indexAck(ack: Ack): void {
    const name = id(ack.key, ack.bodyHash);
    const kept = keptById.get(name);
    newest.set(name, ack);
    if (!kept) return;
    const { message } = kept;
    if (ack.state === "ACCEPTED") {
      acceptedAt.set(name, new Date(ack.at).getTime());
      const field = PARENT_FIELDS[message.dataset];
      if (field) parents.add(parentId(ack.platform, message.dataset, message.body[field]));
    }
    const waitsForMedia = ack.state === "ACCEPTED" && isNotice(message.dataset) && message.op === "upsert";
    if (ack.state !== "RECEIVED" && !waitsForMedia) unsettled.delete(kept);
  }
  for (const kept of messages.entries) index(kept);
  for (const ack of acks.entries) indexAck(ack);

  async function sign(facts: {
    key: string;
    platform: string;
    bodyHash: string;
    version: number;
    state: AckState;
    now: Date;
    rejection?: Rejection | undefined;
    media?: Ack["media"];
  }): Promise<Statement> {
    const { now, rejection: why, media: published, ...rest } = facts;
    const payload = {
      format: "xb-hub-ack/1",
      ...rest,
      at: now.toISOString(),
      ...(why ? { code: why.code, field: why.field, text: why.text } : {}),
      ...(published ? { mediaId: published.mediaId, url: published.url, publishedAt: published.at } : {}),
    };
    return signStatement(payload as unknown as CanonicalValue, signer, { signingTime: now });
  }

  async function acknowledge(
    kept: Kept,
    state: AckState,
    now: Date,
    more: Pick<Ack, "rejection" | "media"> = {},
  ): Promise<void> {
    const { message, bodyHash, version } = kept;
    const common = { key: message.key, platform: message.platform.tradePlat, bodyHash };
    const statement = await sign({ ...common, version, state, now, ...more });
    const ack: Ack = { seq: acks.entries.length + 1, ...common, state, at: now.toISOString(), statement, ...more };
    acks.append(ack);
    indexAck(ack);
  }

  /** Brings every message as far as it can go now: checks, order, publication. */
  async function settle(now: Date): Promise<void> {
    for (let moved = true; moved; ) {
      moved = false;
      for (const kept of [...unsettled]) moved = (await step(kept, now)) || moved;
    }
  }

  async function step(kept: Kept, now: Date): Promise<boolean> {
    const state = ackOf(kept)?.state;
    if (!state) await acknowledge(kept, "RECEIVED", now);
    else if (state === "RECEIVED") {
      const refusal = refusalOfContent(kept.message);
      if (refusal) await acknowledge(kept, "REJECTED", now, { rejection: refusal });
      else if (parentAccepted(kept) && hasAttachments(kept)) await acknowledge(kept, "ACCEPTED", now);
      else return false;
    } else {
      const wait = delay();
      const since = acceptedAt.get(id(kept.message.key, kept.bodyHash)) ?? now.getTime();
      if (wait === "hold" || since + wait * 60_000 > now.getTime()) return false;
      const mediaId = randomUUID();
      // A held notice is published when it is let go, not when it would have been due.
      const media = { mediaId, url: `${baseUrl()}/media/${mediaId}`, at: now.toISOString() };
      await acknowledge(kept, "PUBLISHED", now, { media });
    }
    return true;
  }

  // One message at a time: acknowledgements have one order, and a key has one next version.
  let last: Promise<unknown> = Promise.resolve();
  function oneByOne<T>(work: () => Promise<T>): Promise<T> {
    const next = last.then(work, work);
    last = next.catch(() => {});
    return next;
  }

  return {
    messages: messages.entries,
    acks: acks.entries,
    ackOf,
    certificateOf: (code: string) => platforms.entries.findLast((entry) => entry.code === code)?.certificate,
    registerPlatform: (code: string, certificate: string) => platforms.append({ code, certificate }),
    keepAttachment: (sha256: string, size: number) => {
      if (!uploaded.has(sha256)) attachments.append({ sha256, size });
      uploaded.add(sha256);
    },
    setMedia: (setting: MediaSetting) => media.append(setting),
    delay,
    settle: (now: Date) => oneByOne(() => settle(now)),
    /** Takes a message whose sender is proven. Same key and same body: the same acknowledgement, no effect. */
    take: (message: Message, bodyHash: string, now: Date): Promise<Ack> =>
      oneByOne(async () => {
        let kept = keptById.get(id(message.key, bodyHash));
        if (!kept) {
          const versions = messages.entries.filter((entry) => entry.message.key === message.key).length;
          kept = { at: now.toISOString(), message, bodyHash, version: versions + 1 };
          messages.append(kept);
          index(kept);
        }
        await settle(now);
        return ackOf(kept)!;
      }),
    /** A signed no to what was not kept. */
    refuse: async (key: string, platform: string, why: Rejection, now: Date) => ({
      key,
      state: "REJECTED" as const,
      rejection: why,
      statement: await sign({ key, platform, bodyHash: "", version: 0, state: "REJECTED", now, rejection: why }),
    }),
    played: rejection("E999", "", "服务平台答复错误（演示故障）"),
  };
}
export type Registry = ReturnType<typeof openRegistry>;
