import { legalNow } from "@/kit/db/context";
import { requestRuntime } from "@/server/web/context";
import { respond } from "@/server/web/respond";

/** Legal time, for the clock in the head of every page. */
export const GET = () =>
  respond(async () => {
    const { db } = await requestRuntime();
    const now = await legalNow(db);
    return Response.json({ now: now.toISOString() }, { headers: { "cache-control": "no-store" } });
  });
