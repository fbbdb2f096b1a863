import { randomUUID } from "node:crypto";
import { sql } from "drizzle-orm";
import { execute } from "@/kit/command";
import type { ProcedureMeta } from "@/kit/procedures";
import { appRouter } from "@/server/router";
import { obtain, seal } from "../scenarios/bidding";
import { actorOf } from "../scenarios/person";
import { playToAward } from "../scenarios/play";
import { draftLot, publish } from "../scenarios/tendering";
import type { Stage } from "../scenarios/world-state";
import { allSignIn, type Ground, onGround, type Report } from "./ground";
import { playSidelines } from "./sidelines";
import { canonical } from "./storm";

/**
 * Plays a tender from the draft to the award, and sends each kind of act in so many copies at the same time, all with one
 * key: every copy gets the same answer, and one of them acted. Then the same for the acts of a delivery, over the wire.
 */
export async function copies(report: Report, count: number): Promise<void> {
  await onGround(report, async (ground) => {
    const tried = new Set<string>();
    const wrong: string[] = [];
    await delivery(ground, count, tried, wrong);
    await playSidelines(copying(ground, count, tried, wrong));
    // Legal time has gone on, and a lot is published twenty days before its deadline.
    await playToAward(copying(ground, count, tried, wrong), {
      moving: "yi",
      withdrawing: "ding",
      speaking: "bing",
      baseEstimateFen: 950_000_000n,
      replacing: "jia",
    });
    for (const line of wrong) report.say(`   ${line}`);
    const kinds = Object.values(
      appRouter._def.procedures as unknown as Record<string, { _def: { meta?: ProcedureMeta } }>,
    ).flatMap(({ _def: { meta } }) => meta?.act ?? []);
    const missing = kinds.filter((kind) => !tried.has(kind));
    report.say(`not part of this tender, and not tried: ${missing.join(", ") || "none"}`);
    report.check(
      `${tried.size} kinds of acts, ${count} copies of each at once: ${wrong.length} wrong`,
      tried.size > 40 && wrong.length === 0,
    );
  });
}

/** A stage on which the first act of each kind is sent in copies. */
function copying({ world }: Ground, count: number, tried: Set<string>, wrong: string[]): Stage {
  const { stage } = world;
  return {
    ...stage,
    async act(who, command, body, seatId) {
      const actor = actorOf(who, stage.app.site.id, seatId);
      const key = randomUUID();
      if (tried.has(command.name)) return execute(stage.app, actor, command, body, key);
      tried.add(command.name);
      const [since] = await world.rows<{ at: string }>(sql`select clock_timestamp()::text as at`);
      const answers = await Promise.all(
        Array.from({ length: count }, () =>
          execute(stage.app, actor, command, body, key).then(
            (answer) => ({ answer, text: canonical(answer) }),
            (error: unknown) => ({ answer: undefined, text: String(error) }),
          ),
        ),
      );
      const different = new Set(answers.map(({ text }) => text));
      if (different.size !== 1)
        wrong.push(
          `${command.name}: ${different.size} different answers: ${[...different].slice(0, 3).join(" | ").slice(0, 300)}`,
        );
      const [acted] = await world.rows<{ n: string }>(sql`
        select count(distinct xmin::text) as n from trail_lines where person_id = ${who.personId} and real_at > ${since!.at}::timestamptz`);
      if (Number(acted!.n) !== 1) wrong.push(`${command.name}: acted ${acted!.n} times`);
      const first = answers.find(({ answer, text }) => answer !== undefined || text === canonical(undefined));
      if (!first) throw new Error(`${command.name}: ${answers[0]!.text}`);
      return first.answer as never;
    },
  };
}

/** Beginning an upload, storing a unit and finishing, at the receiver. */
async function delivery(ground: Ground, count: number, tried: Set<string>, wrong: string[]): Promise<void> {
  const { world } = ground;
  const { stage } = world;
  await allSignIn(ground, ["wu"]);
  const actor = world.actor("wu");
  const { lotId } = await draftLot(stage, {
    name: "重复递交试验工程（演示）",
    content: "试验",
    estimateFen: 900_000_000n,
  });
  await publish(stage, lotId);
  await obtain(stage, actor.person, lotId);
  const sealed = await seal(stage, actor.person, lotId, { priceFen: 800_000_000n });
  const many = async <R>(name: string, act: () => Promise<R>): Promise<R> => {
    tried.add(name);
    const answers = await Promise.all(Array.from({ length: count }, act));
    // The time stamp of another authority may be there for some and come later for others.
    const texts = new Set(
      answers.map((answer) =>
        canonical(answer)
          .replace(/"tst":"[^"]*",?/g, "")
          .replace(/,}/g, "}"),
      ),
    );
    if (texts.size !== 1) wrong.push(`${name}: ${texts.size} different answers`);
    return answers[0]!;
  };
  const once = randomUUID();
  const { uploadId } = await many("receive: begin", () => actor.begin(lotId, sealed.body.length, once));
  await many("receive: unit", () => actor.part(uploadId, 0, sealed.body));
  await many("receive: finish", () => actor.finish(uploadId, sealed));
  const [rows] = await world.rows<Record<"uploads" | "units" | "bids", string>>(sql`select
    (select count(*) from uploads where lot_id = ${lotId}) as uploads, (select count(*) from upload_units where lot_id = ${lotId}) as units,
    (select count(*) from bids where lot_id = ${lotId}) as bids`);
  for (const [what, n] of Object.entries(rows!)) if (Number(n) !== 1) wrong.push(`delivery: ${n} ${what}`);
}
