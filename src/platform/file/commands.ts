import { createHash, randomUUID } from "node:crypto";
import { z } from "zod";
import { Refused } from "@/core/refusal";
import { defineCommand, roles } from "@/kit/command";
import type { Tx } from "@/kit/db/connect";
import type { Job } from "@/kit/outbox";
import { oneChunk, type Storage } from "@/ports/storage";
import { isReadable } from "./queries";
import { judgeUpload } from "./schema";
import { files } from "./tables";

export interface StoredObject {
  readonly storageKey: string;
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** Stores bytes under a key of their own. Happens before the transaction that names them; an object nobody names is swept. */
export async function storeObject(storage: Storage, bytes: Uint8Array): Promise<StoredObject> {
  const storageKey = `files/${randomUUID()}`;
  await storage.put(storageKey, oneChunk(bytes), bytes.length);
  return { storageKey, sha256: createHash("sha256").update(bytes).digest("hex"), sizeBytes: bytes.length };
}

/** Names a stored object. */
export async function insertFile(
  tx: Tx,
  file: StoredObject & {
    siteId: string;
    ownerOrgId?: string | undefined;
    lotId?: string;
    kind: string;
    scope: string;
    name: string;
    mediaType: string;
    at: Date;
  },
): Promise<string> {
  const id = randomUUID();
  const { at, ...rest } = file;
  await tx.insert(files).values({ id, ...rest, createdAt: at });
  return id;
}

/** Work after the act: the worker looks through the wording of a file, where it can be read. */
export const jobsToRead = (fileId: string, file: { mediaType: string }): Job[] =>
  isReadable(file) ? [{ name: "read-file-text", payload: { fileId }, key: `read-file:${fileId}` }] : [];

/** A file in clear that a party uploads for its own lot: checked by first bytes and ending before anything is kept. */
export const uploadFile = defineCommand({
  name: "file.upload",
  input: z.object({ name: z.string().max(400, "文件名过长"), bytes: z.instanceof(Uint8Array) }),
  may: roles("tenderer", "agency"),
  async prepare({ ports }, _actor, { name, bytes }) {
    const judged = judgeUpload(name.normalize("NFC"), bytes);
    if ("refusal" in judged) throw new Refused(judged.refusal);
    return { ...(await storeObject(ports.storage, bytes)), mediaType: judged.mediaType };
  },
  async run({ tx, actor, site, now, prepared }, { name }) {
    const fileId = await insertFile(tx, {
      ...prepared,
      siteId: site.id,
      ownerOrgId: actor.orgId,
      kind: "tender-document",
      scope: "holders",
      name: name.normalize("NFC"),
      at: now,
    });
    return {
      result: { fileId, name, sizeBytes: prepared.sizeBytes, sha256: prepared.sha256 },
      trail: [
        {
          action: "file.stored",
          subject: fileId,
          chain: "site",
          facts: { sha256: prepared.sha256, sizeBytes: prepared.sizeBytes },
        },
      ],
      jobs: jobsToRead(fileId, prepared),
    };
  },
});
