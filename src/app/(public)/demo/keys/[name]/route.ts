import { demoKeyFile } from "@/server/web/demo";
import { respond } from "@/server/web/respond";

/** One certificate file of the demonstration. */
export const GET = (_request: Request, { params }: { params: Promise<{ name: string }> }) =>
  respond(async () =>
    Response.json(await demoKeyFile((await params).name), { headers: { "cache-control": "no-store" } }),
  );
