import { and, eq, isNull } from "drizzle-orm";
import { Refused, refuse } from "@/core/refusal";
import { defineCommand, roles } from "@/kit/command";
import type { Tx } from "@/kit/db/connect";
import { readOwnLot } from "@/lifecycle/tender-project/queries";
import { digestOf, requireAct } from "@/platform/identity/act";
import { writeLetters } from "@/platform/inbox/letters";
import { organisationOf, registrationAt } from "@/platform/party/queries";
import { KEEP_GROUNDS, type KeepDecision, type KeepGround, SignedKeepDecision } from "../schema";
import { securityKeepings } from "../tables";

export async function keepingOf(tx: Tx, keepingId: string) {
  const [row] = await tx.select().from(securityKeepings).where(eq(securityKeepings.id, keepingId));
  if (!row) throw new Refused(refuse("not_found", "general.not_found"));
  return row;
}

/** The digest that the tenderer signs. */
export const keepDigest = (bidId: string, { keepingId, decision, reason }: KeepDecision): Promise<string> =>
  digestOf({ keepingId, bidId, decision, reason });

/**
 * The tenderer decides, signed and once, whether it keeps a security that the law lets it keep (IR35, R-L.102). Nobody else may:
 * neither agency nor operator. What it keeps goes to its own basic account, which it has registered.
 */
export const decideKeeping = defineCommand({
  name: "security.decide",
  input: SignedKeepDecision,
  may: roles("tenderer"),
  async run(scope, { statement, ...decided }) {
    const { tx, actor, site, now } = scope;
    const keeping = await keepingOf(tx, decided.keepingId);
    const { lot } = await readOwnLot(tx, actor, keeping.lotId);
    const tenderer = await organisationOf(tx, actor.orgId);
    const registration = await registrationAt(tx, tenderer.id, tenderer.version);
    if (decided.decision === "keep" && !registration?.data.accountNo)
      throw new Refused(refuse("conflict", "security.no_tenderer_account"));
    const digest = await keepDigest(keeping.bidId, decided);
    await requireAct(scope, statement, { act: "security.decide", subject: lot.code, digest });
    const { decision, reason } = decided;
    const [done] = await tx
      .update(securityKeepings)
      .set({ decision, reason, statement, decidedBy: actor.personId, decidedAt: now })
      .where(and(eq(securityKeepings.id, keeping.id), isNull(securityKeepings.decision)))
      .returning({ id: securityKeepings.id });
    if (!done) throw new Refused(refuse("conflict", "security.decided_before"));
    const jobs = await writeLetters(tx, site.id, now, [
      {
        orgId: keeping.orgId,
        lotId: lot.id,
        kind: "security-decided",
        subject: decision === "keep" ? "招标人决定不予退还投标保证金" : "招标人决定退还投标保证金",
        body: `事由：${KEEP_GROUNDS[keeping.ground as KeepGround]}。招标人的理由：${reason}。对决定有异议的，可以依法向招标人提出或向监督部门投诉。`,
      },
    ]);
    return {
      result: { decision },
      trail: [
        {
          action: "security.decided",
          subject: lot.code,
          lotId: lot.id,
          chain: `holders:${lot.id}`,
          facts: { bidId: keeping.bidId, decision, digest },
        },
      ],
      jobs: [...jobs, { name: "settle-securities", payload: { lotId: lot.id }, key: `securities:${lot.id}` }],
    };
  },
});
