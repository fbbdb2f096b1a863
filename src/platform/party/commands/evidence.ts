import { z } from "zod";
import { Refused, refuse } from "@/core/refusal";
import { defineCommand, whoeverIsSignedIn } from "@/kit/command";
import { insertFile, storeObject } from "@/platform/file/commands";
import { judgeUpload } from "@/platform/file/schema";
import { requireAdmin } from "../own";

/** Largest paper. */
export const MAX_EVIDENCE_BYTES = 10 * 1024 * 1024;

/** Keeps a paper of a registration: an image or a PDF by content, for the organisation and its verifier alone. */
export const uploadEvidence = defineCommand({
  name: "party.upload-evidence",
  input: z.object({ name: z.string().max(400, "文件名过长"), bytes: z.instanceof(Uint8Array) }),
  may: whoeverIsSignedIn,
  async prepare({ ports }, _actor, { name, bytes }) {
    const judged = judgeUpload(name.normalize("NFC"), bytes);
    if ("refusal" in judged) throw new Refused(judged.refusal);
    if (bytes.length > MAX_EVIDENCE_BYTES)
      throw new Refused(
        refuse("invalid", "file.too_large", {
          name: name.slice(0, 100),
          limitMb: MAX_EVIDENCE_BYTES / 1024 / 1024,
          sizeMb: Math.ceil(bytes.length / 1024 / 1024),
        }),
      );
    return { ...(await storeObject(ports.storage, bytes)), mediaType: judged.mediaType };
  },
  async run({ tx, actor, site, now, prepared }, { name }) {
    await requireAdmin(tx, actor);
    const fileId = await insertFile(tx, {
      ...prepared,
      siteId: site.id,
      ownerOrgId: actor.orgId,
      kind: "evidence",
      scope: "evidence",
      name: name.normalize("NFC"),
      at: now,
    });
    return {
      result: { fileId, name, sizeBytes: prepared.sizeBytes, sha256: prepared.sha256 },
      trail: [{ action: "party.evidence-stored", subject: fileId, chain: "site", facts: { sha256: prepared.sha256 } }],
    };
  },
});
