import { z } from "zod";
import { Refused, refuse } from "@/core/refusal";
import { type Actor, type Command, execute, parseInput } from "@/kit/command";
import { refusalOfOrigin } from "../origin";
import { requestRuntime, requestSession } from "./context";
import { respond } from "./respond";

/** A command that keeps one file in clear. */
type UploadCommand<R, P> = Command<z.ZodObject<{ name: z.ZodString; bytes: z.ZodType<Uint8Array> }>, R, Actor, P>;

/** Runs an upload: whole body, within the limit, by somebody of this site who is signed in. */
export const takeUpload = <R, P>(request: Request, command: UploadCommand<R, P>, limit: number): Promise<Response> =>
  respond(async () => {
    const cross = refusalOfOrigin(request.headers);
    if (cross) throw new Refused(cross);
    const session = await requestSession();
    if (!session) throw new Refused(refuse("forbidden", "general.signed_out"));
    const { searchParams } = new URL(request.url);
    const name = searchParams.get("name") ?? "";
    const declared = Number(request.headers.get("content-length"));
    if (declared > limit)
      throw new Refused(
        refuse("invalid", "file.too_large", {
          name: name.slice(0, 100),
          limitMb: limit / 1024 / 1024,
          sizeMb: Math.ceil(declared / 1024 / 1024),
        }),
      );
    const bytes = new Uint8Array(await request.arrayBuffer());
    // A cut line must not become a shorter file.
    if (bytes.length !== declared) throw new Refused(refuse("invalid", "file.truncated", { name: name.slice(0, 100) }));
    const result = await execute(
      await requestRuntime(),
      session.actor,
      command,
      { name, bytes },
      parseInput(z.uuid("缺少操作编号"), searchParams.get("key") ?? crypto.randomUUID()),
    );
    return Response.json(result);
  });
