import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { addDays } from "@/core/time";
import { actorOf, type Person, signActAs } from "@/dev/scenarios/person";
import { draftLot, giveMandate, publish, signTheMandate } from "@/dev/scenarios/tendering";
import { publishNotice } from "@/lifecycle/notice/commands";
import { publishView } from "@/lifecycle/notice/queries";
import { tenderProjectOf } from "@/lifecycle/tender-project/queries";
import { asPerson, asStranger } from "@/testing/lots";
import { codeOf } from "@/testing/refused";
import { type TestStage, testStage } from "@/testing/stage";
import { proposeMandate, signMandate } from "./commands";
import { newestMandate, requireScope } from "./queries";
import { ALL_ACTS, type MandateAct } from "./schema";

let t: TestStage;
beforeAll(async () => {
  t = await testStage();
}, 120_000);
afterAll(() => t?.close());

const lotOf = (name: string) =>
  draftLot(t.stage, { name: `${name}（演示）`, content: "教室 12 间", estimateFen: 500_000_000n });

async function propose(by: Person, lotId: string, scope: readonly MandateAct[] = ALL_ACTS, days = 100) {
  const now = await t.stage.now();
  return t.stage.act(by, proposeMandate, {
    lotId,
    terms: {
      number: "WT-新",
      scope: [...scope],
      feeFen: "100",
      feePayer: "tenderer",
      startsAt: now.toISOString(),
      endsAt: addDays(now, days).toISOString(),
    },
  });
}

async function viewOf(by: Person, lotId: string) {
  const { stage } = t;
  return asPerson(stage, by, async (tx) =>
    publishView(tx, actorOf(by, stage.app.site.id), stage.app.site, lotId, await stage.now()),
  );
}
const mandateRow = async (by: Person, lotId: string) =>
  (await viewOf(by, lotId)).rows.find(({ id }) => id === "R-5.2.4");

async function tryToPublish(by: Person, lotId: string) {
  const { toSign } = await viewOf(by, lotId);
  const statement = await signActAs(by, t.stage.app, toSign);
  return t.stage.act(by, publishNotice, { lotId, statement, tendererNonce: "0".repeat(64) });
}

test("R-5.2.4: an agency publishes when both sides have signed, and not with one signature or an older text", async () => {
  const { stage } = t;
  const [agency, tenderer, jia] = [stage.person("agency"), stage.person("tenderer"), stage.person("jia")];
  const { lotId } = await lotOf("委托");
  const { tenderProjectId } = await stage.lot(lotId);
  // A mandate without the right to publish takes the place of the first one.
  const narrow = await propose(agency, lotId, ["open"]);
  expect(await mandateRow(agency, lotId)).toMatchObject({ verdict: "pass" });
  await signTheMandate(stage, agency, lotId, narrow.mandateId);
  expect(await signTheMandate(stage, tenderer, lotId, narrow.mandateId)).toEqual({ inForce: true });
  expect(await mandateRow(agency, lotId)).toMatchObject({
    verdict: "fail",
    value: expect.stringContaining("不包括发布"),
  });
  expect(await codeOf(tryToPublish(agency, lotId))).toBe("tender.publish_check_failed");
  // The tenderer itself needs none.
  expect(await mandateRow(tenderer, lotId)).toMatchObject({ verdict: "pass" });

  const whole = await propose(tenderer, lotId);
  const { toSign } = await viewOf(tenderer, lotId);
  const statement = await signActAs(jia, stage.app, toSign);
  expect(await codeOf(stage.act(jia, signMandate, { mandateId: whole.mandateId, statement }))).toBe(
    "general.forbidden",
  );
  await signTheMandate(stage, tenderer, lotId, whole.mandateId);
  expect(await codeOf(signTheMandate(stage, tenderer, lotId, whole.mandateId))).toBe("mandate.signed_before");
  expect(await mandateRow(agency, lotId)).toMatchObject({ verdict: "fail" });
  await signTheMandate(stage, agency, lotId, whole.mandateId);
  expect(await mandateRow(agency, lotId)).toMatchObject({ verdict: "pass", value: "WT-新，双方已签署" });
  const tender = await asPerson(stage, agency, (tx) => tenderProjectOf(tx, tenderProjectId));
  expect(tender.mandateNumber).toBe("WT-新");
  await publish(stage, lotId);
});

