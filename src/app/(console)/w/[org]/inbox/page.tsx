import type { Metadata } from "next";
import { formatInstant } from "@/core/time";
import { ownLetters } from "@/platform/inbox/queries";
import { LetterList } from "@/platform/inbox/ui/letter-list";
import { asActor } from "@/server/web/context";
import { idParam, ownOrganisation, page } from "@/server/web/page";

export const metadata: Metadata = { title: "来信" };

export default async function InboxPage({ params }: { params: Promise<{ org: string }> }) {
  const { org } = await params;
  const letters = await page(async () => {
    await ownOrganisation(idParam(org));
    return asActor((tx, actor) => ownLetters(tx, actor));
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
    </>
  );
}
