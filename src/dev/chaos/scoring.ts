import { randomUUID } from "node:crypto";
import { sql } from "drizzle-orm";
import { fromBase64url } from "@/core/bytes";
import { inContext } from "@/kit/db/context";
import { evaluatedBids } from "@/lifecycle/evaluation/queries";
import { documentInForce } from "@/lifecycle/tender-document/queries";
import { formCommittee, type Seated } from "../scenarios/evaluate";
import { signPdfAs } from "../scenarios/person";
import { insist, until } from "./insist";
import type { Storm } from "./storm";
import type { World } from "./world";

type ToSign = { act: string; subject: string; digest: string };
const REVIEWS = ["preliminary", "detailed"] as const;
type Review = (typeof REVIEWS)[number];

export async function scoreUnder(storm: Storm, world: World, lotId: string, evaluationAt: Date): Promise<void> {
  const committee = await formCommittee(world.stage, lotId, evaluationAt);
  await world.setClock(evaluationAt);
  for (const seated of committee) await seatUnder(storm, world, seated);
  const agency = world.actor("agency");
  const start = randomUUID();
  await insist(() => agency.mutate("evaluation.start", { lotId }, start), world.backIn(agency));
  const service = { siteId: world.stage.app.site.id, role: "platform" };
  const facts = await insist(() =>
    inContext(world.stage.worker.db, service, async (tx) => ({
      bids: (await evaluatedBids(tx, lotId)).map(({ bidId }) => bidId),
      document: (await documentInForce(tx, lotId)).content,
    })),
  );
  const items: Record<Review, { id: string; max: number }[]> = {
    preliminary: facts.document.reviewItems.map(({ id }) => ({ id, max: 0 })),
    detailed: facts.document.criteria.map(({ id, maxHundredths: max }) => ({ id, max })),
  };
  for (const step of REVIEWS) {
    for (const [m, seated] of committee.entries()) {
      // A kill a bid at most: more would spend the time on restarts.
      for (const [b, bidId] of facts.bids.entries())
        for (const [i, item] of items[step].entries())
          await cellUnder(
            storm,
            world,
            seated,
            step,
            bidId,
            item.id,
            Math.floor((item.max * (90 - m - b - i)) / 100),
            i > 0,
          );
      const last = m === committee.length - 1 ? { lotId } : undefined;
      await sheetUnder(storm, world, seated, step, facts.bids.length * items[step].length, last);
    }
  }
  for (const seated of committee) await reportUnder(storm, world, lotId, seated);
}

async function seatUnder(storm: Storm, world: World, { member, person, seatId }: Seated): Promise<void> {
  const actor = world.actor(person.key);
  const onSilence = world.backIn(actor);
  await insist(() => actor.signIn());
  const [seat] = await world.rows<{ code: string }>(sql`select code from seats where id = ${seatId}`);
  const checkIn = randomUUID();
  await storm.run({
    step: "check-in",
    attempt: () => actor.mutate("committee.checkIn", { memberId: member.id, seatCode: seat!.code }, checkIn),
    onSilence,
    kept: () => world.has(sql`select 1 from committee_members where id = ${member.id} and state = 'signed_in'`),
  });
  const toSign = await insist(
    () => actor.query<ToSign>("committee.declarationToSign", { memberId: member.id }),
    onSilence,
  );
  const statement = await insist(() => actor.act(toSign), onSilence);
  const declare = randomUUID();
  await storm.run({
    step: "declaration",
    attempt: () => actor.mutate("committee.declare", { memberId: member.id, statement }, declare),
    onSilence,
    kept: () =>
      world.has(
        sql`select 1 from committee_members where id = ${member.id} and declaration->>'payload' = ${statement.payload}`,
      ),
  });
}

