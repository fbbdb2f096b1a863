import { afterAll, beforeAll, expect, test } from "vitest";
import { draftLot, obtain, publish, submit } from "@/dev/scenarios/acts";
import { actorOf, type Person, signActAs } from "@/dev/scenarios/person";
import { tenderProjectOf } from "@/lifecycle/tender-project/queries";
import { ownLetters } from "@/platform/inbox/queries";
import { asPerson, asStranger, receivingLot } from "@/testing/lots";
import { codeOf } from "@/testing/refused";
import { type TestStage, testStage } from "@/testing/stage";
import { noticesOfLot, publishView } from "./queries";
import { noticeTwin } from "./twin";
import { announceWithdrawal, withdrawalDigest, withdrawalToPublish, withdrawNotice } from "./withdrawal";

let t: TestStage;
beforeAll(async () => {
  t = await testStage();
}, 120_000);
afterAll(() => t?.close());

async function withdraw(by: Person, lotId: string, reason: string, isForceMajeure: boolean) {
  const { stage } = t;
  const lot = await stage.lot(lotId);
  const body = { lotId, reason, isForceMajeure };
  const digest = await asPerson(stage, stage.person("tenderer"), async (tx) =>
    withdrawalDigest((await withdrawalToPublish(tx, lot, await tenderProjectOf(tx, lot.tenderProjectId), body)).hash),
  );
  const statement = await signActAs(by, stage.app, { act: "notice.withdraw", subject: lot.code, digest });
  return stage.act(by, withdrawNotice, { ...body, statement });
}

const WHY = "项目用地因山体滑坡灭失，工程不再实施。";

test("R-L.107 R-5.3.1: a withdrawal before the deadline is a signed, dated notice, ends the lot, and reaches hub and holders", async () => {
  const { stage } = t;
  const { lotId, lotCode } = await receivingLot(stage, "撤回");
  const [tenderer, agency, jia, yi] = ["tenderer", "agency", "jia", "yi"].map((key) => stage.person(key)) as [
    Person,
    Person,
    Person,
    Person,
  ];
  await obtain(stage, jia, lotId);
  await submit(stage, jia, lotId, { priceFen: 480_000_000n });
  expect(await codeOf(withdraw(agency, lotId, WHY, true))).toBe("general.forbidden");
  expect(await codeOf(withdraw(tenderer, lotId, "不做了", true))).toBe("general.invalid_input");
  // Works: after the notice nothing but force majeure ends the tendering.
  expect(await codeOf(withdraw(tenderer, lotId, WHY, false))).toBe("lot.termination_needs_force_majeure");

  const { number } = await withdraw(tenderer, lotId, WHY, true);
  expect((await stage.lot(lotId)).state).toBe("F3");
  const published = await asStranger(stage, (tx) => noticesOfLot(tx, lotId));
  expect(published.map(({ kind }) => kind)).toEqual(["tender", "withdrawal"]);
  expect(published[1]).toMatchObject({
    number,
    publishedAt: await stage.now(),
    fields: { reason: `因不可抗力：${WHY}` },
  });
  expect(published[1]!.statement).not.toBeNull();
  expect(await codeOf(withdraw(tenderer, lotId, WHY, true))).toBe("notice.not_withdrawable");

  // The platform writes to whoever holds the document, once; nobody learns to how many.
  await Promise.all([1, 2, 3].map(() => stage.serve(announceWithdrawal, { lotId })));
  const letters = async (who: Person) =>
    (await asPerson(stage, who, (tx) => ownLetters(tx, actorOf(who, stage.app.site.id)))).filter(
      ({ lotId: of, kind }) => of === lotId && kind === "withdrawn",
    ).length;
  expect([await letters(jia), await letters(yi), await letters(tenderer)]).toEqual([1, 0, 0]);

  await stage.deliver();
  const { messages } = (await (await fetch(`${t.outside.hub}/v1/messages?lot=${lotCode}`)).json()) as {
    messages: { message: { dataset: string; body: Record<string, string> } }[];
  };
  const of = (dataset: string) => messages.filter(({ message }) => message.dataset === dataset);
  expect(of("503").map(({ message }) => message.body.NOTICE_NATURE)).toEqual(["1", "9"]);
  expect(of("517")).toHaveLength(1);
  expect(JSON.stringify(of("517"))).not.toContain(jia.orgName);
});

test("CLK-08: at the deadline itself a notice is not withdrawn any more", async () => {
  const { stage } = t;
  const { lotId, deadline } = await receivingLot(stage, "太晚");
  const tenderer = stage.person("tenderer");
  await stage.setClock(deadline);
  expect(await codeOf(withdraw(tenderer, lotId, WHY, true))).toBe("notice.withdraw_too_late");
  expect((await stage.lot(lotId)).state).toBe("T1");
});

test("R-5.3.1: what was previewed is what is published, in page and twin, and what was signed", async () => {
  const { stage } = t;
  const agency = stage.person("agency");
  const { lotId } = await draftLot(stage, { name: "预览（演示）", content: "教室 12 间", estimateFen: 500_000_000n });
  const view = await asPerson(stage, agency, async (tx) =>
    publishView(tx, actorOf(agency, stage.app.site.id), stage.app.site, lotId, await stage.now()),
  );
  await publish(stage, lotId);
  const twin = await asStranger(stage, (tx) => noticeTwin(tx, view.twin.number));
  const {
    publishedAt: _p,
    statement,
    mediaPublishedAt: _m,
    mediaUrl: _u,
    ...rest
  } = twin as typeof twin & {
    mediaPublishedAt?: string;
    mediaUrl?: string;
  };
  expect(rest).toEqual(view.twin);
  const payload = JSON.parse(Buffer.from(statement!.payload, "base64url").toString()) as { digest: string };
  expect(payload.digest).toBe(view.toSign.digest);
});
