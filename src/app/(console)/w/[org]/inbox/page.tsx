import type { Metadata } from "next";
import { formatInstant } from "@/core/time";
import { ownCalendarLink } from "@/platform/inbox/calendar-links";
import { ownLetters } from "@/platform/inbox/queries";
import { CalendarLink } from "@/platform/inbox/ui/calendar-link";
import { LetterList } from "@/platform/inbox/ui/letter-list";
import { asActor } from "@/server/web/context";
import { idParam, ownOrganisation, page } from "@/server/web/page";

export const metadata: Metadata = { title: "来信" };

export default async function InboxPage({ params }: { params: Promise<{ org: string }> }) {
  const { org } = await params;
  const { letters, calendar } = await page(async () => {
    await ownOrganisation(idParam(org));
    return asActor(async (tx, actor) => ({
      letters: await ownLetters(tx, actor),
      calendar: await ownCalendarLink(tx, actor),
    }));
  }, `/w/${org}/inbox`);
  return (
    <>
      <h1>来信</h1>
      <LetterList
        letters={letters.map(({ id, subject, body, sentAt, readAt }) => ({
          id,
          subject,
          body,
          sentAt: formatInstant(sentAt),
          ...(readAt ? { readAt: formatInstant(readAt) } : {}),
        }))}
      />
      <CalendarLink orgId={org} {...(calendar ? { openedAt: formatInstant(calendar.createdAt) } : {})} />
    </>
  );
}
