import type { Metadata } from "next";
import { formatInstant } from "@/core/time";
import { ownSearches } from "@/lifecycle/notice/saved-searches";
import { SavedSearches } from "@/lifecycle/notice/ui/saved-searches";
import { ownCalendarLink } from "@/platform/inbox/calendar-links";
import { ownLetters } from "@/platform/inbox/queries";
import { CalendarLink } from "@/platform/inbox/ui/calendar-link";
import { LetterList } from "@/platform/inbox/ui/letter-list";
import { asActor } from "@/server/web/context";
import { idParam, oneOf, ownOrganisation, page } from "@/server/web/page";

export const metadata: Metadata = { title: "来信" };

interface Props {
  readonly params: Promise<{ org: string }>;
  readonly searchParams: Promise<Record<string, string | string[] | undefined>>;
}

export default async function InboxPage({ params, searchParams }: Props) {
  const { org } = await params;
  const saving = oneOf((await searchParams).save);
  const { letters, calendar, searches } = await page(async () => {
    await ownOrganisation(idParam(org));
    return asActor(async (tx, actor) => ({
      letters: await ownLetters(tx, actor),
      searches: await ownSearches(tx, actor),
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
      <SavedSearches searches={searches} {...(saving !== undefined ? { saving } : {})} />
      <CalendarLink orgId={org} {...(calendar ? { openedAt: formatInstant(calendar.createdAt) } : {})} />
    </>
  );
}
