import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import { execute } from "@/kit/command";
import { inContext } from "@/kit/db/context";
import { recordDownload } from "@/lifecycle/tender-document/commands/download";
import { byteRange } from "@/server/web/byte-range";
import { requestRuntime, requestSession } from "@/server/web/context";
import { fileForReader } from "@/server/web/file-access";
import { respond } from "@/server/web/respond";

/**
 * Hands out a file in clear, or the rest of it, to whoever may have it; for everybody else it does not exist. A bidder's
 * download of a tender document is recorded before its first byte leaves.
 */
export const GET = (request: Request, { params }: { params: Promise<{ id: string }> }) =>
  respond(async () => {
    const { id } = await params;
    const runtime = await requestRuntime();
    const session = await requestSession();
    const context = session?.actor ?? { siteId: runtime.site.id, role: "public" };
    const file = await inContext(runtime.db, context, (tx) => fileForReader(tx, session?.actor, id));
    const tag = `"${file.sha256}"`;
    const range = byteRange(request.headers, file.sizeBytes, tag);
    if (range === "unsatisfiable")
      return new Response(null, { status: 416, headers: { "content-range": `bytes */${file.sizeBytes}` } });
    if (session?.actor.role === "bidder" && file.scope === "holders")
      await execute(runtime, session.actor, recordDownload, { fileId: id, fromByte: range?.start ?? 0 }, randomUUID());
    const body = await runtime.ports.storage.get(file.storageKey, range);
    const inline = new URL(request.url).searchParams.has("view") && file.mediaType === "application/pdf";
    return new Response(Readable.toWeb(Readable.from(body)) as ReadableStream, {
      status: range ? 206 : 200,
      headers: {
        "content-type": file.mediaType,
        "content-length": String(range?.length ?? file.sizeBytes),
        ...(range
          ? { "content-range": `bytes ${range.start}-${range.start + range.length - 1}/${file.sizeBytes}` }
          : {}),
        "accept-ranges": "bytes",
        etag: tag,
        "content-disposition": `${inline ? "inline" : "attachment"}; filename*=UTF-8''${encodeURIComponent(file.name)}`,
        "cache-control": "private, no-store",
        "x-content-sha256": file.sha256,
      },
    });
  });