/** One cell of a member's sheet: a mark, or a score. */
async function cellUnder(
  storm: Storm,
  world: World,
  { member, person }: Seated,
  step: Review,
  bidId: string,
  item: string,
  scoreHundredths: number,
  calm: boolean,
): Promise<void> {
  const actor = world.actor(person.key);
  const key = randomUUID();
  const cell = { memberId: member.id, bidId, item };
  const where = sql`member_id = ${member.id} and bid_id = ${bidId} and item = ${item}`;
  const marks = step === "preliminary";
  await storm.run({
    step: marks ? "mark" : "score",
    attempt: () =>
      marks
        ? actor.mutate("evaluation.mark", { ...cell, verdict: "pass" }, key)
        : actor.mutate("evaluation.score", { ...cell, scoreHundredths }, key),
    onSilence: world.backIn(actor),
    kept: () =>
      world.has(
        marks
          ? sql`select 1 from preliminary_marks where ${where} and verdict = 'pass'`
          : sql`select 1 from scores where ${where} and score_hundredths = ${scoreHundredths}`,
      ),
    calm,
  });
}

/** Signs a sheet; after the last one the platform goes on by itself. */
async function sheetUnder(
  storm: Storm,
  world: World,
  { member, person }: Seated,
  step: Review,
  cells: number,
  after?: { readonly lotId: string },
): Promise<void> {
  const actor = world.actor(person.key);
  const onSilence = world.backIn(actor);
  const memberId = member.id;
  const toSign = await insist(() => actor.query<ToSign>("evaluation.sheetToSign", { memberId, step }), onSilence);
  const statement = await insist(() => actor.act(toSign), onSilence);
  const key = randomUUID();
  const table = step === "preliminary" ? sql`preliminary_marks` : sql`scores`;
  const sign = () => actor.mutate("evaluation.signSheet", { memberId, step, statement }, key);
  if (after) await resultUnder(storm, world, after.lotId, step, () => insist(sign, onSilence));
  await storm.run({
    step: "sheet",
    attempt: sign,
    onSilence,
    kept: () =>
      world.has(sql`select 1 from score_sheets where member_id = ${memberId} and step = ${step}
        and statement->>'payload' = ${statement.payload} and (select count(*) from ${table} where member_id = ${memberId}) = ${cells}`),
    calm: after !== undefined,
  });
}

/** The platform's own act when the last sheet is signed: the next step; at last the computed result and the report. */
async function resultUnder(
  storm: Storm,
  world: World,
  lotId: string,
  step: Review,
  signLast: () => Promise<unknown>,
): Promise<void> {
  const found = async () => {
    const [row] = await world.rows<{ result: unknown }>(
      step === "preliminary"
        ? sql`select result->'rejections' as result from evaluations where lot_id = ${lotId} and step <> 'preliminary'`
        : sql`select e.result->'outcome' as result from evaluations e join reports r on r.lot_id = e.lot_id where e.lot_id = ${lotId}`,
    );
    return row;
  };
  let signed = false;
  await storm.run({
    step: "result",
    timedAs: `result of the ${step} review`,
    async attempt() {
      if (!signed) await signLast();
      signed = true;
      return until(`the result of the ${step} review`, found);
    },
    kept: async ({ result }) => JSON.stringify((await found())?.result) === JSON.stringify(result),
  });
}

async function reportUnder(storm: Storm, world: World, lotId: string, { member, person }: Seated): Promise<void> {
  const actor = world.actor(person.key);
  const onSilence = world.backIn(actor);
  const memberId = member.id;
  const toSign = await insist(
    () => actor.query<{ digest: string; signingTime: string }>("evaluation.reportToSign", { memberId }),
    onSilence,
  );
  const pdf = { cms: await signPdfAs(person, fromBase64url(toSign.digest)), signingTime: toSign.signingTime };
  const key = randomUUID();
  await storm.run({
    step: "report",
    attempt: () => actor.mutate("evaluation.signReport", { memberId, pdf }, key),
    onSilence,
    kept: () =>
      world.has(
        sql`select 1 from report_signatures s join reports r on r.id = s.report_id where s.member_id = ${memberId} and r.lot_id = ${lotId}`,
      ),
  });
}
