import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { submit } from "@/dev/scenarios/bidding";
import { decrypt, reachOpening } from "@/dev/scenarios/opening";
import type { Declaration } from "@/lifecycle/bidding/declaration/part";
import { evaluatedBids } from "@/lifecycle/evaluation/queries";
import { readLot } from "@/lifecycle/lot/queries";
import { addRelation, endRelation, relationsOf } from "@/lifecycle/tender-project/relations";
import { asPerson, asService, receivingLot } from "@/testing/lots";
import { codeOf } from "@/testing/refused";
import { type TestStage, testStage } from "@/testing/stage";
import { openingsOf } from "./queries";

let t: TestStage;
beforeAll(async () => {
  t = await testStage();
}, 120_000);
afterAll(() => t?.close());

test("R-L.34 IR34: related companies and bidders of one chief person are told to the committee after the opening, to nobody else and not before", async () => {
  const { stage } = t;
  const { lotId, deadline } = await receivingLot(stage, "利害关系工程");
  const jia = stage.person("jia");
  const yi = stage.person("yi");
  const bing = stage.person("bing");
  const agency = stage.person("agency");
  const relation = { lotId, name: bing.orgName, creditCode: bing.creditCode, relation: "招标人的参股公司" };
  await stage.act(agency, addRelation, relation);
  expect(await codeOf(stage.act(agency, addRelation, relation))).toBe("tender.relation_known");
  expect(await codeOf(stage.act(agency, addRelation, { ...relation, creditCode: "91520100MA0000041X" }))).toBe(
    "general.invalid_input",
  );
  expect(await codeOf(stage.act(jia, addRelation, relation))).toBe("general.forbidden");
  const mistaken = { ...relation, name: yi.orgName, creditCode: yi.creditCode, relation: "误登记" };
  await stage.act(agency, addRelation, mistaken);
  const project = (await asService(stage, (tx) => readLot(tx, lotId))).tenderProjectId;
  const listed = await asPerson(stage, agency, (tx) => relationsOf(tx, project));
  await stage.act(agency, endRelation, { lotId, relationId: listed.find(({ name }) => name === yi.orgName)!.id });
  // Neither a bidder nor the operator reads the list; the supervisor does.
  for (const [key, length] of [
    ["jia", 0],
    ["operator", 0],
    ["supervisor", 1],
  ] as const)
    expect(await asPerson(stage, stage.person(key), (tx) => relationsOf(tx, project)), key).toHaveLength(length);
  // A later version of both registrations, as a verified change makes one, before they bid.
  await t.database.owner.db.execute(sql`
    insert into registration_versions (org_id, version, data, entered_by, entered_by_name, entered_at)
    select org_id, 2, jsonb_set(data, '{legalRepresent}', '"同名人（演示）"'), entered_by, entered_by_name, entered_at
    from registration_versions where version = 1 and org_id in (${jia.orgId}, ${yi.orgId})`);
  await t.database.owner.db.execute(sql`update organisations set version = 2 where id in (${jia.orgId}, ${yi.orgId})`);

  // One names its relation, one denies any, and one says nothing although the document asks (R-L.34).
  const named = { name: "清溪市教育局（演示）", kind: "control" as const, note: "持股 20%" };
  const declarations = new Map<string, Declaration | "none">([
    ["yi", "none"],
    ["bing", { format: "xb-declaration/1", interests: [named], qualifications: [] }],
  ]);
  for (const bidder of [jia, yi, bing]) {
    const declaration = declarations.get(bidder.key);
    await submit(stage, bidder, lotId, { priceFen: 480_000_000n, ...(declaration ? { declaration } : {}) });
  }
  await stage.setClock(deadline);
  await reachOpening(stage, lotId, "O1");
  for (const bidder of [jia, yi, bing]) await decrypt(stage, bidder, lotId);
  const bids = await asService(stage, (tx) => evaluatedBids(tx, lotId));
  const found = (orgId: string) => bids.find((bid) => bid.orgId === orgId)!.partyFindings;
  expect(found(jia.orgId)).toEqual([
    expect.stringContaining(`“${jia.orgName}”与“${yi.orgName}”登记的法定代表人同名`),
    expect.stringContaining("投标人声明不存在利害关系，与平台核对发现的情况不一致"),
  ]);
  expect(found(yi.orgId)).toEqual([
    expect.stringContaining(`“${yi.orgName}”与“${jia.orgName}”登记的法定代表人同名`),
    expect.stringContaining("没有可读的利害关系声明"),
  ]);
  expect(found(bing.orgId)).toEqual([
    expect.stringContaining("招标人的参股公司"),
    expect.stringContaining("投标人声明存在利害关系：清溪市教育局（演示）：控股关系，持股 20%"),
  ]);
  // The committee sees both side by side.
  const of = (orgId: string) => bids.find((bid) => bid.orgId === orgId)!;
  expect(of(jia.orgId)).toMatchObject({ declaredInterests: [], foundInterests: [expect.stringContaining("同名")] });
  expect(of(yi.orgId).declaredInterests).toBeUndefined();
  expect(of(bing.orgId)).toMatchObject({
    declaredInterests: [expect.stringContaining("持股 20%")],
    foundInterests: [expect.stringContaining("招标人的参股公司")],
  });
  // No other bidder and no operator reads what a bid declares.
  for (const key of ["jia", "yi", "operator"]) {
    const rows = await asPerson(stage, stage.person(key), (tx) => openingsOf(tx, lotId));
    expect(JSON.stringify(rows), key).not.toContain("持股 20%");
  }
});
