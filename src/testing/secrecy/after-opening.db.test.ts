import { afterAll, beforeAll, expect, test } from "vitest";
import { addHours, addMinutes } from "@/core/time";
import { obtain, submit } from "@/dev/scenarios/bidding";
import { formCommittee, type Seated, seatCommittee, signRecord } from "@/dev/scenarios/evaluate";
import { decrypt, reachOpening } from "@/dev/scenarios/opening";
import type { Stage } from "@/dev/scenarios/world-state";
import { markItem } from "@/lifecycle/evaluation/commands/review";
import { evaluatedBids } from "@/lifecycle/evaluation/queries";
import { documentInForce } from "@/lifecycle/tender-document/queries";
import { asService, receivingLot } from "../lots";
import { type Fact, mayKnow, WATCHERS, type Watcher } from "./matrix";
import { differencesOf, idsOf, type Look, readings, type SecretWorld, twoStages, whoDiffers } from "./worlds";

/**
 * Two installations in which the same number of bidders takes part, and not the same: other prices, another who opens first,
 * another committee. Each fact is known by whom the matrix names, from the state on that it names, and by nobody before.
 */
let one: SecretWorld;
let other: SecretWorld;
let deadline: Date;
let committees: readonly [readonly Seated[], readonly Seated[]];
const BIDDERS = ["jia", "yi", "ji"];
const PRICES = { one: [481_000_000n, 482_000_000n, 483_000_000n], other: [482_000_000n, 481_000_000n, 483_000_000n] };

beforeAll(async () => {
  const stages = await twoStages();
  const known = await idsOf(stages[0]);
  const worlds = [];
  for (const [n, t] of stages.entries()) {
    const { stage } = t;
    const lot = await receivingLot(stage, "两个世界");
    for (let i = 0; i < 3; i++) await stage.deliver();
    for (const [b, key] of BIDDERS.entries()) {
      await obtain(stage, stage.person(key), lot.lotId);
      await submit(stage, stage.person(key), lot.lotId, { priceFen: PRICES[n === 0 ? "one" : "other"][b]! });
    }
    await stage.setClock(lot.deadline);
    await reachOpening(stage, lot.lotId, "O1");
    await stage.deliver();
    worlds.push({ t, lotId: lot.lotId, known });
    deadline = lot.deadline;
  }
  [one, other] = worlds as [SecretWorld, SecretWorld];
}, 180_000);
afterAll(async () => {
  await Promise.all([one?.t.close(), other?.t.close()]);
});

const inBoth = async (work: (stage: Stage, lotId: string, world: "one" | "other") => Promise<unknown>) => {
  await work(one.t.stage, one.lotId, "one");
  await work(other.t.stage, other.lotId, "other");
};
/** Where the two differ for those who may not know a fact in the lot's state. */
async function told(fact: Fact, look: Look = {}): Promise<{ found: string[]; knowing: Watcher[] }> {
  const { state } = await one.t.stage.lot(one.lotId);
  const [a, b] = [
    await readings(one, { hints: { lotId: one.lotId }, ...look }),
    await readings(other, { hints: { lotId: other.lotId }, ...look }),
  ];
  const found = differencesOf(a, b);
  const may = WATCHERS.filter((watcher) => mayKnow(fact, watcher, state));
  return {
    found: found.filter((line) => !may.some((watcher) => line.startsWith(`${watcher} | `))),
    knowing: may.filter((watcher) => whoDiffers(found).includes(watcher)),
  };
}

test("R-O.30b who-has-opened, bid-content: while keys are released nobody learns whose bid is open, nor what it says", async () => {
  expect((await told("bid-content")).found).toEqual([]);
  await inBoth((stage, lotId, world) => decrypt(stage, stage.person(world === "one" ? "jia" : "yi"), lotId));
  const { found, knowing } = await told("who-has-opened", { depth: "everything" });
  expect(found).toEqual([]);
  expect(knowing).toEqual([]);
});

test("R-O.30b: when all is announced everybody learns it at once", async () => {
  await inBoth(async (stage, lotId, world) => {
    for (const key of [world === "one" ? "yi" : "jia", "ji"]) await decrypt(stage, stage.person(key), lotId);
    await stage.setClock(addMinutes(deadline, 20));
    await signRecord(stage, lotId, []);
    expect((await stage.lot(lotId)).state).toBe("O2");
  });
  const { found, knowing } = await told("bid-content");
  // Without the facts themselves nothing else differs for whom they do not concern.
  expect(found.filter((line) => !line.startsWith("outside | "))).toEqual([]);
  expect(knowing).toEqual(WATCHERS.filter((watcher) => mayKnow("bid-content", watcher, "O2")));
});

test("R-E.7 BL37 committee: who was drawn nobody reads before the members sit, the operator included", async () => {
  const library = [...one.t.stage.people.keys()].filter((key) => key.startsWith("expert-"));
  const before = await readings(one, { people: { expert: library } });
  const evaluationAt = addHours(deadline, 5);
  const drawn: (readonly Seated[])[] = [];
  await inBoth(async (stage, lotId) => {
    drawn.push(await formCommittee(stage, lotId, evaluationAt));
  });
  committees = drawn as unknown as typeof committees;
  // Who was not drawn of the library looks as its expert.
  const sitting = new Set(committees[0].map(({ person }) => person.key));
  const idle = library.filter((key) => !sitting.has(key)).slice(0, 2);
  const names = committees[0].flatMap(({ person, member }) => [person.personId, person.name, member.id]);
  const after = await readings(one, { people: { expert: idle } });
  const times = (text: string | undefined, word: string) => (text ?? "").split(word).length - 1;
  for (const [where, text] of Object.entries(after)) {
    const watcher = where.split(" | ")[0] as Watcher;
    if (WATCHERS.includes(watcher) && mayKnow("committee", watcher, "O2")) continue;
    // Everybody may be named as one of the library: what tells is to be named once more.
    for (const name of names)
      expect(times(text, name) > times(before[where], name) && `${where}: ${name}`, where).toBe(false);
  }
  expect(before["agency | agency: table committee_members"]).toBe(after["agency | agency: table committee_members"]);
});

test("SOD-08 scores: while the committee works a mark is known to the one who made it, and to nobody else", async () => {
  const { stage } = one.t;
  await stage.setClock(addHours(deadline, 5));
  await seatCommittee(stage, one.lotId, committees[0]);
  const [first, second] = committees[0].map(({ person }) => person.key) as [string, string];
  const look = { depth: "everything", people: { expert: [second] }, hints: { lotId: one.lotId } } as const;
  const before = await readings(one, look);
  const { bids, items } = await asService(stage, async (tx) => ({
    bids: await evaluatedBids(tx, one.lotId),
    items: (await documentInForce(tx, one.lotId)).content.reviewItems,
  }));
  const { member, person, seatId } = committees[0][0]!;
  for (const { bidId } of bids)
    await stage.act(person, markItem, { memberId: member.id, bidId, item: items[0]!.id, verdict: "pass" }, seatId);
  const found = differencesOf(before, await readings(one, look));
  expect(whoDiffers(found)).toEqual(WATCHERS.filter((watcher) => mayKnow("scores", watcher, "E1")));
  expect(found.filter((line) => !line.startsWith("supervisor | supervisor: table trail_lines |"))).toEqual([]);
  const own = { watchers: ["expert"], people: { expert: [first] } } as const;
  expect((await readings(one, own))[`expert | ${first}: table preliminary_marks`]).toContain("pass");
});
