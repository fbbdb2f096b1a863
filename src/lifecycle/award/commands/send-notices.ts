import { randomUUID } from "node:crypto";
import { eq } from "drizzle-orm";
import { z } from "zod";
import { hex } from "@/core/bytes";
import { encodeCanonical } from "@/core/canonical-json";
import { formatYuan } from "@/core/money";
import { Refused, refuse } from "@/core/refusal";
import { formatInstant } from "@/core/time";
import { sha256 } from "@/crypto/sha256";
import { type CommandScope, defineCommand, roles } from "@/kit/command";
import { standingBids } from "@/lifecycle/bidding/queries";
import { moveLot } from "@/lifecycle/lot/move";
import type { Lot } from "@/lifecycle/lot/queries";
import { revocationsOf } from "@/lifecycle/opening/queries";
import { requireSigners } from "@/lifecycle/signing/pair";
import { PairedStatement } from "@/lifecycle/signing/schema";
import { isTenderer, lockOwnLot, type TenderProject } from "@/lifecycle/tender-project/queries";
import { digestOf } from "@/platform/identity/act";
import { writeLetters } from "@/platform/inbox/letters";
import { organisationOf } from "@/platform/party/queries";
import { awardMessages } from "../hub-messages";
import { publishOfAward } from "../publication";
import { awardLetters, awards } from "../tables";
import { awardLettersFor } from "../texts";

/** All letters of an award and the digest that the tenderer signs once for all of them. */
export async function lettersToSign(tx: CommandScope["tx"], lot: Lot, tender: TenderProject) {
  const [award] = await tx.select().from(awards).where(eq(awards.lotId, lot.id));
  if (!award) throw new Refused(refuse("conflict", "award.not_decided"));
  const letters = await awardLettersFor(tx, lot, tender, award, await standingBids(tx, lot.id));
  const hashes = letters.map(({ number, payload }) => ({
    number,
    sha256: hex(sha256(encodeCanonical(payload as never))),
  }));
  return { award, letters, digest: await digestOf({ letters: hashes }) };
}

/**
 * Sends the award notice and every result notice (中标通知书、中标结果通知书, transition 22): one transaction makes them
 * all, under one signature over the hashes of all (O20 art. 36, BL45).
 */
export const sendAwardNotices = defineCommand({
  name: "award.send-notices",
  input: z.object({ lotId: z.uuid(), statement: PairedStatement }),
  may: roles("tenderer"),
  async run(scope, { lotId, statement }) {
    const { tx, actor, site, now } = scope;
    const { lot, tender } = await lockOwnLot(tx, actor, lotId);
    if (!isTenderer(actor, tender)) throw new Refused(refuse("not_found", "general.not_found"));
    const { award, letters, digest } = await lettersToSign(tx, lot, tender);
    if ((await revocationsOf(tx, lotId)).has(award.bidId))
      throw new Refused(refuse("conflict", "award.winner_revoked"));
    const signed = await requireSigners(
      scope,
      statement,
      { act: "award.send-notices", subject: lot.code, digest },
      tender.id,
    );
    const losers = letters.filter(({ kind }) => kind === "result");
    const moved = await moveLot(
      tx,
      lot,
      "A3",
      now,
      {
        awardNoticeSigned: true,
        notices: { losers: (await standingBids(tx, lotId)).length - 1, prepared: losers.length },
      },
      { awardedAt: now },
    );
    for (const { orgId, kind, number, payload } of letters)
      await tx
        .insert(awardLetters)
        .values({ id: randomUUID(), siteId: site.id, lotId, orgId, kind, number, payload, statement, at: now });
    await tx.update(awards).set({ sentAt: now }).where(eq(awards.lotId, lotId));
    const jobs = await writeLetters(
      tx,
      site.id,
      now,
      letters.map(({ orgId, kind, number, text }) => ({
        orgId,
        lotId,
        kind,
        subject: `${kind === "award" ? "中标通知书" : "中标结果通知书"} ${number}`,
        body: text,
      })),
    );
    const winner = await organisationOf(tx, award.orgId);
    const tenderer = await organisationOf(tx, tender.tendererOrgId);
    const winning = letters.find(({ kind }) => kind === "award")!;
    const title = `${tender.name}${lot.name}中标结果公告`;
    const fields: Record<string, string> = {
      lotCode: lot.code,
      lotName: lot.name,
      winner: String(winning.payload.winner),
      winningPrice: formatYuan(award.priceFen),
      tendererName: tenderer.name,
      supervision: tender.superviseDept,
    };
    const { number, body } = await publishOfAward(scope, lot, {
      kind: "result",
      suffix: "JG01",
      title,
      fields,
      signed,
    });
    const agency = tender.agencyOrgId ? await organisationOf(tx, tender.agencyOrgId) : undefined;
    return {
      result: { number, letters: letters.length, at: formatInstant(now) },
      trail: [
        {
          action: "award-notices.sent",
          subject: lot.code,
          lotId,
          chain: `project:${tender.id}`,
          facts: { letters: letters.map((letter) => letter.number) },
        },
        moved.line,
      ],
      hub: awardMessages({
        lot,
        tender,
        site,
        now,
        award,
        notice: { number, title, body },
        winning,
        winner,
        tenderer,
        agency,
      }),
      // The archive is built by the sweep, when the hub has acknowledged everything.
      jobs: [...jobs, { name: "deliver-outbox", payload: {}, key: `deliver:${site.id}` }],
    };
  },
});
