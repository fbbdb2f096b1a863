import { createHash, randomBytes, randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { Agent, request } from "node:http";
import { join } from "node:path";
import { connect } from "@/kit/db/connect";
import { UNIT_BYTES } from "@/lifecycle/bidding/rules";
import type { Installation } from "../launch";
import { type HttpActor, httpActor } from "../scenarios/http-actor";
import { loadPeople } from "../scenarios/install";
import type { NginxPeer } from "./nginx-peer";

const MIB = 1024 * 1024;

/** Bidders who send at the same time: none has more of the receivers than its share. */
const BIDDERS = ["ji", "jia", "yi", "bing", "ding", "wu"];

async function biddersAndLot(installation: Installation): Promise<{ actors: HttpActor[]; lotId: string }> {
  const owner = connect(installation.urls.owner, { max: 1, name: "bench" });
  try {
    const people = await loadPeople(owner, installation.dataDir);
    const [lot] = await owner.sql<
      { id: string }[]
    >`select id from lots where state = 'T1' order by bid_deadline desc limit 1`;
    const actors = BIDDERS.map((key) => httpActor(installation.url, people.get(key)!));
    for (const actor of actors) await actor.signIn();
    return { actors, lotId: lot!.id };
  } finally {
    await owner.close();
  }
}

async function openUpload(actor: HttpActor, lotId: string, bodyLength: number): Promise<string> {
  const answer = await actor.fetch("/receive/upload", {
    method: "POST",
    headers: { "content-type": "application/json", "idempotency-key": randomUUID() },
    body: JSON.stringify({ lotId, bodyLength }),
  });
  if (!answer.ok) throw new Error(`upload: ${answer.status} ${await answer.text()}`);
  return ((await answer.json()) as { uploadId: string }).uploadId;
}

/**
 * Sends one body, which all who send at the same time share: a thousand of them must not fill this process.
 *
 * @throws Error when it is not taken.
 */
const send = (address: string, headers: Record<string, string>, body: Uint8Array): Promise<void> =>
  new Promise((done, fail) => {
    const options = { method: "PUT", headers: { ...headers, "content-length": body.length }, agent: SENDERS };
    request(address, options, (answer) => {
      let said = "";
      answer.setEncoding("utf8");
      answer.on("data", (part: string) => {
        said += part;
      });
      answer.on("end", () => {
        const { statusCode = 0 } = answer;
        if (statusCode >= 200 && statusCode < 300) done();
        else fail(new Error(`${address}: ${statusCode} ${said.slice(0, 200)}`));
      });
      answer.on("error", fail);
    })
      .on("error", fail)
      .end(body);
  });
const SENDERS = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY });

/** @param at - address of the front door, or of a receiver behind it. */
const put = (
  at: string,
  actor: HttpActor,
  uploadId: string,
  n: number,
  unit: Uint8Array,
  sha256: string,
): Promise<void> =>
  send(`${at}/receive/upload/${uploadId}/${n}`, { "x-content-sha256": sha256, cookie: actor.cookie() }, unit);

const receiversOf = ({ ports }: Installation) =>
  (["receiver", "receiver2"] as const).map((name) => `http://localhost:${ports[name]}`);

const UNITS = 12;
const LANES = 4;
const ROUNDS = 5;

/** MiB a second of `UNITS` units that `LANES` senders give to `deliver`, each the next when its last is durable. */
async function rateOf(deliver: (n: number) => Promise<void>): Promise<number> {
  const began = performance.now();
  await Promise.all(
    Array.from({ length: LANES }, async (_, lane) => {
      for (let n = lane; n < UNITS; n += LANES) await deliver(n);
    }),
  );
  return (UNITS * UNIT_BYTES) / MIB / ((performance.now() - began) / 1000);
}

/**
 * Durable units a second against nginx PUT followed by an fsync of the file, in turns: at two receivers, as nginx has two
 * workers, and through the front door, which for nginx there is none.
 */
