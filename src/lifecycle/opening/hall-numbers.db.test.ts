import { afterAll, beforeAll, expect, test } from "vitest";
import { asService, asStranger, receivingLot } from "@/testing/lots";
import { type TestStage, testStage } from "@/testing/stage";
import { say } from "./events";
import { hallEventsAfter, hallEventsShown } from "./queries";

let t: TestStage;
beforeAll(async () => {
  t = await testStage();
}, 120_000);
afterAll(() => t?.close());

test("R-O.21: what is said in a hall is numbered in it: nobody learns from a number how busy other halls are", async () => {
  const { stage } = t;
  const [here, there] = [await receivingLot(stage, "本标段"), await receivingLot(stage, "别的标段")];
  const now = await stage.now();
  for (const [lotId, text] of [
    [here.lotId, "一"],
    [there.lotId, "甲"],
    [there.lotId, "乙"],
    [here.lotId, "二"],
  ] as const)
    await asService(stage, (tx) => say(tx, stage.app.site.id, lotId, now, "message", { text }));
  const numbersOf = (events: readonly { seq: number }[]) => events.map(({ seq }) => seq);
  for (const { lotId } of [here, there]) {
    expect(numbersOf(await asStranger(stage, (tx) => hallEventsShown(tx, lotId)))).toEqual([1, 2]);
    expect(await asStranger(stage, (tx) => hallEventsAfter(tx, lotId, 2))).toEqual([]);
  }
  const [next] = await asStranger(stage, (tx) => hallEventsAfter(tx, here.lotId, 1));
  expect(next).toMatchObject({ seq: 2, payload: { text: "二" } });
});
