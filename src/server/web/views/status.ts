import { desc, sql } from "drizzle-orm";
import { formatInstant } from "@/core/time";
import type { Runtime } from "@/kit/command";
import type { Tx } from "@/kit/db/connect";
import { legalNow } from "@/kit/db/context";
import { type Part, serviceHealth } from "@/kit/heartbeat";
import { integrityProofs } from "@/platform/health/tables";

export interface StatusRow {
  readonly title: string;
  readonly ok: boolean;
  readonly text: string;
}

const PARTS: Readonly<Record<Part, { readonly title: string; readonly down: string }>> = {
  web: { title: "网页", down: "没有响应" },
  receiver: { title: "投标文件接收", down: "没有响应，暂时不能递交" },
  worker: { title: "定时开标与后台工作", down: "没有响应，到时的开标会推迟" },
};

/** Beyond half a second the clock raises an alarm; beyond two the platform does not close or open. */
const CLOCK_ALARM_MS = 500;
const CLOCK_STOP_MS = 2000;

function clockRow(offsetMs: number): StatusRow {
  const off = Math.abs(offsetMs);
  const title = "平台时钟";
  if (off <= CLOCK_ALARM_MS) return { title, ok: true, text: "与国家授时一致" };
  return off <= CLOCK_STOP_MS
    ? { title, ok: false, text: "与国家授时略有偏差，不影响递交和开标" }
    : { title, ok: false, text: "偏差超过限值：照常接收投标文件，暂停截止和开标，等待人工处理" };
}

/**
 * Health of the parts in plain words, and what went wrong in the last thirty days. Says nothing that depends on a lot:
 * how long a queue is would tell how much is going on.
 */
export async function statusView(tx: Tx, { site, ports }: Runtime) {
  const now = await legalNow(tx);
  const { silent, incidents } = await serviceHealth(tx);
  const [hub] = await tx.execute<{ late: boolean }>(sql`
    select exists (select 1 from outbox where state in ('queued', 'sent') and occurred_at < xb_now() - interval '1 hour') as late`);
  const [proof] = await tx.select().from(integrityProofs).orderBy(desc(integrityProofs.at)).limit(1);
  const lists = (await ports.revocation.lists(site.crlUrls, now)).length;
  const rows: StatusRow[] = [
    { title: "数据库", ok: true, text: "正常" },
    ...(Object.keys(PARTS) as Part[]).map((part) => ({
      title: PARTS[part].title,
      ok: !silent.includes(part),
      text: silent.includes(part) ? PARTS[part].down : "正常",
    })),
    clockRow(ports.clockOffset.currentMs()),
    ...(proof
      ? [
          {
            title: "留痕和文件完整性",
            ok: proof.faults.length === 0,
            text: `${formatInstant(proof.at)} 核验，${proof.faults.length ? `${proof.faults.length} 处与写入时不一致，正在处理` : "与写入时一致"}`,
          },
        ]
      : []),
    {
      title: "证书吊销信息",
      ok: lists === site.crlUrls.length,
      text: lists === site.crlUrls.length ? "可用" : "部分暂时取不到，正在重试",
    },
    ...(site.hubUrl
      ? [
          {
            title: "省公共服务平台对接",
            ok: !hub!.late,
            text: hub!.late ? "同步推迟，恢复后自动补报；本平台的公告不受影响" : "正常",
          },
        ]
      : []),
  ];
  return {
    rows,
    incidents: incidents.map(({ part, seconds, endedAt }) => ({
      title: PARTS[part].title,
      minutes: Math.max(1, Math.round(seconds / 60)),
      endedAt: formatInstant(endedAt),
    })),
    checkedAt: formatInstant(now),
  };
}
