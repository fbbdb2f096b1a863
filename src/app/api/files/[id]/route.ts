import { Readable } from "node:stream";
import { inContext } from "@/kit/db/context";
import { requestRuntime, requestSession } from "@/server/web/context";
import { fileForReader } from "@/server/web/file-access";
import { respond } from "@/server/web/respond";

/** Hands out a file in clear to whoever may have it; for everybody else it does not exist. */
export const GET = (request: Request, { params }: { params: Promise<{ id: string }> }) =>
  respond(async () => {
    const { id } = await params;
    const runtime = await requestRuntime();
    const session = await requestSession();
    const context = session?.actor ?? { siteId: runtime.site.id, role: "public" };
    const file = await inContext(runtime.db, context, (tx) => fileForReader(tx, session?.actor, id));
    const body = await runtime.ports.storage.get(file.storageKey);
    const inline = new URL(request.url).searchParams.has("view") && file.mediaType === "application/pdf";
    return new Response(Readable.toWeb(Readable.from(body)) as ReadableStream, {
      headers: {
        "content-type": file.mediaType,
        "content-length": String(file.sizeBytes),
        "content-disposition": `${inline ? "inline" : "attachment"}; filename*=UTF-8''${encodeURIComponent(file.name)}`,
        "cache-control": "private, no-store",
        "x-content-sha256": file.sha256,
      },
    });
  });
