import { formatDate, formatInstant } from "@/core/time";
import type { Actor } from "@/kit/command";
import type { Tx } from "@/kit/db/connect";
import { legalNow } from "@/kit/db/context";
import { authorisationsOf, chiefOf } from "@/lifecycle/signing/queries";
import { lotsRunBy } from "@/lifecycle/tender-project/queries";
import { personOf, staffOf } from "@/platform/party/queries";

/** Who may sign publications of an organisation: its chief person, and the leads whom he authorised (O10 art. 10). */
export async function signersView(tx: Tx, actor: Actor) {
  const now = await legalNow(tx);
  const chief = await chiefOf(tx, actor.orgId);
  const tenders = new Map(
    (await lotsRunBy(tx, actor)).map(({ tender }) => [tender.id, `${tender.name}（${tender.code}）`]),
  );
  const people = (await staffOf(tx, actor.orgId)).filter(({ name }) => name !== chief);
  return {
    chief,
    isChief: (await personOf(tx, actor.personId)).name === chief,
    people: people.map(({ personId: id, name }) => ({ id, name })),
    tenders: [...tenders].map(([id, name]) => ({ id, name })),
    authorisations: (await authorisationsOf(tx, actor.orgId)).map((one) => ({
      id: one.id,
      lead: one.personName,
      scope: one.scope,
      until: formatDate(one.endsAt),
      signed: `${one.chiefName}，${formatInstant(one.signedAt)}`,
      ended: endOf(one, chief, now),
    })),
  };
}

/** Why an authorisation does not count any more; undefined while it does. */
function endOf(
  { revokedAt, endsAt, chiefName }: { revokedAt: Date | null; endsAt: Date; chiefName: string },
  chief: string,
  now: Date,
): string | undefined {
  if (revokedAt) return `${formatInstant(revokedAt)} 收回`;
  if (endsAt < now) return "已到期";
  return chiefName === chief ? undefined : "主要负责人已变更，须重新授权";
}
