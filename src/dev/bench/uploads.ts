import { createHash, randomBytes, randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { connect } from "@/kit/db/connect";
import { UNIT_BYTES } from "@/lifecycle/bidding/rules";
import type { Installation } from "../launch";
import { type HttpActor, httpActor } from "../scenarios/http-actor";
import { loadPeople } from "../scenarios/install";
import type { NginxPeer } from "./nginx-peer";

const MIB = 1024 * 1024;

async function bidderAndLot(installation: Installation): Promise<{ actor: HttpActor; lotId: string }> {
  const owner = connect(installation.urls.owner, { max: 1, name: "bench" });
  try {
    const people = await loadPeople(owner, installation.dataDir);
    const [lot] = await owner.sql<
      { id: string }[]
    >`select id from lots where state = 'T1' order by bid_deadline desc limit 1`;
    const front = httpActor(installation.url, people.get("ji")!);
    await front.signIn();
    return { actor: front, lotId: lot!.id };
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

const put = (actor: HttpActor, uploadId: string, n: number, unit: Uint8Array<ArrayBuffer>, sha256: string) =>
  actor.fetch(`/receive/upload/${uploadId}/${n}`, {
    method: "PUT",
    headers: { "x-content-sha256": sha256 },
    body: unit,
  });

/** Durable units a second through front door and receiver, against nginx PUT followed by an fsync of the file; in turns. */
export async function durableRate(installation: Installation, nginx: NginxPeer | undefined, _dataDir: string) {
  const { actor, lotId } = await bidderAndLot(installation);
  const units = 12;
  const unit = new Uint8Array(randomBytes(UNIT_BYTES));
  const sha256 = createHash("sha256").update(unit).digest("hex");
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < 3; round++) {
    const uploadId = await openUpload(actor, lotId, UNIT_BYTES * units);
    let began = performance.now();
    await Promise.all(
      Array.from({ length: 4 }, async (_, lane) => {
        for (let n = lane; n < units; n += 4) {
          const answer = await put(actor, uploadId, n, unit, sha256);
          if (!answer.ok) throw new Error(`unit: ${answer.status} ${await answer.text()}`);
        }
      }),
    );
    ours.push((units * UNIT_BYTES) / MIB / ((performance.now() - began) / 1000));
    if (!nginx) continue;
    began = performance.now();
    await Promise.all(
      Array.from({ length: 4 }, async (_, lane) => {
        for (let n = lane; n < units; n += 4) {
          const name = randomUUID();
          const answer = await fetch(`${nginx.url}/${name}`, { method: "PUT", body: unit });
          if (!answer.ok) throw new Error(`nginx: ${answer.status}`);
          const file = await open(join(nginx.root, name), "r");
          await file.sync();
          await file.close();
        }
      }),
    );
    theirs.push((units * UNIT_BYTES) / MIB / ((performance.now() - began) / 1000));
  }
  const best = (list: number[]) => Math.round(Math.max(...list));
  return {
    receiverMiBs: best(ours),
    ...(nginx ? { nginxMiBs: best(theirs), ratio: Number((Math.max(...ours) / Math.max(...theirs)).toFixed(2)) } : {}),
  };
}

const memoryOf = (pid: number, field: "VmRSS" | "VmHWM"): number =>
  Number(new RegExp(`${field}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1024;

/** Highest memory of the receiver while `count` units of 8 MiB arrive at once. */
export async function memoryUnderUploads(installation: Installation, _dataDir: string, count: number) {
  const { actor, lotId } = await bidderAndLot(installation);
  const pid = installation.pidOf("receiver")!;
  const unit = new Uint8Array(randomBytes(UNIT_BYTES));
  const sha256 = createHash("sha256").update(unit).digest("hex");
  const per = 60;
  const uploads: string[] = [];
  for (let i = 0; i < Math.ceil(count / per); i++) uploads.push(await openUpload(actor, lotId, UNIT_BYTES * per));
  const before = memoryOf(pid, "VmRSS");
  const began = performance.now();
  const answers = await Promise.all(
    Array.from({ length: count }, (_, i) => put(actor, uploads[Math.floor(i / per)]!, i % per, unit, sha256)),
  );
  return {
    uploads: count,
    stored: answers.filter(({ ok }) => ok).length,
    seconds: Number(((performance.now() - began) / 1000).toFixed(1)),
    beforeMiB: Math.round(before),
    highestMiB: Math.round(memoryOf(pid, "VmHWM")),
  };
}
