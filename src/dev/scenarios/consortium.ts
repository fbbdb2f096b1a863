import { inContext } from "@/kit/db/context";
import { signConsent } from "@/lifecycle/bidding/consortium/consent";
import { type Declared, declaredBy, digestOf, type Party, type Terms } from "@/lifecycle/bidding/consortium/part";
import { tenderProjectOf } from "@/lifecycle/tender-project/queries";
import { actorOf, type Person } from "./person";
import { simplePdf } from "./tendering";
import type { Stage } from "./world-state";

/** A party of a demonstration's consortium. */
export const partyOf = ({ orgName, creditCode }: Person, work: string, shareBasisPoints: number): Party => ({
  name: orgName,
  creditCode,
  work,
  shareBasisPoints,
  qualification: "建筑工程施工总承包三级（演示）",
});

/** A consortium of a leader and its members, with the agreement that each of `signing` signed. */
export async function consortiumOf(
  stage: Stage,
  lotId: string,
  [leader, ...members]: readonly [Person, ...Person[]],
  signing: readonly Person[] = members,
  changes: Partial<Terms> = {},
): Promise<Declared> {
  const lot = await stage.lot(lotId);
  const tender = await inContext(stage.app.db, actorOf(leader, stage.app.site.id), (tx) =>
    tenderProjectOf(tx, lot.tenderProjectId),
  );
  const share = Math.floor(10_000 / (members.length + 1));
  const agreement = await simplePdf(
    "联合体协议",
    [`${leader.orgName}为牵头人，与${members.map(({ orgName }) => orgName).join("、")}共同投标。`],
    new Date(0),
  );
  const terms: Terms = {
    format: "xb-consortium-consent/1",
    tender: tender.code,
    lot: lot.code,
    parties: [
      partyOf(leader, "主体结构施工", 10_000 - share * members.length),
      ...members.map((member) => partyOf(member, "安装工程施工", share)),
    ],
    agreement: digestOf(agreement),
    ...changes,
  };
  const consents = await Promise.all(
    signing.map(async (member) => ({
      creditCode: member.creditCode,
      cms: (await signConsent(terms, member.signer)).cms,
    })),
  );
  return declaredBy(terms, agreement, consents);
}
