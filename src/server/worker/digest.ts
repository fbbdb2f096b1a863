import { formatInstant } from "@/core/time";
import type { Runtime } from "@/kit/command";
import { inContext } from "@/kit/db/context";
import { type Digest, mailDigest } from "@/lifecycle/notice/saved-searches";
import { NOTICE_KINDS, withQuery } from "@/lifecycle/notice/search-filter";
import { organisationOf } from "@/platform/party/queries";
import { mailTransport } from "./mail";
import type { WorkerContext } from "./tasks";

/** What a digest says: new notices of one saved search, each with its address. */
export function digestText({ id, name, query, found }: Digest, base: string): string {
  return [
    `您保存的搜索“${name}”有 ${found.count} 份新公告：`,
    "",
    ...found.notices.flatMap(({ title, kind, publishedAt, number }) => [
      `${title}（${NOTICE_KINDS[kind] ?? kind}，${formatInstant(publishedAt)}）`,
      `${base}/notices/${number}`,
      "",
    ]),
    ...(found.next ? [`其余见 ${base}${withQuery("/notices", query)}`, ""] : []),
    `退订：${base}/unsubscribe?key=${id}`,
  ].join("\n");
}

/** Mails what a saved search found in the last day, when it found something. */
export async function mailSavedSearch(
  { db, site }: Runtime,
  searchId: string,
  { smtpUrl }: Pick<WorkerContext, "smtpUrl">,
): Promise<void> {
  if (!smtpUrl) return;
  await inContext(db, { siteId: site.id, role: "platform" }, (tx) =>
    mailDigest(tx, searchId, async (digest) => {
      const { email } = await organisationOf(tx, digest.orgId);
      if (!email) return;
      const base = `https://${site.host}`;
      await mailTransport(smtpUrl).sendMail({
        from: `${site.name} <noreply@${site.host}>`,
        to: email,
        subject: `新公告：${digest.name}（${digest.found.count} 份）`,
        text: digestText(digest, base),
        headers: {
          "List-Unsubscribe": `<${base}/unsubscribe/end?key=${digest.id}>`,
          "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
      });
    }),
  );
}
