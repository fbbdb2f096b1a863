import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { seal, submit } from "@/dev/scenarios/bidding";
import { signRecord } from "@/dev/scenarios/evaluate";
import { decrypt, reachOpening } from "@/dev/scenarios/opening";
import { DEVICE_FILE, deviceMarks, encodeMarks } from "@/lifecycle/bidding/device/marks";
import { evaluatedBids } from "@/lifecycle/evaluation/queries";
import { asPerson, asService, asStranger, receivingLot } from "@/testing/lots";
import { type TestStage, testStage } from "@/testing/stage";
import { openingsOf } from "./queries";

let t: TestStage;
beforeAll(async () => {
  t = await testStage();
}, 120_000);
afterAll(() => t?.close());

const PRICE = { priceFen: 480_000_000n };
const marksOf = (installation: string) =>
  encodeMarks(deviceMarks("browser", { tool: ["xinbiao-web/1"], installation: [installation], screen: ["1×1"] }));

test("R-5.5.11: marks of the computer are unread before the opening, and after it the same ones are told to the committee", async () => {
  const { stage } = t;
  const { lotId, deadline } = await receivingLot(stage, "制作机器工程");
  const [jia, yi, bing, ding] = ["jia", "yi", "bing", "ding"].map((key) => stage.person(key));
  await submit(stage, jia!, lotId, { ...PRICE, device: marksOf("one") });
  await submit(stage, yi!, lotId, { ...PRICE, device: marksOf("one") });
  await submit(stage, bing!, lotId, { ...PRICE, device: marksOf("two") });
  // Another tool's marks that are none stop nothing.
  await submit(stage, ding!, lotId, { ...PRICE, device: new Uint8Array(9) });
  expect(await asService(stage, (tx) => openingsOf(tx, lotId))).toEqual([]);
  await stage.setClock(deadline);
  await reachOpening(stage, lotId, "O1");
  for (const bidder of [jia!, yi!, bing!]) await decrypt(stage, bidder, lotId);
  // While one is still closed nobody sees another's marks.
  const seen = await asPerson(stage, jia!, (tx) => openingsOf(tx, lotId));
  expect(seen.map(({ orgId }) => orgId)).toEqual([jia!.orgId]);
  expect((await asPerson(stage, stage.person("agency"), (tx) => openingsOf(tx, lotId))).length).toBe(0);
  await decrypt(stage, ding!, lotId);
  const rows = await asService(stage, (tx) => openingsOf(tx, lotId));
  expect(rows.map(({ state }) => state)).toEqual(Array(4).fill("decrypted"));
  expect(rows.find(({ orgId }) => orgId === ding!.orgId)).toMatchObject({ device: null, failureClass: null });
  const bids = await asService(stage, (tx) => evaluatedBids(tx, lotId));
  const found = (orgId: string) => bids.find((bid) => bid.orgId === orgId)!.deviceFindings;
  expect(found(jia!.orgId)).toEqual([`制作工具安装标识与“${yi!.orgName}”的投标文件相同：one。`]);
  expect(found(yi!.orgId)).toEqual([`制作工具安装标识与“${jia!.orgName}”的投标文件相同：one。`]);
  expect([found(bing!.orgId), found(ding!.orgId)]).toEqual([[], []]);
  expect(await asStranger(stage, (tx) => openingsOf(tx, lotId))).toEqual([]);

  // With the record they go to the hub; what a browser does not offer is said, and not made up.
  await signRecord(stage, lotId, [jia!]);
  const sent = await asService(stage, (tx) =>
    tx.execute<{ body: Record<string, string> }>(
      sql`select body from outbox where lot_id = ${lotId} and dataset = '9010'`,
    ),
  );
  expect(sent.map(({ body }) => body.BIDDER_NAME).sort()).toEqual(
    [jia!, yi!, bing!].map(({ orgName }) => orgName).sort(),
  );
  expect(sent[0]!.body).toMatchObject({ MAC_ADDRESS: "浏览器不提供", TOOL_VERSION: "xinbiao-web/1" });
});

test("R-5.5.11: the part has one length, and its name stands nowhere in the sealed package", async () => {
  const { stage } = t;
  const { lotId } = await receivingLot(stage, "制作机器长度工程");
  const sealedBy = (device: Uint8Array<ArrayBuffer>) => seal(stage, stage.person("jia"), lotId, { ...PRICE, device });
  const [short, long] = [await sealedBy(marksOf("x")), await sealedBy(marksOf("y".repeat(64)))];
  expect(short.prepared.header.segments[0]!.blobs).toEqual(long.prepared.header.segments[0]!.blobs);
  expect(Buffer.from(short.body).includes(DEVICE_FILE)).toBe(false);
});
