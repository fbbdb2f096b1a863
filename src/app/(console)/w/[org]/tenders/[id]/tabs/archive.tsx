import { formatInstant } from "@/core/time";
import { archiveOf } from "@/lifecycle/archive/queries";
import { asActor } from "@/server/web/context";
import { page } from "@/server/web/page";
import type { Room } from "@/server/web/views/room";
import { AutoRefresh } from "@/ui/auto-refresh";

/** The archive package: readable without the platform. */
export async function ArchiveTab({ room: { lot } }: { room: Room }) {
  const archive = await page(() => asActor((tx, actor) => archiveOf(tx, actor, lot.id)));
  if (!archive) {
    return (
      <p className="card" role="status">
        {lot.state === "A3" && <AutoRefresh seconds={5} />}
        中标通知书发出后自动生成归档包；生成后在此下载。
      </p>
    );
  }
  return (
    <section className="card" aria-labelledby="archive-title">
      <h2 id="archive-title">归档包</h2>
      <dl className="fields">
        <dt>生成时间</dt>
        <dd>{formatInstant(archive.builtAt)}</dd>
        <dt>内容</dt>
        <dd>{archive.itemCount} 项</dd>
        <dt>清单校验值 SHA-256</dt>
        <dd className="hash">{archive.manifestHash}</dd>
        <dt>适用规则</dt>
        <dd>{archive.ruleset}</dd>
      </dl>
      <p>
        <a className="btn btn-primary" href={`/api/files/${archive.fileId}`}>
          下载归档包
        </a>
      </p>
    </section>
  );
}
