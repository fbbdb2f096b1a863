import { afterAll, beforeAll, expect, test } from "vitest";
import { capitalAmount, formatYuan, yuanText } from "@/core/money";
import { addHours, addMinutes } from "@/core/time";
import { obtain, submit } from "@/dev/scenarios/bidding";
import {
  closeFirstEnvelopes,
  formCommittee,
  reachSecondOpening,
  review,
  type Seated,
  seatCommittee,
  signRecord,
} from "@/dev/scenarios/evaluate";
import { decrypt, reachOpening } from "@/dev/scenarios/opening";
import { evaluatedBids } from "@/lifecycle/evaluation/queries";
import { asService, receivingLot } from "../lots";
import { testStage } from "../stage";
import { idsOf, readings, type SecretWorld } from "./worlds";

/**
 * One lot of two envelopes, and everybody who reads it: every column that every role gets, every answer of every procedure,
 * and what leaves for hub and mail. A price of a second envelope is looked for in all of it, in figures and in words.
 */
let world: SecretWorld;
let committee: readonly Seated[] = [];
let deadline: Date;
const BIDDERS = ["jia", "yi", "bing", "ji"];
/** It looks as well, and does not pass the first envelope. */
const FAILED = "ji";
const PRICE: Readonly<Record<string, bigint>> = {
  jia: 487_654_321n,
  yi: 476_543_218n,
  bing: 465_432_187n,
  ji: 454_321_876n,
};

beforeAll(async () => {
  const t = await testStage();
  const known = await idsOf(t);
  const lot = await receivingLot(t.stage, "双信封保密", { twoEnvelopes: true });
  deadline = lot.deadline;
  for (const key of BIDDERS) {
    await obtain(t.stage, t.stage.person(key), lot.lotId);
    await submit(t.stage, t.stage.person(key), lot.lotId, { priceFen: PRICE[key]! });
  }
  world = { t, lotId: lot.lotId, known };
}, 180_000);
afterAll(() => world?.t.close());

/** Where somebody reads the price of one of these bidders. */
async function pricesRead(keys: readonly string[]): Promise<string[]> {
  const { stage } = world.t;
  await stage.deliver();
  const experts = committee.map(({ person }) => person.key);
  const all = await readings(world, {
    depth: "everything",
    hints: { lotId: world.lotId },
    people: { bidder: [FAILED], ...(experts.length ? { expert: experts } : {}) },
  });
  return Object.entries(all).flatMap(([where, text]) =>
    keys
      .filter((key) => {
        const fen = PRICE[key]!;
        const forms = [String(fen), yuanText(fen), formatYuan(fen).slice(1), capitalAmount(fen)];
        return forms.some((form) => text.includes(form));
      })
      .map((key) => `${where}: ${key}`),
  );
}

test("R-5.6.11 R-O.26b: while the first envelopes are opened and judged nobody reads a price, the committee included", {
  timeout: 240_000,
}, async () => {
  const { t, lotId } = world;
  const { stage } = t;
  await stage.setClock(deadline);
  await reachOpening(stage, lotId, "O1");
  for (const key of BIDDERS) await decrypt(stage, stage.person(key), lotId);
  await stage.setClock(addMinutes(deadline, 20));
  await signRecord(stage, lotId, []);
  committee = await formCommittee(stage, lotId, addHours(deadline, 5));
  await stage.setClock(addHours(deadline, 5));
  await seatCommittee(stage, lotId, committee);
  const failed = stage.person(FAILED).orgId;
  const bids = await asService(stage, (tx) => evaluatedBids(tx, lotId));
  await review(stage, lotId, committee, "preliminary", [bids.find(({ orgId }) => orgId === failed)!.bidId]);
  await review(stage, lotId, committee, "detailed");
  expect(await pricesRead(BIDDERS)).toEqual([]);
});

test("R-5.6.11: while second envelopes are decrypted one by one nobody reads what one holds; then all read those who passed, and nobody ever the others", {
  timeout: 240_000,
}, async () => {
  const { t, lotId } = world;
  const { stage } = t;
  await closeFirstEnvelopes(stage, lotId, committee);
  await reachSecondOpening(stage, lotId);
  for (const key of ["jia", "yi"]) await decrypt(stage, stage.person(key), lotId);
  expect(await pricesRead(BIDDERS)).toEqual([]);
  await decrypt(stage, stage.person("bing"), lotId);
  await signRecord(stage, lotId, []);
  const all = await pricesRead(BIDDERS);
  const read = all.filter((line) => !line.endsWith(`: ${FAILED}`));
  for (const who of ["public", "bidder", "tenderer", "agency", "expert", "supervisor", "outside"])
    expect(
      read.some((line) => line.startsWith(`${who} | `)),
      who,
    ).toBe(true);
  expect(all.filter((line) => line.endsWith(`: ${FAILED}`))).toEqual([]);
});
