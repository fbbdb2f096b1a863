import { Refused } from "@/core/refusal";
import { parseInput } from "@/kit/command";
import { refusalOfOrigin } from "@/server/origin";
import { requestRuntime } from "@/server/web/context";
import { demoOnly } from "@/server/web/demo";
import { ClockAct, clockState, moveClock } from "@/server/web/demo-clock";
import { respond } from "@/server/web/respond";

/** Legal time of the demonstration, and how it runs. */
export const GET = () =>
  respond(async () =>
    Response.json(await clockState((await requestRuntime()).db), { headers: { "cache-control": "no-store" } }),
  );

/** Moves the legal time of the demonstration. */
export const POST = (request: Request) =>
  respond(async () => {
    demoOnly();
    const refusal = refusalOfOrigin(request.headers);
    if (refusal) throw new Refused(refusal);
    const act = parseInput(ClockAct, await request.json().catch(() => ({})));
    return Response.json(await moveClock((await requestRuntime()).db, act));
  });
