import { z } from "zod";
import { Refused, refuse } from "@/core/refusal";
import { execute, parseInput } from "@/kit/command";
import { uploadFile } from "@/platform/file/commands";
import { MAX_UPLOAD_BYTES } from "@/platform/file/schema";
import { refusalOfOrigin } from "@/server/origin";
import { requestRuntime, requestSession } from "@/server/web/context";
import { respond } from "@/server/web/respond";

/** Takes one file in clear, as the body; its name and the key of the act stand in the address. */
export const POST = (request: Request) =>
  respond(async () => {
    const cross = refusalOfOrigin(request.headers);
    if (cross) throw new Refused(cross);
    const session = await requestSession();
    if (!session) throw new Refused(refuse("forbidden", "general.signed_out"));
    const { searchParams } = new URL(request.url);
    const name = searchParams.get("name") ?? "";
    const declared = Number(request.headers.get("content-length"));
    if (declared > MAX_UPLOAD_BYTES)
      throw new Refused(
        refuse("invalid", "file.too_large", {
          name: name.slice(0, 100),
          limitMb: MAX_UPLOAD_BYTES / 1024 / 1024,
          sizeMb: Math.ceil(declared / 1024 / 1024),
        }),
      );
    const bytes = new Uint8Array(await request.arrayBuffer());
    // A cut line must not become a shorter file.
    if (bytes.length !== declared) throw new Refused(refuse("invalid", "file.truncated", { name: name.slice(0, 100) }));
    const result = await execute(
      await requestRuntime(),
      session.actor,
      uploadFile,
      { name, bytes },
      parseInput(z.uuid("缺少操作编号"), searchParams.get("key") ?? crypto.randomUUID()),
    );
    return Response.json(result);
  });
