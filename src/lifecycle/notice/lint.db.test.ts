import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { DEMO_BILL } from "@/dev/scenarios/bill";
import { actorOf, type Person, signActAs } from "@/dev/scenarios/person";
import { draftLot, publish } from "@/dev/scenarios/tendering";
import { trailOf } from "@/kit/trail-queries";
import { asPerson, asStranger } from "@/testing/lots";
import { codeOf } from "@/testing/refused";
import { type TestStage, testStage } from "@/testing/stage";
import { publishNotice, saveNotice } from "./commands";
import { answerLint } from "./lint";
import { draftNoticeOf, lintAnswersOf, publishView } from "./queries";
import { NoticeDraft, type NoticeDraftInput } from "./schema";

let t: TestStage;
beforeAll(async () => {
  t = await testStage();
}, 120_000);
afterAll(() => t?.close());

const viewOf = (by: Person, lotId: string) =>
  asPerson(t.stage, by, async (tx) =>
    publishView(tx, actorOf(by, t.stage.app.site.id), t.stage.app.site, lotId, await t.stage.now()),
  );

/** Writes the notice anew with another qualification. */
async function rewrite(by: Person, lotId: string, qualification: string) {
  const fields = await asPerson(t.stage, by, async (tx) => (await draftNoticeOf(tx, lotId))!.fields);
  const draft = NoticeDraft.parse(fields);
  const texts = Object.fromEntries(
    Object.entries(draft).map(([key, value]) => [key, value instanceof Date ? value.toISOString() : value]),
  ) as NoticeDraftInput;
  await t.stage.act(by, saveNotice, { lotId, draft: { ...texts, qualification } });
}

async function tryToPublish(by: Person, lotId: string) {
  const { toSign } = await viewOf(by, lotId);
  const statement = await signActAs(by, t.stage.app, toSign);
  return t.stage.act(by, publishNotice, { lotId, statement, tendererNonce: "0".repeat(64) });
}

test("R-5.4.11 R-L.6: a demand for local works blocks publication until the publisher gives a reason, which the supervisor reads", async () => {
  const { stage } = t;
  const [agency, supervisor] = [stage.person("agency"), stage.person("supervisor")];
  const { lotId } = await draftLot(stage, { name: "倾向性（演示）", content: "教室 12 间", estimateFen: 500_000_000n });
  await rewrite(agency, lotId, "须具有本市类似工程业绩。水泵须采用某某品牌。");
  const { rows, publishable } = await viewOf(agency, lotId);
  const hits = rows.filter(({ hit }) => hit);
  expect(hits).toHaveLength(2);
  expect(hits.map(({ verdict }) => verdict)).toEqual(["warn", "warn"]);
  expect(publishable).toBe(false);
  expect(await codeOf(tryToPublish(agency, lotId))).toBe("tender.lint_unanswered");

  const [local] = hits.filter(({ title }) => title.includes("业绩"));
  const reason = "本项目属于抢险工程，须熟悉本市管网；已报监督部门备案。";
  const answer = (key: string, text: string) => stage.act(agency, answerLint, { lotId, key, reason: text });
  expect(await codeOf(answer(local!.hit!.key, "必要"))).toBe("general.invalid_input");
  expect(await codeOf(answer("0".repeat(32), reason))).toBe("tender.lint_gone");
  await answer(local!.hit!.key, reason);
  expect(await codeOf(tryToPublish(agency, lotId))).toBe("tender.lint_unanswered");
  // The brand is mended in the text; the sentence that was answered stays as it is, and so does its answer.
  await rewrite(agency, lotId, "须具有本市类似工程业绩。水泵须采用某某品牌或相当于该品牌的产品。");
  expect((await viewOf(agency, lotId)).publishable).toBe(true);

  await publish(stage, lotId);
  const seen = await asPerson(stage, supervisor, (tx) => lintAnswersOf(tx, lotId));
  expect(seen).toMatchObject([{ rule: "LINT-02", sentence: "须具有本市类似工程业绩", reason }]);
  const { tenderProjectId } = await stage.lot(lotId);
  const trail = await asPerson(stage, supervisor, (tx) => trailOf(tx, `project:${tenderProjectId}`));
  expect(trail.filter(({ action }) => action === "lint.answered")).toHaveLength(1);
  // Nobody else reads reasons, and nobody changes one.
  expect(await asStranger(stage, (tx) => lintAnswersOf(tx, lotId))).toEqual([]);
  expect(await asPerson(stage, stage.person("jia"), (tx) => lintAnswersOf(tx, lotId))).toEqual([]);
  await expect(
    asPerson(stage, agency, (tx) => tx.execute(sql`update lint_answers set reason = 'x' where lot_id = ${lotId}`)),
  ).rejects.toThrow();
});

test("R-5.4.11: an answer ends with its sentence", async () => {
  const { stage } = t;
  const agency = stage.person("agency");
  const { lotId } = await draftLot(stage, { name: "改句（演示）", content: "教室 2 间", estimateFen: 500_000_000n });
  await rewrite(agency, lotId, "投标人须在项目所在地设立分公司。");
  const [found] = (await viewOf(agency, lotId)).rows.filter(({ hit }) => hit);
  await stage.act(agency, answerLint, { lotId, key: found!.hit!.key, reason: "养护须两小时内到达现场处置。" });
  expect((await viewOf(agency, lotId)).publishable).toBe(true);
  await rewrite(agency, lotId, "投标人须在项目所在地设立分公司和仓库。");
  expect((await viewOf(agency, lotId)).publishable).toBe(false);
});

test("R-5.4.11: a brand in the bill of quantities is found as one in the text is, with its section and item", async () => {
  const [first, ...others] = DEMO_BILL.items;
  const bill = { ...DEMO_BILL, items: [{ ...first!, feature: "水泵须采用某某品牌" }, ...others] };
  const plan = { name: "清单倾向性（演示）", content: "教室 12 间", estimateFen: 1_280_000_000n, bill };
  const { lotId } = await draftLot(t.stage, plan);
  const [hit, ...more] = (await viewOf(t.stage.person("agency"), lotId)).rows.filter((row) => row.hit);
  expect(more).toEqual([]);
  expect(hit?.title).toContain("品牌");
  expect(JSON.stringify(hit)).toContain("010101002001 挖一般土方：水泵须采用某某品牌");
  expect(JSON.stringify(hit)).toContain("工程量清单“土石方与基础”");
});
