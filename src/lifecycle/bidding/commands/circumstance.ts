import { createHash } from "node:crypto";
import { and, eq, sql } from "drizzle-orm";
import { fromBase64url } from "@/core/bytes";
import { Refused, refuse } from "@/core/refusal";
import { formatInstant } from "@/core/time";
import { type Actor, defineCommand, roles } from "@/kit/command";
import type { Tx } from "@/kit/db/connect";
import { lockLot, readLot } from "@/lifecycle/lot/queries";
import { hasReached } from "@/lifecycle/lot/states";
import { tenderProjectOf } from "@/lifecycle/tender-project/queries";
import { insertFile, storeObject } from "@/platform/file/commands";
import { digestOf, requireAct } from "@/platform/identity/act";
import { writeLetters } from "@/platform/inbox/letters";
import { organisationOf } from "@/platform/party/queries";
import { CIRCUMSTANCE_KINDS, CIRCUMSTANCE_LIMITS, type Circumstance, FileCircumstance } from "../circumstances/schema";
import { isTold, standingBidOf } from "../queries";
import { bidCircumstances } from "../tables";

const sha256 = (text: string): string => createHash("sha256").update(fromBase64url(text)).digest("hex");

/** What the bidder signs: the notice and the hash of its paper. */
export async function circumstanceToSign(tx: Tx, { lotId, document, ...said }: Circumstance) {
  const { code } = await readLot(tx, lotId);
  const paper = { name: document.name, sha256: sha256(document.bytes) };
  return { act: "bid.tell-change", subject: code, digest: await digestOf({ lot: code, ...said, document: paper }) };
}

/** Who bids tells; the award notice ends the tender (IR38 speaks of bidders). @throws Refused */
async function requireBidder(tx: Tx, actor: Actor, lotId: string): Promise<void> {
  if (!(await standingBidOf(tx, actor, lotId))) throw new Refused(refuse("conflict", "circumstance.no_bid"));
  const [own] = await tx
    .select({ n: sql<number>`count(*)::int` })
    .from(bidCircumstances)
    .where(and(eq(bidCircumstances.lotId, lotId), eq(bidCircumstances.orgId, actor.orgId)));
  if ((own?.n ?? 0) >= CIRCUMSTANCE_LIMITS.perBidder)
    throw new Refused(refuse("conflict", "circumstance.too_many", { limit: CIRCUMSTANCE_LIMITS.perBidder }));
}

/**
 * A bidder tells of its merger, split or bankruptcy (IR38). Before the announcement of the opening nobody else learns of
 * it, as of everything about who bids; then it goes to the committee, which decides whether the bid stands.
 */
export const tellCircumstance = defineCommand({
  name: "bid.tell-change",
  input: FileCircumstance,
  may: roles("bidder"),
  prepare: ({ ports }, _actor, { document }) => storeObject(ports.storage, fromBase64url(document.bytes)),
  async run(scope, { statement, ...circumstance }) {
    const { tx, actor, site, prepared } = scope;
    const { lotId, kind, occurredOn, text, document } = circumstance;
    const lot = await lockLot(tx, lotId, "share");
    const now = await scope.clock();
    if (!hasReached(lot.state, "T1") || hasReached(lot.state, "A3"))
      throw new Refused(refuse("conflict", "circumstance.not_now"));
    await requireBidder(tx, actor, lotId);
    const toSign = await circumstanceToSign(tx, circumstance);
    await requireAct(scope, statement, toSign);
    const fileId = await insertFile(tx, {
      ...prepared,
      siteId: site.id,
      ownerOrgId: actor.orgId,
      lotId,
      kind: "bidder-change",
      scope: "committee",
      name: document.name.normalize("NFC"),
      mediaType: "application/pdf",
      at: now,
    });
    await tx.insert(bidCircumstances).values({
      ...{ siteId: site.id, lotId, orgId: actor.orgId, kind, occurredOn, text, statement, at: now },
      ...{ documentName: document.name, documentHash: prepared.sha256, fileId },
    });
    const told = await isTold(tx, lotId, now);
    const { tendererOrgId, agencyOrgId } = await tenderProjectOf(tx, lot.tenderProjectId);
    const { name } = await organisationOf(tx, actor.orgId);
    // Before the announcement a letter to those who tender would tell them who bids.
    const jobs = told
      ? await writeLetters(
          tx,
          site.id,
          now,
          [tendererOrgId, agencyOrgId]
            .filter((org) => org !== null)
            .map((orgId) => ({
              orgId,
              lotId,
              kind: "bidder-change",
              subject: `投标人告知重大变化：标段 ${lot.code}`,
              body: `${name}于 ${formatInstant(now)} 告知发生${CIRCUMSTANCE_KINDS[kind]}（${occurredOn}）：${text}`,
            })),
        )
      : [];
    return {
      result: { fileId },
      trail: [
        {
          action: "bid.change-told",
          subject: fileId,
          lotId,
          // Everybody reads a project's chain; this is for the parties and the committee, before the announcement and after it.
          chain: `sealed:${lotId}`,
          facts: { kind, digest: toSign.digest },
        },
      ],
      jobs,
    };
  },
});
