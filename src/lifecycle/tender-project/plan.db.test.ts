import { afterAll, beforeAll, expect, test } from "vitest";
import { draftLot, publish } from "@/dev/scenarios/acts";
import { asPerson } from "@/testing/lots";
import { codeOf } from "@/testing/refused";
import { type TestStage, testStage } from "@/testing/stage";
import { addLot } from "./commands";
import { readOwnLot } from "./queries";

let t: TestStage;
beforeAll(async () => {
  t = await testStage();
}, 120_000);
afterAll(() => t?.close());

const further = { name: "第二标段", content: "室外工程", estimateFen: "200000000" };

test("R-5.2.2: a second lot gets the next serial and a deal code of its own; two at once get two", async () => {
  const { stage } = t;
  const agency = stage.person("agency");
  const { lotId, lotCode } = await draftLot(stage, {
    name: "两标段工程（演示）",
    content: "学校",
    estimateFen: 900_000_000n,
  });
  const [second, third] = await Promise.all([1, 2].map(() => stage.act(agency, addLot, { lotId, lot: further })));
  expect([second!.lotCode, third!.lotCode].sort()).toEqual(
    ["002", "003"].map((serial) => lotCode.slice(0, 20) + serial),
  );
  const dealCodes = new Set<string>();
  for (const id of [lotId, second!.lotId, third!.lotId]) dealCodes.add((await stage.lot(id)).dealCode);
  expect(dealCodes.size).toBe(3);
  // Nobody else sees or extends what is being prepared.
  expect(await codeOf(stage.act(stage.person("jia"), addLot, { lotId, lot: further }))).toBe("general.forbidden");
  const jia = stage.person("jia");
  expect(
    await codeOf(
      asPerson(stage, jia, (tx) => readOwnLot(tx, { ...jia, siteId: stage.app.site.id } as never, second!.lotId)),
    ),
  ).toBe("general.not_found");
});

test("after publication the lots of a tender project are fixed", async () => {
  const { stage } = t;
  const { lotId } = await draftLot(stage, { name: "已发布工程（演示）", content: "学校", estimateFen: 900_000_000n });
  await publish(stage, lotId);
  expect(await codeOf(stage.act(stage.person("agency"), addLot, { lotId, lot: further }))).toBe(
    "tender.lots_published",
  );
});