test("R-5.2.4: nobody signs a text that another one replaced, with another's content, or changes a signed one", async () => {
  const { stage } = t;
  const [agency, tenderer] = [stage.person("agency"), stage.person("tenderer")];
  const { lotId } = await lotOf("改稿");
  const { tenderProjectId } = await stage.lot(lotId);
  const first = await propose(agency, lotId);
  const second = await propose(agency, lotId, ["publish"]);
  const { digest, code } = await asPerson(stage, tenderer, async (tx) => ({
    digest: (await newestMandate(tx, tenderProjectId))!.digest,
    code: (await tenderProjectOf(tx, tenderProjectId)).code,
  }));
  const sign = async (mandateId: string, what: { act: string; subject: string; digest: string }) =>
    stage.act(tenderer, signMandate, { mandateId, statement: await signActAs(tenderer, stage.app, what) });
  const right = { act: "mandate.sign", subject: code, digest };
  expect(await codeOf(sign(first.mandateId, right))).toBe("mandate.superseded");
  expect(await codeOf(sign(second.mandateId, { ...right, digest: "0".repeat(64) }))).toBe("identity.act_mismatch");
  expect(await codeOf(sign(second.mandateId, { ...right, act: "notice.publish" }))).toBe("identity.act_mismatch");
  expect(await sign(second.mandateId, right)).toEqual({ inForce: false });
  const change = (set: string) =>
    asPerson(stage, tenderer, (tx) =>
      tx.execute(sql`update mandates set ${sql.raw(set)} where id = ${second.mandateId}`),
    );
  await expect(change("terms = '{}'")).rejects.toThrow();
  await expect(change("tenderer_signed_at = null")).rejects.toThrow();
  // Fee and terms are for the two sides and the supervisor.
  expect(await asStranger(stage, (tx) => newestMandate(tx, tenderProjectId))).toBeUndefined();
  expect(await asPerson(stage, stage.person("jia"), (tx) => newestMandate(tx, tenderProjectId))).toBeUndefined();
  expect(await asPerson(stage, stage.person("supervisor"), (tx) => newestMandate(tx, tenderProjectId))).toBeDefined();
});

test("R-L.44 R-5.2.4: an agency acts inside scope and period; the end before the start is refused", async () => {
  const { stage } = t;
  const [agency, tenderer] = [stage.person("agency"), stage.person("tenderer")];
  const { lotId } = await lotOf("范围");
  const { tenderProjectId } = await stage.lot(lotId);
  const { mandateId } = await propose(agency, lotId, ["publish"], 30);
  for (const person of [agency, tenderer]) await signTheMandate(stage, person, lotId, mandateId);
  const may = (by: Person, act: MandateAct, days = 0) =>
    asPerson(stage, by, async (tx) =>
      requireScope(
        tx,
        actorOf(by, stage.app.site.id),
        await tenderProjectOf(tx, tenderProjectId),
        act,
        addDays(await stage.now(), days),
      ),
    );
  await may(agency, "publish");
  expect(await codeOf(may(agency, "publish", 31))).toBe("mandate.not_covered");
  expect(await codeOf(may(agency, "open"))).toBe("mandate.not_covered");
  await may(tenderer, "open");
  expect(await codeOf(propose(agency, lotId, ALL_ACTS, -1))).toBe("general.invalid_input");
  expect(await codeOf(propose(agency, lotId, []))).toBe("general.invalid_input");
  await giveMandate(stage, lotId);
  await may(agency, "open", 200);
});
