import { afterAll, beforeAll, expect, test } from "vitest";
import { addMinutes } from "@/core/time";
import { replyAs } from "@/dev/scenarios/bidding";
import { decryptApplication } from "@/dev/scenarios/opening";
import type { Person } from "@/dev/scenarios/person";
import {
  announceResults,
  apply,
  inviteQualified,
  nameReviewers,
  openPrequalification,
  reachApplicationOpening,
  review,
} from "@/dev/scenarios/prequalification";
import { inviteesShown } from "@/lifecycle/invitation/queries";
import { tenderProjectOf } from "@/lifecycle/tender-project/queries";
import { asPerson } from "@/testing/lots";
import { type TestStage, testStage } from "@/testing/stage";
import { roundView } from "./supervision-round";

let t: TestStage;
beforeAll(async () => {
  t = await testStage();
}, 120_000);
afterAll(() => t?.close());

const person = (key: string): Person => t.stage.person(key);

test("R-L.105 R-5.3.4: supervisor and host read a first round from its opening on, and who takes part; nobody else does", {
  timeout: 120_000,
}, async () => {
  const { stage } = t;
  const plan = { name: "资格预审监督（演示）", content: "综合楼一栋", estimateFen: 500_000_000n };
  const { lotId, deadline } = await openPrequalification(stage, plan);
  const viewOf = (who: Person) =>
    asPerson(stage, who, async (tx) => {
      const lot = await stage.lot(lotId);
      return roundView(tx, lot, await tenderProjectOf(tx, lot.tenderProjectId));
    });
  const senders = ["jia", "yi", "bing", "ding"].map(person);
  for (const who of senders) await apply(stage, who, lotId);
  expect(await viewOf(person("supervisor"))).toBeUndefined();

  await stage.setClock(deadline);
  await reachApplicationOpening(stage, lotId, "P2");
  for (const who of senders.slice(0, 3)) await decryptApplication(stage, who, lotId);
  const opening = await viewOf(person("supervisor"));
  expect(opening?.senders.map(({ name }) => name).sort()).toEqual(senders.map(({ orgName }) => orgName).sort());
  // Who has decrypted is nobody's before the review.
  expect(opening).toMatchObject({ applications: [], invitees: [] });
  expect(opening?.report).toBeUndefined();
  for (const key of ["tenderer", "ji"]) expect((await viewOf(person(key)))?.senders, key).toEqual([]);

  const reviewers = await nameReviewers(stage, lotId, [
    "expert-01",
    "expert-02",
    "expert-03",
    "expert-04",
    "expert-05",
  ]);
  await stage.setClock(addMinutes(deadline, 61));
  await review(stage, lotId, reviewers, []);
  await announceResults(stage, lotId);
  await inviteQualified(stage, lotId);
  await replyAs(stage, person("jia"), lotId, "accepted");
  await replyAs(stage, person("yi"), lotId, "declined");
  const view = await viewOf(person("supervisor"));
  expect(view?.applications.map(({ opened }) => opened)).toEqual([true, true, true, false]);
  expect(view?.report?.applicants.filter(({ qualified }) => qualified)).toHaveLength(3);
  expect(view?.reviewers.every(({ declared, signed }) => declared && signed)).toBe(true);
  const replies = view?.invitees.map(({ name, reply }) => [name, reply]).sort();
  expect(replies).toEqual(
    [
      [senders[0]!.orgName, "accepted"],
      [senders[1]!.orgName, "declined"],
      [senders[2]!.orgName, undefined],
    ].sort(),
  );
  // The host sees the same replies; a tenderer with an agency none, and a qualified bidder its own alone.
  const listOf = (key: string) => asPerson(stage, person(key), (tx) => inviteesShown(tx, lotId));
  expect(await listOf("agency")).toHaveLength(3);
  expect(await listOf("tenderer")).toEqual([]);
  expect((await listOf("jia")).map(({ name }) => name)).toEqual([senders[0]!.orgName]);
  expect(await listOf("ji")).toEqual([]);
});
