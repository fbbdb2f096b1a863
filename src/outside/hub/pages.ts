import { Declined } from "../http";
import { beijing, escapeHtml, link, plainPage, table } from "../page";
import { datasetOf, HUB, titleOf } from "./content";
import type { AckState, Registry } from "./registry";

const STATES: Record<AckState, string> = {
  RECEIVED: "已收到，待上级数据或附件",
  ACCEPTED: "已接受",
  REJECTED: "已拒绝",
  PUBLISHED: "已发布",
};

/** What the hub got, newest first. */
export function statusPage(registry: Registry): string {
  const rows = [...registry.messages]
    .reverse()
    .slice(0, 300)
    .map((kept) => {
      const { message, version, at } = kept;
      const ack = registry.ackOf(kept);
      const state = ack?.state ?? "RECEIVED";
      const why = ack?.rejection ? `：${ack.rejection.field} ${ack.rejection.text}` : "";
      return [
        beijing(at),
        titleOf(message.dataset),
        `${message.key}（第 ${version} 版）`,
        message.lot ?? "",
        `${STATES[state]}${why}`,
        ack?.media ? link(`/media/${ack.media.mediaId}`, "查看发布页") : "",
      ];
    });
  const delay = registry.delay();
  const media = delay === "hold" ? "暂不发布" : delay === 0 ? "接受后立即发布" : `接受 ${delay} 分钟后发布`;
  return `<p>媒体：${media}。共 ${registry.messages.length} 条。</p>${table(["收到时间", "数据集", "键", "标段", "状态", "媒体"], rows, "尚未收到数据。")}`;
}

/** A published notice as its readers see it. */
export function mediaPage(registry: Registry, mediaId: string): string {
  const ack = registry.acks.find((entry) => entry.media?.mediaId === mediaId);
  const kept =
    ack && registry.messages.find(({ message, bodyHash }) => message.key === ack.key && bodyHash === ack.bodyHash);
  if (!ack?.media || !kept) throw new Declined(404, "not_found", "没有这个发布页");
  const { message } = kept;
  const body = message.body as Record<string, unknown>;
  const titles = new Map(datasetOf(message.dataset)?.fields.map(({ name, title }) => [name, title]));
  const title = String(body.NOTICE_NAME ?? body.PUBLICITY_NAME ?? body.BULLETIN_NAME ?? titleOf(message.dataset));
  const content = body.NOTICE_CONTENT ?? body.PUBLICITY_CONTENT ?? body.BULLETIN_CONTENT;
  // Only what the data standard calls public is shown; the rest went to the authorities.
  const open = new Set(
    datasetOf(message.dataset)
      ?.fields.filter((field) => (field as { scope?: string }).scope === "P")
      .map(({ name }) => name),
  );
  const rows = Object.entries(body)
    .filter(([name, value]) => open.has(name) && typeof value === "string" && value !== content)
    .map(([name, value]) => [titles.get(name) ?? name, String(value)]);
  return plainPage(
    title,
    `<p class="demo">${escapeHtml(HUB.name)} · 演示环境 · 无法律效力</p><h1>${escapeHtml(title)}</h1><p>发布时间：${beijing(ack.media.at)}</p>${
      typeof content === "string" ? `<pre>${escapeHtml(content)}</pre>` : ""
    }${table(["项目", "内容"], rows, "没有公开项目。")}`,
  );
}