export async function durableRate(installation: Installation, nginx: NginxPeer | undefined) {
  const { actors, lotId } = await biddersAndLot(installation);
  const [actor] = actors as [HttpActor];
  const unit = new Uint8Array(randomBytes(UNIT_BYTES));
  const sha256 = createHash("sha256").update(unit).digest("hex");
  const receivers = receiversOf(installation);
  const toReceivers = async (at: (n: number) => string) => {
    const uploadId = await openUpload(actor, lotId, UNIT_BYTES * UNITS);
    return rateOf((n) => put(at(n), actor, uploadId, n, unit, sha256));
  };
  const toNginx = ({ url, root }: NginxPeer) =>
    rateOf(async () => {
      const name = randomUUID();
      await send(`${url}/${name}`, {}, unit);
      const file = await open(join(root, name), "r");
      await file.sync();
      await file.close();
    });
  const rates: Record<"receivers" | "frontDoor" | "nginx", number[]> = { receivers: [], frontDoor: [], nginx: [] };
  for (let round = 0; round < ROUNDS; round++) {
    rates.receivers.push(await toReceivers((n) => receivers[n % receivers.length]!));
    if (nginx) rates.nginx.push(await toNginx(nginx));
    rates.frontDoor.push(await toReceivers(() => installation.url));
  }
  const median = (list: number[]) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)] ?? 0;
  const peer = median(rates.nginx);
  const told = (list: number[]) => ({
    MiBs: Math.round(median(list)),
    ...(peer ? { ratio: Number((median(list) / peer).toFixed(2)) } : {}),
  });
  return {
    receivers: told(rates.receivers),
    frontDoor: told(rates.frontDoor),
    ...(nginx ? { nginxMiBs: Math.round(peer) } : {}),
  };
}

const memoryOf = (pid: number, field: "VmRSS" | "VmHWM"): number =>
  Number(new RegExp(`${field}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1024;

/** Highest memory of each of two receivers while `count` units of 8 MiB arrive at once, each on a connection of its own. */
export async function memoryUnderUploads(installation: Installation, count: number) {
  const { actors, lotId } = await biddersAndLot(installation);
  const pids = (["receiver", "receiver2"] as const).map((name) => installation.pidOf(name)!);
  const memory = (field: "VmRSS" | "VmHWM") => pids.map((pid) => Math.round(memoryOf(pid, field)));
  const unit = new Uint8Array(randomBytes(UNIT_BYTES));
  const sha256 = createHash("sha256").update(unit).digest("hex");
  const per = Math.ceil(count / actors.length);
  const uploads: string[] = [];
  for (const actor of actors) uploads.push(await openUpload(actor, lotId, UNIT_BYTES * per));
  const before = memory("VmRSS");
  const began = performance.now();
  const receivers = receiversOf(installation);
  const answers = await Promise.allSettled(
    Array.from({ length: count }, (_, i) =>
      put(
        receivers[Math.floor(i / actors.length) % receivers.length]!,
        actors[i % actors.length]!,
        uploads[i % actors.length]!,
        Math.floor(i / actors.length),
        unit,
        sha256,
      ),
    ),
  );
  return {
    uploads: count,
    stored: answers.filter(({ status }) => status === "fulfilled").length,
    seconds: Number(((performance.now() - began) / 1000).toFixed(1)),
    beforeMiB: before,
    highestMiB: memory("VmHWM"),
  };
}

/** Equal uploads that begin together, each sending its next unit when the last is durable: the last to finish against the first. */
export async function fairness(installation: Installation) {
  const [count, units] = [200, 8];
  const { actors, lotId } = await biddersAndLot(installation);
  const unit = new Uint8Array(randomBytes(UNIT_BYTES));
  const sha256 = createHash("sha256").update(unit).digest("hex");
  // An organisation has few uploads open at once: each stands for the units of many senders.
  const each = Math.ceil(count / actors.length);
  const uploads: string[] = [];
  for (const actor of actors) uploads.push(await openUpload(actor, lotId, UNIT_BYTES * units * each));
  const began = performance.now();
  const seconds = await Promise.all(
    Array.from({ length: count }, async (_, i) => {
      const [turn, place] = [i % actors.length, Math.floor(i / actors.length)];
      for (let n = 0; n < units; n++) {
        await put(installation.url, actors[turn]!, uploads[turn]!, place * units + n, unit, sha256);
      }
      return (performance.now() - began) / 1000;
    }),
  );
  const [first, last] = [Math.min(...seconds), Math.max(...seconds)];
  return {
    uploads: count,
    mibEach: (units * UNIT_BYTES) / MIB,
    firstSeconds: Number(first.toFixed(1)),
    lastSeconds: Number(last.toFixed(1)),
    ratio: Number((last / first).toFixed(2)),
  };
}
