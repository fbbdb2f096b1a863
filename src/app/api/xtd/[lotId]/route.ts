import { randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { Refused, refuse } from "@/core/refusal";
import { execute } from "@/kit/command";
import { inContext } from "@/kit/db/context";
import { writeXtd, xtdFacts } from "@/lifecycle/clarification/xtd";
import { recordDownload } from "@/lifecycle/tender-document/commands/download";
import { requestRuntime, requestSession } from "@/server/web/context";
import { mayReadDocumentOf } from "@/server/web/file-access";
import { idParam } from "@/server/web/page";
import { respond } from "@/server/web/respond";

/**
 * The tender document in force as one `.xtd` file, for whoever may read it; for everybody else it does not exist. A bidder's
 * download is recorded before its first byte leaves.
 */
export const GET = (_request: Request, { params }: { params: Promise<{ lotId: string }> }) =>
  respond(async () => {
    const lotId = idParam((await params).lotId);
    const runtime = await requestRuntime();
    const actor = (await requestSession())?.actor;
    if (!actor) throw new Refused(refuse("forbidden", "general.signed_out"));
    const facts = await inContext(runtime.db, actor, async (tx) => {
      if (!(await mayReadDocumentOf(tx, actor, lotId))) throw new Refused(refuse("not_found", "general.not_found"));
      return xtdFacts(tx, lotId);
    });
    // The package holds every file of the document: a download of it is one of each.
    if (actor.role === "bidder")
      for (const fileId of facts.document.fileIds)
        await execute(runtime, actor, recordDownload, { fileId, fromByte: 0 }, randomUUID());
    const folder = await mkdtemp(join(tmpdir(), "xinbiao-xtd-"));
    const drop = () => rm(folder, { recursive: true, force: true });
    try {
      const { size, name } = await writeXtd(join(folder, "package"), facts, runtime.ports.storage);
      const body = createReadStream(join(folder, "package"));
      body.once("close", () => void drop());
      return new Response(Readable.toWeb(body) as ReadableStream, {
        headers: {
          "content-type": "application/octet-stream",
          "content-length": String(size),
          "content-disposition": `attachment; filename="${name}"`,
          "cache-control": "private, no-store",
        },
      });
    } catch (error) {
      await drop();
      throw error;
    }
  });
