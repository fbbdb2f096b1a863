import { noticeTwin } from "@/lifecycle/notice/twin";
import { asReader } from "@/server/web/context";
import { respond } from "@/server/web/respond";

/** The structured twin of a notice, with its signature: what programs read and what `/verify` checks. */
export const GET = (_request: Request, { params }: { params: Promise<{ no: string }> }) =>
  respond(async () => {
    const { no } = await params;
    return Response.json(await asReader((tx) => noticeTwin(tx, no)));
  });
