import type { Metadata } from "next";
import { formatInstant } from "@/core/time";
import { ownSearches } from "@/lifecycle/notice/saved-searches";
import { SavedSearches } from "@/lifecycle/notice/ui/saved-searches";
import { ownCalendarLink } from "@/platform/inbox/calendar-links";
import { preferencesOf } from "@/platform/inbox/preferences";
import { ownLetters } from "@/platform/inbox/queries";
import { deliveryText } from "@/platform/inbox/rules";
import { CalendarLink } from "@/platform/inbox/ui/calendar-link";
import { LetterList } from "@/platform/inbox/ui/letter-list";
import { PreferencesForm } from "@/platform/inbox/ui/preferences-form";
import { organisationOf } from "@/platform/party/queries";
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
  const { letters, calendar, searches, preferences, registered } = await page(async () => {
    await ownOrganisation(idParam(org));
    return asActor(async (tx, actor) => ({
      letters: await ownLetters(tx, actor),
      searches: await ownSearches(tx, actor),
      calendar: await ownCalendarLink(tx, actor),
      preferences: await preferencesOf(tx, actor.orgId),
      registered: (await organisationOf(tx, actor.orgId)).email ?? "",
    }));
  }, `/w/${org}/inbox`);
  return (
    <>
      <h1>来信</h1>
      <LetterList
        letters={letters.map(({ id, subject, body, sentAt, readAt, mailState, mailedAt, phoneState }) => ({
          id,
          subject,
          body,
          sentAt: formatInstant(sentAt),
          delivery: deliveryText({
            mailState,
            phoneState,
            ...(mailedAt ? { mailedAt: formatInstant(mailedAt) } : {}),
          }),
          ...(readAt ? { readAt: formatInstant(readAt) } : {}),
        }))}
      />
      <PreferencesForm start={preferences} registered={registered} />
      <SavedSearches searches={searches} {...(saving !== undefined ? { saving } : {})} />
      <CalendarLink orgId={org} {...(calendar ? { openedAt: formatInstant(calendar.createdAt) } : {})} />
    </>
  );
}
