import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { submit } from "@/dev/scenarios/bidding";
import { signRecord } from "@/dev/scenarios/evaluate";
import { decrypt, reachOpening } from "@/dev/scenarios/opening";
import { actorOf } from "@/dev/scenarios/person";
import { asPerson, receivingLot } from "@/testing/lots";
import { codeOf } from "@/testing/refused";
import { type TestStage, testStage } from "@/testing/stage";
import { takeChair } from "./commands/chair";
import { prepareOpeningRecord } from "./commands/record";
import { answerAtOpening, objectAtOpening } from "./commands/remark";
import { hallView } from "./hall-view";

let t: TestStage;
beforeAll(async () => {
  t = await testStage();
}, 120_000);
afterAll(() => t?.close());

test("R-L.44: the host is one person; another of those who run the tender takes over when the host is gone for a quarter of an hour, and the hall hears it", {
  timeout: 90_000,
}, async () => {
  const { stage, database } = t;
  const { lotId, deadline } = await receivingLot(stage, "主持人离开");
  const [agency, tenderer, jia] = [stage.person("agency"), stage.person("tenderer"), stage.person("jia")];
  for (const key of ["jia", "yi", "bing"]) await submit(stage, stage.person(key), lotId, { priceFen: 480_000_000n });
  const take = (who = tenderer) => stage.act(who, takeChair, { lotId });
  expect(await codeOf(take())).toBe("opening.not_open");
  await stage.setClock(deadline);
  await reachOpening(stage, lotId, "O1");
  for (const key of ["jia", "yi", "bing"]) await decrypt(stage, stage.person(key), lotId);
  const view = (who = tenderer) => asPerson(stage, who, (tx) => hallView(tx, actorOf(who, stage.app.site.id), lotId));
  expect((await view()).host).toBeUndefined();
  expect(await codeOf(stage.act(jia, takeChair, { lotId }))).toBe("general.forbidden");

  // The agency does the first act of a host, and is it. It is there: its session was just heard of.
  const object = async (text: string) => {
    await stage.act(jia, objectAtOpening, { lotId, text });
    return (await view()).remarks.at(-1)!.id;
  };
  const answer = (who: typeof agency, remarkId: string) =>
    stage.act(who, answerAtOpening, { lotId, remarkId, answer: "经核对一致，维持唱标内容。" });
  await answer(agency, await object("唱标价格有误，请核对"));
  await database.owner.db.execute(sql`
    insert into sessions (id_hash, site_id, person_id, org_id, role, certificate_id)
    values ('host', ${stage.app.site.id}, ${agency.personId}, ${agency.orgId}, 'agency', gen_random_uuid())`);
  const second = await object("工期的单位有误，请核对");
  expect(await codeOf(answer(tenderer, second))).toBe("opening.other_host");
  expect(await codeOf(take())).toBe("opening.host_present");
  expect(await codeOf(take(agency))).toBe("opening.host_already");
  expect((await view()).host).toEqual({ name: `${agency.orgName} ${agency.name}`, mine: false, mayTake: false });
  // Nobody else learns whether the host is at the screen.
  expect((await view(jia)).host).toEqual({ name: `${agency.orgName} ${agency.name}`, mine: false });

  await database.owner.db.execute(
    sql`update sessions set seen_at = seen_at - interval '16 minutes' where id_hash = 'host'`,
  );
  expect((await view()).host).toMatchObject({ mayTake: true });
  await take();
  await answer(tenderer, second);
  expect((await view(jia)).events.findLast(({ kind }) => kind === "host")?.payload).toEqual({
    text: `${tenderer.orgName} ${tenderer.name} 接替 ${agency.orgName} ${agency.name} 主持开标`,
  });
  // Whoever comes back is not the host any more.
  expect(await codeOf(stage.act(agency, prepareOpeningRecord, { lotId }))).toBe("opening.other_host");
  expect(await codeOf(signRecord(stage, lotId, []))).toBe("opening.other_host");
  expect((await stage.lot(lotId)).state).toBe("O1");
});
