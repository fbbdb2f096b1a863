import { demoKeys } from "@/server/web/demo";
import { respond } from "@/server/web/respond";

/** Who can be played in the demonstration. */
export const GET = () => respond(async () => Response.json(await demoKeys()));
