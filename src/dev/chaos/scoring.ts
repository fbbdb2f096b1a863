import { randomUUID } from "node:crypto";
import { eq } from "drizzle-orm";
import { inContext } from "@/kit/db/context";
import { evaluatedBids, evaluationOf, marksOf, scoresOf } from "@/lifecycle/evaluation/queries";
import { seats } from "@/lifecycle/seat/tables";
import { documentInForce } from "@/lifecycle/tender-document/queries";
import { formCommittee, seatCommittee, signRecord } from "../scenarios/evaluate";
import type { Chaos } from "./main";

type Insist = <R>(step: () => Promise<R>) => Promise<R>;

/** Five members mark and score while processes die; every acknowledged cell must be there with the value that was given. */
export async function scoringPhase(chaos: Chaos, lotId: string, insist: Insist, evaluationAt: Date): Promise<void> {
  const { stage } = chaos;
  const platform = { siteId: stage.app.site.id, role: "platform" };
  const read = <R>(work: Parameters<typeof inContext<R>>[2]) =>
    insist(() => inContext(stage.worker.db, platform, work));
  await insist(() => stage.now());
  await signRecord(stage, lotId, []);
  const committee = await formCommittee(stage, lotId, evaluationAt);
  await stage.setClock(evaluationAt);
  await seatCommittee(stage, lotId, committee);
  const { bids, document } = await read(async (tx) => ({
    bids: await evaluatedBids(tx, lotId),
    document: (await documentInForce(tx, lotId)).content,
  }));
  for (const { member, person, seatId } of committee) {
    const actor = chaos.actor(person.key);
    await insist(() => actor.signIn());
    const [seat] = await read((tx) => tx.select().from(seats).where(eq(seats.id, seatId)));
    await insist(() => actor.mutate("committee.checkIn", { memberId: member.id, seatCode: seat!.code }));
  }
  const wanted = new Map<string, string>();
  for (const step of ["preliminary", "detailed"] as const) {
    for (const [m, { member, person }] of committee.entries()) {
      const actor = chaos.actor(person.key);
      for (const [b, { bidId }] of bids.entries()) {
        const items =
          step === "preliminary"
            ? document.reviewItems.map(({ id }) => ({ id, max: 0 }))
            : document.criteria.map(({ id, maxHundredths: max }) => ({ id, max }));
        for (const [i, { id: item, max }] of items.entries()) {
          const key = randomUUID();
          const scoreHundredths = Math.floor((max * (90 - m - b - i)) / 100);
          const act = () =>
            step === "preliminary"
              ? actor.mutate("evaluation.mark", { memberId: member.id, bidId, item, verdict: "pass" }, key)
              : actor.mutate("evaluation.score", { memberId: member.id, bidId, item, scoreHundredths }, key);
          // One kill a bid: a kill a cell would spend the time on restarts.
          await (i === 0 ? chaos.under(act) : insist(act));
          wanted.set(
            `${step}|${member.id}|${bidId}|${item}`,
            step === "preliminary" ? "pass" : String(scoreHundredths),
          );
        }
      }
      const toSign = await insist(() =>
        actor.query<{ act: string; subject: string; digest: string }>("evaluation.sheetToSign", {
          memberId: member.id,
          step,
        }),
      );
      const statement = await insist(() => actor.act(toSign));
      const key = randomUUID();
      await insist(() => actor.mutate("evaluation.signSheet", { memberId: member.id, step, statement }, key));
    }
    for (let n = 0; n < 300; n++) {
      if ((await read((tx) => evaluationOf(tx, lotId))).step !== step) break;
      await new Promise((done) => setTimeout(done, 100));
    }
  }
  const kept = await read(async (tx) => [
    ...(await marksOf(tx, lotId, 1)).map(
      (row) => [`preliminary|${row.memberId}|${row.bidId}|${row.item}`, row.verdict] as const,
    ),
    ...(await scoresOf(tx, lotId, 1)).map(
      (row) => [`detailed|${row.memberId}|${row.bidId}|${row.item}`, String(row.scoreHundredths)] as const,
    ),
  ]);
  const found = new Map<string, string>(kept);
  const lost = [...wanted].filter(([key, value]) => found.get(key) !== value).length;
  chaos.check(
    "scoring",
    lost === 0 && found.size === wanted.size,
    `${wanted.size} acknowledged cells, ${lost} lost or changed`,
  );
}
