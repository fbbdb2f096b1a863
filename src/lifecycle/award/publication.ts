import type { CommandScope } from "@/kit/command";
import type { Lot } from "@/lifecycle/lot/queries";
import { contentHash, noticeBody } from "@/lifecycle/notice/fields";
import type { Notice } from "@/lifecycle/notice/queries";
import { notices } from "@/lifecycle/notice/tables";

/** Publishes candidates or result as a notice of the lot. */
export async function publishOfAward(
  { tx, site, now }: Pick<CommandScope, "tx" | "site" | "now">,
  lot: Lot,
  notice: {
    kind: string;
    suffix: string;
    title: string;
    fields: Record<string, string>;
    signed: Pick<Notice, "statement" | "authority">;
  },
) {
  const number = `${lot.code}-${notice.suffix}`;
  const body = noticeBody(notice.fields);
  await tx.insert(notices).values({
    siteId: site.id,
    lotId: lot.id,
    tenderProjectId: lot.tenderProjectId,
    number,
    kind: notice.kind,
    title: notice.title,
    fields: notice.fields,
    body,
    contentHash: contentHash(notice.title, notice.fields),
    ...notice.signed,
    publishedAt: now,
  });
  return { number, body };
}
