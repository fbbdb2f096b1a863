import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fromBase64url } from "@/core/bytes";
import { verifyDetached } from "@/crypto/cms";
import { payloadOf } from "@/crypto/statement";
import { signActAs } from "@/dev/scenarios/person";
import { draftLot, publish } from "@/dev/scenarios/tendering";
import { publishView } from "@/lifecycle/notice/queries";
import { asPerson, asService, asStranger } from "@/testing/lots";
import { codeOf } from "@/testing/refused";
import { type TestStage, testStage } from "@/testing/stage";
import { signServiceContract } from "./commands";
import { contractOf, offeredTerms } from "./queries";
import { serviceContracts } from "./tables";

let t: TestStage;
beforeAll(async () => {
  t = await testStage();
}, 120_000);
afterAll(() => t?.close());

test("R-O.16a: nobody publishes without the service contract that both sides signed; new prices ask for a new one, and each keeps its own", {
  timeout: 90_000,
}, async () => {
  const { stage } = t;
  const agency = stage.person("agency");
  const actor = { ...agency, siteId: stage.app.site.id } as never;
  const { lotId } = await draftLot(stage, { name: "服务合同工程（演示）", content: "学校", estimateFen: 900_000_000n });
  const rowOf = async () =>
    (
      await asPerson(stage, agency, async (tx) => publishView(tx, actor, stage.app.site, lotId, await stage.now()))
    ).rows.find(({ id }) => id === "R-O.16a");
  expect(await rowOf()).toMatchObject({ verdict: "pass", value: "双方已签署" });
  const offer = () => asPerson(stage, agency, (tx) => offeredTerms(tx, stage.app.site, agency));
  const sign = async (digest: string, by = agency) =>
    stage.act(by, signServiceContract, {
      statement: await signActAs(by, stage.app, {
        act: "service.sign-contract",
        subject: by.creditCode,
        digest,
      }),
    });
  const first = await offer();
  expect(first.terms.clauses.map(({ title }) => title)).toEqual([
    "服务内容",
    "服务收费",
    "数据归属",
    "保密",
    "保存",
    "生效",
  ]);
  expect(await codeOf(sign(first.digest))).toBe("service.signed_before");

  // The site charges something from today: what was signed no longer says what is offered.
  await t.database.owner.db.execute(
    sql`update sites set price_list = '[{"service":"归档光盘","price":"每份 20 元"}]'::jsonb where id = ${stage.app.site.id}`,
  );
  expect(await rowOf()).toMatchObject({ verdict: "fail", value: "尚未签署" });
  await expect(publish(stage, lotId)).rejects.toThrow("平台服务合同");
  expect(await codeOf(sign(first.digest))).toBe("identity.act_mismatch");
  const second = await offer();
  expect(await codeOf(sign(second.digest, stage.person("jia")))).toBe("general.forbidden");
  await sign(second.digest);
  await publish(stage, lotId);

  const kept = (await asPerson(stage, agency, (tx) => contractOf(tx, agency.orgId, second.digest)))!;
  for (const statement of [kept.statement, kept.operatorStatement]) {
    expect((await verifyDetached(fromBase64url(statement.cms), payloadOf(statement).bytes)).ok).toBe(true);
    expect(payloadOf(statement).value).toMatchObject({ digest: second.digest });
  }
  // Both texts stay; who has nothing to do with them reads neither, and nobody changes one.
  const all = await asService(stage, (tx) => tx.select().from(serviceContracts));
  expect(all.filter(({ orgId }) => orgId === agency.orgId).map(({ digest }) => digest)).toEqual(
    expect.arrayContaining([first.digest, second.digest]),
  );
  expect(await asPerson(stage, stage.person("jia"), (tx) => tx.select().from(serviceContracts))).toEqual([]);
  expect(await asStranger(stage, (tx) => tx.select().from(serviceContracts))).toEqual([]);
  await expect(t.database.owner.db.execute(sql`update service_contracts set digest = 'x'`)).rejects.toMatchObject({
    cause: { code: "55006" },
  });
});
