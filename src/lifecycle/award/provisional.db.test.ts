import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { DEMO_BILL } from "@/dev/scenarios/bill";
import { actorOf, type Person } from "@/dev/scenarios/person";
import { draftLot, publish } from "@/dev/scenarios/tendering";
import { publishView } from "@/lifecycle/notice/queries";
import { createTenderProject } from "@/lifecycle/tender-project/commands";
import { projectOf, readOwnLot } from "@/lifecycle/tender-project/queries";
import { deskView } from "@/server/web/views/desk";
import { asPerson } from "@/testing/lots";
import { codeOf } from "@/testing/refused";
import { type TestStage, testStage } from "@/testing/stage";
import { lotsWithProvisional, provisionalStart, provisionalTasks } from "./provisional";

let t: TestStage;
beforeAll(async () => {
  t = await testStage();
}, 120_000);
afterAll(() => t?.close());

const item = (code: string, name: string, fixedUnitFen: string, provisionalOf?: "works" | "goods") => ({
  ...{ code, section: "其他项目", name, feature: "", unit: "项", quantityThousandths: "1000" },
  ...{ kind: "provisional_price" as const, fixedUnitFen },
  ...(provisionalOf ? { provisionalOf } : {}),
});
const bill = {
  ...DEMO_BILL,
  items: [
    ...DEMO_BILL.items,
    item("ZG-001", "幕墙工程（演示）", "450000000", "works"),
    item("ZG-002", "消防工程（演示）", "399999999", "works"),
    item("ZG-003", "电梯（演示）", "200000000", "goods"),
  ],
};

test("R-L.113: provisional sums at the thresholds are a hint before publication and a task of the tenderer after the award notice, with where to begin", async () => {
  const { stage } = t;
  const [tenderer, agency, jia] = [stage.person("tenderer"), stage.person("agency"), stage.person("jia")];
  const { lotId } = await draftLot(stage, {
    name: "暂估价（演示）",
    content: "教室 12 间",
    estimateFen: 3_000_000_000n,
    bill,
  });
  const actor = (by: Person) => actorOf(by, stage.app.site.id);
  const view = await asPerson(stage, agency, async (tx) =>
    publishView(tx, actor(agency), stage.app.site, lotId, await stage.now()),
  );
  const row = view.rows.find(({ id }) => id === "R-L.113");
  expect(row).toMatchObject({ verdict: "warn", fix: expect.stringContaining("合同签订后须依法招标") });
  expect(row!.value).toContain("幕墙工程");
  expect(row!.value).toContain("电梯");
  expect(row!.value).not.toContain("消防工程");
  expect(view.publishable).toBe(true);

  const tasks = (by: Person) =>
    asPerson(stage, by, async (tx) => {
      const { lot, tender } = await readOwnLot(tx, actor(by), lotId);
      return provisionalTasks(tx, lot, tender);
    });
  const start = (by: Person, code: string) => asPerson(stage, by, (tx) => provisionalStart(tx, actor(by), lotId, code));
  await publish(stage, lotId);
  expect(await tasks(tenderer)).toEqual([]);
  // The state alone is what the task waits for; the way there is told by other tests.
  await t.database.owner.db.execute(sql`update lots set state = 'A3' where id = ${lotId}`);

  expect((await tasks(tenderer)).map(({ code, subject, begun }) => [code, subject, begun])).toEqual([
    ["ZG-001", "专业工程暂估价", undefined],
    ["ZG-003", "材料、设备暂估价", undefined],
  ]);
  expect(await codeOf(start(jia, "ZG-001"))).toBe("general.not_found");
  expect(await start(tenderer, "ZG-002")).toBeUndefined();
  const open = (by: Person) => asPerson(stage, by, (tx) => lotsWithProvisional(tx, actor(by)));
  expect((await open(tenderer)).get(lotId)).toBe(2);
  const desk = await asPerson(stage, tenderer, (tx) => deskView(tx, actor(tenderer)));
  expect(JSON.stringify(desk.today)).toContain("暂估价 2 项须依法招标");

  const begun = (await start(tenderer, "ZG-001"))!;
  expect(begun.form).toMatchObject({ lotName: "幕墙工程（演示）", estimate: "4500000.00" });
  const { tender, project } = await asPerson(stage, tenderer, async (tx) => {
    const own = await readOwnLot(tx, actor(tenderer), lotId);
    return { ...own, project: await projectOf(tx, own.tender.projectId) };
  });
  const { id: _, siteId: __, code: ___, ownerOrgId: ____, createdAt: _____, investCode, ...rest } = project;
  const body = {
    project: { ...rest, ...(investCode ? { investCode } : {}) },
    tender: {
      ...{ name: begun.form.tenderName, tendererOrgId: tenderer.orgId, superviseDept: tender.superviseDept },
      ...{ supervisorOrgId: tender.supervisorOrgId!, regime: { ...tender.regime, orgForm: "self" as const } },
    },
    lot: { name: begun.form.lotName, content: begun.form.content, estimateFen: "450000000" },
    provisional: { lotId, code: "ZG-001" },
  };
  await stage.act(tenderer, createTenderProject, body);
  const missing = { ...body, provisional: { lotId: crypto.randomUUID(), code: "ZG-001" } };
  expect(await codeOf(stage.act(tenderer, createTenderProject, missing))).toBe("general.not_found");
  expect((await tasks(tenderer)).map(({ begun }) => begun?.name)).toEqual([begun.form.tenderName, undefined]);
  expect((await open(tenderer)).get(lotId)).toBe(1);
  expect(await start(tenderer, "ZG-001")).toBeUndefined();
});
