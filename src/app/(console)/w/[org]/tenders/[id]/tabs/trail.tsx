import { trailOf } from "@/kit/trail-queries";
import { roundOf } from "@/lifecycle/law/rounds";
import { TrailViewer } from "@/lifecycle/supervision/ui/trail-viewer";
import { asActor } from "@/server/web/context";
import { page } from "@/server/web/page";
import type { Room } from "@/server/web/views/room";
import { LockIcon } from "@/ui/lock-icon";

/** The chain of the project. The sealed chain is shown to nobody here: it names organisations that never bid (BL22). */
export async function TrailTab({ room: { tender } }: { room: Room }) {
  const lines = await page(() => asActor((tx) => trailOf(tx, `project:${tender.id}`)));
  return (
    <>
      <p className="card">
        <LockIcon />
        获取文件、递交、撤回、专家签到等留痕封存在单独的链上，条数也不显示；开标时其链尾并入项目留痕（sealed-trail.joined），日后可以核对没有改动。
      </p>
      <TrailViewer title="项目留痕" lines={lines} round={roundOf(tender.regime)} />
    </>
  );
}
