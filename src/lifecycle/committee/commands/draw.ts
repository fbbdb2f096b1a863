import { randomUUID } from "node:crypto";
import { and, eq, inArray } from "drizzle-orm";
import { z } from "zod";
import { Refused, refuse } from "@/core/refusal";
import { byService, defineServiceCommand } from "@/kit/command";
import type { Tx } from "@/kit/db/connect";
import { standingBids } from "@/lifecycle/bidding/queries";
import { lockLot } from "@/lifecycle/lot/queries";
import { drawNonces } from "@/lifecycle/lot/tables";
import { allotSeats } from "@/lifecycle/seat/rules";
import { seats } from "@/lifecycle/seat/tables";
import { tenderProjectOf } from "@/lifecycle/tender-project/queries";
import { organisationsOf } from "@/platform/party/queries";
import { commitmentOf, type DrawRecord, drawWithStandby, seedOf } from "../draw";
import { poolOf, tellOfFailedDraw } from "../pool";
import { requestOf } from "../queries";
import { committeeMembers, committeeRequests, draws } from "../tables";

/** The seed of a lot's draws: both parties committed to their parts before there was anything to draw. */
export async function drawSeedOf(tx: Tx, lotId: string, lotCode: string) {
  const rows = await tx.select().from(drawNonces).where(eq(drawNonces.lotId, lotId));
  const nonceOf = (party: string) => rows.find((row) => row.party === party)?.nonce;
  const [platform, tenderer] = [nonceOf("platform"), nonceOf("tenderer")];
  if (!platform || !tenderer) throw new Error(`nonces of lot ${lotCode} are missing`);
  return {
    nonces: [platform, tenderer],
    commitments: [await commitmentOf(platform), await commitmentOf(tenderer)],
    seed: await seedOf(lotCode, [platform, tenderer]),
  };
}

/**
 * Draws committee and seats (抽取专家、分配工位) by DRAW-1. Names and seats are sealed: read by nobody but each member of
 * its own, until the members sit at their seats; the full record opens when the winner is decided (BL37). When too few are
 * left nobody is drawn, and whoever asked is told once and may ask anew.
 */
export const drawCommittee = defineServiceCommand({
  name: "committee.draw",
  input: z.object({ lotId: z.uuid() }),
  may: byService,
  async run({ tx, site, now }, { lotId }) {
    const lot = await lockLot(tx, lotId, "update");
    const request = await requestOf(tx, lotId);
    const drawn = await tx
      .select({ id: committeeMembers.id })
      .from(committeeMembers)
      .where(eq(committeeMembers.lotId, lotId))
      .limit(1);
    if (!request || request.failedAt || drawn.length)
      throw new Refused(refuse("conflict", "committee.requested_before"));
    const tender = await tenderProjectOf(tx, lot.tenderProjectId);
    const bids = await standingBids(tx, lotId);
    const parties = await organisationsOf(tx, [
      ...bids.map(({ orgId }) => orgId),
      tender.tendererOrgId,
      ...(tender.agencyOrgId ? [tender.agencyOrgId] : []),
    ]);
    const avoided = new Set([
      ...request.avoidance.map(({ creditCode }) => creditCode),
      ...[...parties.values()].map(({ creditCode }) => creditCode),
    ]);
    const pool = await poolOf(tx, request.speciality);
    const eligible = pool.filter(({ employerCreditCode }) => !avoided.has(employerCreditCode));
    if (eligible.length < request.memberCount) {
      await tx.update(committeeRequests).set({ failedAt: now }).where(eq(committeeRequests.lotId, lotId));
      const hosts = [tender.tendererOrgId, tender.agencyOrgId].filter((org) => org !== null);
      const facts = { speciality: request.speciality, pool: pool.length, needed: request.memberCount };
      return {
        result: { drawn: 0 },
        trail: [
          { action: "committee.draw-failed", subject: lot.code, lotId, chain: `project:${tender.id}` as const, facts },
        ],
        jobs: await tellOfFailedDraw(tx, site.id, now, hosts, lot, { name: "评标委员会", ...facts }),
      };
    }
    const { seed, nonces, commitments } = await drawSeedOf(tx, lotId, lot.code);
    const people = await drawWithStandby(
      seed,
      `EXPERT|${request.speciality}`,
      eligible.map(({ code }) => code),
      request.memberCount,
      Math.min(request.standbyCount, eligible.length - request.memberCount),
    );
    const free = await tx.select().from(seats).where(eq(seats.state, "free"));
    const places = await drawWithStandby(
      seed,
      "SEAT",
      free.map(({ code }) => code),
      free.length,
      0,
    );
    const bySeat = new Map(free.map((seat) => [seat.code, seat]));
    const allotted = allotSeats(
      places.drawn.map((code) => bySeat.get(code)!),
      request.memberCount,
    );
    if (!allotted) throw new Refused(refuse("conflict", "committee.too_few_seats"));
    const byCode = new Map(eligible.map((expert) => [expert.code, expert]));
    for (const [i, code] of [...people.drawn, ...people.standby].entries()) {
      const expert = byCode.get(code)!;
      await tx.insert(committeeMembers).values({
        id: randomUUID(),
        siteId: site.id,
        lotId,
        expertId: expert.id,
        personId: expert.personId,
        place: i + 1,
        state: i < people.drawn.length ? "drawn" : "standby",
        seatId: allotted[i]?.id ?? null,
        // Named by the draw: the first one drawn leads.
        isChair: i === 0 ? 1 : 0,
      });
    }
    const record = (label: string, result: DrawRecord) => ({
      algorithm: "DRAW-1",
      lot: lot.code,
      commitments,
      nonces,
      ...result,
      label,
    });
    await tx.insert(draws).values({
      siteId: site.id,
      lotId,
      label: people.label,
      scope: "sealed",
      record: record(people.label, people),
      at: now,
    });
    await tx.insert(draws).values({
      siteId: site.id,
      lotId,
      label: "SEAT",
      scope: "sealed",
      record: { ...record("SEAT", places), allotted: allotted.map(({ code }) => code) },
      at: now,
    });
    const members = await tx
      .select()
      .from(committeeMembers)
      .where(and(eq(committeeMembers.lotId, lotId), inArray(committeeMembers.state, ["drawn"])));
    return {
      result: { drawn: people.drawn.length },
      trail: [
        {
          action: "committee.drawn",
          subject: lot.code,
          lotId,
          chain: `project:${tender.id}`,
          facts: { expertInput: people.inputHash, seatInput: places.inputHash, count: people.drawn.length },
        },
      ],
      jobs: members.map(({ id }) => ({ name: "invite-expert", payload: { memberId: id }, key: `invite:${id}` })),
    };
  },
});
