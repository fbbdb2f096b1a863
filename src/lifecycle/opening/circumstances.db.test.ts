import { afterAll, beforeAll, expect, test } from "vitest";
import { base64url, utf8 } from "@/core/bytes";
import { submit } from "@/dev/scenarios/bidding";
import { tellChange } from "@/dev/scenarios/change";
import { decrypt, reachOpening } from "@/dev/scenarios/opening";
import type { Person } from "@/dev/scenarios/person";
import { circumstancesOf } from "@/lifecycle/bidding/queries";
import { evaluatedBids } from "@/lifecycle/evaluation/queries";
import { fileOf } from "@/platform/file/queries";
import { asPerson, asService, asStranger, receivingLot } from "@/testing/lots";
import { codeOf } from "@/testing/refused";
import { type TestStage, testStage } from "@/testing/stage";

let t: TestStage;
beforeAll(async () => {
  t = await testStage();
}, 120_000);
afterAll(() => t?.close());

const tell = (by: Person, lotId: string, change: object = {}) => tellChange(t.stage, by, lotId, change);

test("R-L.38: a bidder tells of its merger; nobody learns of it before the announcement, and the committee decides on it after", async () => {
  const { stage } = t;
  const { lotId, deadline } = await receivingLot(stage, "重大变化工程");
  const [jia, yi, bing, ding] = (["jia", "yi", "bing", "ding"] as const).map((key) => stage.person(key)) as [
    Person,
    Person,
    Person,
    Person,
  ];
  const agency = stage.person("agency");
  const bidders = [jia, yi, bing];
  for (const bidder of bidders) await submit(stage, bidder, lotId, { priceFen: 480_000_000n });
  expect(await codeOf(tell(ding, lotId))).toBe("circumstance.no_bid");
  expect(await codeOf(tell(agency, lotId))).toBe("general.forbidden");
  for (const bad of [{ text: "短" }, { kind: "fire" }, { occurredOn: "昨天" }])
    expect(await codeOf(tell(jia, lotId, bad)), JSON.stringify(bad)).toBe("general.invalid_input");
  const noPdf = { document: { name: "合并协议.pdf", bytes: base64url(utf8("GIF89a")) } };
  expect(await codeOf(tell(jia, lotId, noPdf))).toBe("general.invalid_input");

  const { fileId } = await tell(jia, lotId);
  const rowsOf = (by: Person) => asPerson(stage, by, (tx) => circumstancesOf(tx, lotId));
  const fileFor = (by: Person) => codeOf(asPerson(stage, by, (tx) => fileOf(tx, fileId)));
  expect(await rowsOf(jia)).toHaveLength(1);
  for (const key of ["yi", "tenderer", "agency", "supervisor", "operator"]) {
    expect(await rowsOf(stage.person(key)), key).toEqual([]);
    expect(await fileFor(stage.person(key)), key).toBe("general.not_found");
  }
  expect(await asStranger(stage, (tx) => circumstancesOf(tx, lotId))).toEqual([]);

  await stage.setClock(deadline);
  await reachOpening(stage, lotId, "O1");
  // The opening has begun, and who bids is not announced yet.
  expect(await rowsOf(agency)).toEqual([]);
  for (const bidder of bidders) await decrypt(stage, bidder, lotId);
  for (const key of ["tenderer", "agency", "supervisor"]) expect(await rowsOf(stage.person(key)), key).toHaveLength(1);
  expect(await rowsOf(yi)).toEqual([]);
  expect(await asPerson(stage, agency, (tx) => fileOf(tx, fileId))).toMatchObject({ name: "合并协议.pdf" });
  const bids = await asService(stage, (tx) => evaluatedBids(tx, lotId));
  const of = (orgId: string) => bids.find((bid) => bid.orgId === orgId)!;
  expect(of(jia.orgId).circumstances).toMatchObject([{ kind: "合并", fileId }]);
  expect(of(jia.orgId).partyFindings).toEqual([
    expect.stringContaining("其投标无效（《招标投标法实施条例》第三十八条）"),
  ]);
  expect(of(yi.orgId).circumstances).toEqual([]);
});
