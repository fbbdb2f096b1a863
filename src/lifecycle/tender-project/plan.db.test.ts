import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { actorOf } from "@/dev/scenarios/person";
import { draftLot, publish, simplePdf } from "@/dev/scenarios/tendering";
import { publishView } from "@/lifecycle/notice/queries";
import { uploadFile } from "@/platform/file/commands";
import { fileForReader } from "@/server/web/file-access";
import { asPerson } from "@/testing/lots";
import { codeOf } from "@/testing/refused";
import { type TestStage, testStage } from "@/testing/stage";
import { recordApproval } from "./approval";
import { addLot } from "./commands";
import { approvalOf, readOwnLot } from "./queries";

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

test("R-5.2.3: without the approval of scope, mode and form a mandatory project of fixed assets is not published", async () => {
  const { stage } = t;
  const agency = stage.person("agency");
  const { lotId } = await draftLot(stage, {
    name: "核准工程（演示）",
    content: "学校",
    estimateFen: 900_000_000n,
    investCode: "2026-520100-47-01-000001",
  });
  const at = await stage.now();
  const pdf = async (by: string) => {
    const bytes = await simplePdf("核准意见", ["核准招标范围、方式和组织形式"], at);
    return (await stage.act(stage.person(by), uploadFile, { name: "核准意见.pdf", bytes })).fileId;
  };
  const approval = {
    fileId: await pdf("agency"),
    lotId,
    kind: "verified" as const,
    authority: "清溪市发展和改革委员会（演示）",
    documentName: "关于项目招标方案的核准意见（演示）",
    documentNumber: "清发改招核〔2026〕1 号",
    decidedOn: "2026-03-02",
    scope: "施工全部招标",
    tenderMode: "open" as const,
    orgForm: "agency" as const,
  };
  const row = async () => {
    const view = await asPerson(stage, agency, async (tx) =>
      publishView(tx, actorOf(agency, stage.app.site.id), stage.app.site, lotId, await stage.now()),
    );
    return view.rows.find(({ id }) => id === "R-5.2.3");
  };
  const verdict = async () => (await row())?.verdict;
  const value = async () => (await row())?.value;
  const record = (change: Partial<typeof approval> = {}) =>
    stage.act(agency, recordApproval, { ...approval, ...change });

  expect(await verdict()).toBe("fail");
  await expect(publish(stage, lotId)).rejects.toThrow("招标范围、方式、组织形式的审批、核准");
  expect(await codeOf(record({ decidedOn: "2026-03-03" }))).toBe("tender.approval_in_future");
  expect(await codeOf(record({ decidedOn: "2026-02-30" }))).toBe("general.invalid_input");
  expect(await codeOf(record({ tenderMode: "invited" as never }))).toBe("tender.approval_without_ground");
  expect(await codeOf(stage.act(stage.person("jia"), recordApproval, approval))).toBe("general.forbidden");

  expect(await codeOf(record({ fileId: undefined as never }))).toBe("general.invalid_input");
  expect(await codeOf(record({ fileId: await pdf("tenderer") }))).toBe("tender.approval_file_unknown");

  await record({ orgForm: "self" as never });
  expect(await verdict()).toBe("fail");
  await record();
  expect(await verdict()).toBe("pass");
  // It is what somebody typed: every reader is told so, and may read the document if he may read the record.
  expect(await value()).toContain("手工登记，未与审批部门核对");
  for (const [key, reads] of [
    ["agency", true],
    ["tenderer", true],
    ["supervisor", true],
    ["jia", false],
  ] as const) {
    const reader = stage.person(key);
    const found = asPerson(stage, reader, (tx) =>
      fileForReader(tx, actorOf(reader, stage.app.site.id), approval.fileId),
    );
    if (reads) expect((await found).name).toBe("核准意见.pdf");
    else expect(await codeOf(found)).toBe("general.not_found");
  }

  // For the parties and the supervisor; never changed.
  const { tenderProjectId } = await stage.lot(lotId);
  const seenBy = (key: string) => asPerson(stage, stage.person(key), (tx) => approvalOf(tx, tenderProjectId));
  expect((await seenBy("tenderer"))?.orgForm).toBe("agency");
  expect((await seenBy("supervisor"))?.authority).toBe(approval.authority);
  expect(await seenBy("jia")).toBeUndefined();
  await expect(t.database.owner.db.execute(sql`update plan_approvals set org_form = 'self'`)).rejects.toThrow();

  await publish(stage, lotId);
  expect(await codeOf(record())).toBe("tender.not_editable");
  const [message] = await t.database.owner.db.execute<{ body: Record<string, string> }>(
    sql`select body from outbox where dataset = '500' and lot_id = ${lotId}`,
  );
  expect(message?.body.APPROVAL_AUTHORITY).toBe(approval.authority);
});
