import { validityEndOf } from "@/lifecycle/bid-security/queries";
import { mayExtend } from "@/lifecycle/bid-security/rules";
import { AskExtensionForm } from "@/lifecycle/bid-security/ui/extension-forms";
import { securityLines } from "@/lifecycle/opening/securities";
import { SecurityList } from "@/lifecycle/opening/ui/security-list";
import { documentInForce } from "@/lifecycle/tender-document/queries";
import { asActor } from "@/server/web/context";
import { page } from "@/server/web/page";
import type { Room } from "@/server/web/views/room";

/** Bid securities: nothing before the opening; after it each with what does not hold of it, and what the tenderer decides. */
export async function SecurityTab({ room: { lot } }: { room: Room }) {
  const { lines, decides, validityEnd } = await page(() =>
    asActor(async (tx, actor) => ({
      lines: await securityLines(tx, lot),
      decides: actor.role === "tenderer",
      validityEnd: lot.openedAt
        ? await validityEndOf(tx, lot, (await documentInForce(tx, lot.id)).content.validityDays)
        : undefined,
    })),
  );
  return (
    <>
      <SecurityList lines={lines} isOpened={lot.openedAt !== null} failed={lot.state === "F1"} decides={decides} />
      {validityEnd && mayExtend(lot.state) && (
        <section className="card">
          <AskExtensionForm lotId={lot.id} validityEnd={validityEnd.toISOString()} />
        </section>
      )}
    </>
  );
}
