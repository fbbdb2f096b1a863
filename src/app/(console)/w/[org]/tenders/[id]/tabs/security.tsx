import { securityLines } from "@/lifecycle/opening/securities";
import { SecurityList } from "@/lifecycle/opening/ui/security-list";
import { asActor } from "@/server/web/context";
import { page } from "@/server/web/page";
import type { Room } from "@/server/web/views/room";

/** Bid securities: nothing before the opening; after it each with what does not hold of it, and what the tenderer decides. */
export async function SecurityTab({ room: { lot } }: { room: Room }) {
  const { lines, decides } = await page(() =>
    asActor(async (tx, actor) => ({ lines: await securityLines(tx, lot), decides: actor.role === "tenderer" })),
  );
  return <SecurityList lines={lines} isOpened={lot.openedAt !== null} failed={lot.state === "F1"} decides={decides} />;
}
