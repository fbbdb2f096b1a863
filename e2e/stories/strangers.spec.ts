import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { addDays } from "@/core/time";
import { buy, keepDraftCopy, seal, submit, upload } from "@/dev/scenarios/bidding";
import { type HttpActor, httpActor } from "@/dev/scenarios/http-actor";
import { draftLot, publish } from "@/dev/scenarios/tendering";
import { PEOPLE_OF } from "@/testing/secrecy/matrix";
import { type Answers, answersTo, changesOf, type Pace, paceText } from "@/testing/secrecy/over-the-wire";
import { parting } from "@/testing/secrecy/plain";
import type { Spot } from "@/testing/secrecy/surfaces";
import { backstage } from "../actors/clock";
import { offstage } from "../actors/offstage";
import { installation } from "../installation";

/** Ids of what somebody else has, or of nothing. */
type Foreign = Pick<Spot, "bidId" | "uploadId" | "orderId" | "receiptNumber">;
const PRICE = { priceFen: 480_000_000n };
const FIVE = ["jia", "yi", "bing", "ding", "wu"];
const PROCESSES = ["web", "receiver", "worker", "front-door"];

/**
 * The same lot, looked at by everybody who is no bidder of it and by one bidder that is, before and after five others take
 * part: every page, feed, file, interface and stream, its headers and its size, what is sent out, and what the processes
 * write into their logs.
 */
test("R-O.21 R-5.4.4: what five bidders do before the opening changes no answer to anybody else, not by a byte", async () => {
  test.setTimeout(600_000);
  const stage = await offstage();
  const stagehand = backstage();
  const now = await stagehand.now();
  await stagehand.standAt(now);
  const { lotId, lotCode } = await draftLot(stage, {
    name: "两个世界对照工程（演示）",
    content: "两个世界对照工程，内容完全相同",
    estimateFen: 500_000_000n,
    documentFeeFen: 30_000n,
    deadline: addDays(now, 25),
    saleDays: 20,
  });
  await publish(stage, lotId);
  const { url: base, outside, dataDir } = installation();
  // The watcher that takes part itself: its own rooms are there, and show its own alone.
  await buy(stage, stage.person("ji"), lotId);
  await submit(stage, stage.person("ji"), lotId, PRICE);
  const settled = async () => {
    const waiting = await stagehand.sql`
      select 1 from outbox where lot_id = ${lotId} and state in ('queued', 'sent', 'received')
      union all select 1 from graphile_worker.jobs where run_at <= now() and attempts < max_attempts`;
    return waiting.length;
  };
  await expect.poll(settled, { timeout: 30_000 }).toBe(0);

  const watchers = new Map<string, HttpActor>();
  for (const key of Object.values(PEOPLE_OF).flat()) {
    const actor = httpActor(base, stage.person(key));
    await actor.signIn();
    watchers.set(key, actor);
  }
  watchers.set("public", httpActor(base, stage.person("ji")));
  const [file] = await stagehand.sql<
    { file_ids: string[] }[]
  >`select file_ids from tender_documents where lot_id = ${lotId}`;
  const madeUp: Foreign = {
    bidId: randomUUID(),
    uploadId: randomUUID(),
    orderId: randomUUID(),
    receiptNumber: "R-20260518-080000-AAAAAAAA",
  };
  const spotOf = ({ person: { orgId, role } }: HttpActor, foreign: Foreign): Spot => ({
    ...foreign,
    orgId,
    runsTenders: role === "tenderer" || role === "agency",
    lotId,
    lotCode,
    // A bidder's download is recorded, and shown to itself: looking would change what is looked at.
    documentFileId: role === "bidder" ? lotId : file!.file_ids[0]!,
    documentLotId: role === "bidder" ? file!.file_ids[0]! : lotId,
    anyId: lotId,
  });
  const look = async () => {
    const found = new Map<string, Answers>();
    for (const [key, actor] of watchers)
      found.set(key, await answersTo(actor, spotOf(actor, madeUp), { buckets: new Map() }));
    return found;
  };
  // What the hub answers late belongs to other lots.
  const logs = () =>
    PROCESSES.flatMap((name) => readFileSync(join(dataDir, "logs", `${name}.log`), "utf8").split("\n"))
      .filter((line) => !/hub (gave no answer|rejected a message)/.test(line))
      .join("\n");
  const atHub = async () => (await fetch(`${outside.hub}/v1/messages?lot=${lotCode}`)).text();
  const mails = async () => {
    const { messages } = (await (await fetch(`${outside.mail}/messages`)).json()) as {
      messages: { to: unknown; text: string }[];
    };
    const theirs = messages.filter(({ to }) => !FIVE.some((key) => JSON.stringify(to).includes(`${key}@`)));
    return theirs.filter(({ text }) => text.includes(lotCode)).length;
  };

  const everything = async () => ({ answers: await look(), logs: logs(), hub: await atHub(), mails: await mails() });
  let before = await everything();
  const differences = async (what: string, foreign: Foreign) => {
    const found: string[] = [];
    const pace: Pace = { buckets: new Map() };
    for (const [key, answers] of before.answers) {
      const actor = watchers.get(key)!;
      found.push(
        ...(await changesOf(answers, actor, spotOf(actor, foreign), pace)).map((change) => `${key} asks ${change}`),
      );
    }
    console.log(`answers ${what}: ${paceText(pace)}`);
    if (logs() !== before.logs) found.push(`logs: ${parting(before.logs, logs())}`);
    if ((await atHub()) !== before.hub) found.push("the hub");
    if ((await mails()) !== before.mails) found.push("mail to others");
    return found;
  };
  // Earlier stories may have left work that is still being done: until the installation is at rest.
  let unrest = await differences("before", madeUp);
  for (let i = 0; i < 3 && unrest.length; i++) {
    console.log(`not at rest yet: ${unrest.length} answers, such as ${unrest[0]!.slice(0, 600)}`);
    before = await everything();
    unrest = await differences("before", madeUp);
  }
  expect(unrest, "nothing has happened").toEqual([]);
  const compared = [...before.answers.values()].reduce((sum, answers) => sum + answers.size, 0);
  expect(compared).toBeGreaterThan(800);

  // Five come, buy, download and hand in, one of them over the wire and twice; one goes on uploading, one leaves a draft.
  for (const key of FIVE) {
    const actor = httpActor(base, stage.person(key));
    await actor.signIn();
    await buy(stage, stage.person(key), lotId);
    expect((await actor.fetch(`/api/files/${file!.file_ids[0]}`)).status).toBe(200);
    expect((await actor.fetch(`/api/xtd/${lotId}`)).status).toBe(200);
  }
  // Each of the two ways is recorded, for its bidder.
  const downloads = await stagehand.sql<{ org_id: string }[]>`
    select org_id from document_downloads where lot_id = ${lotId}`;
  expect(downloads.map(({ org_id }) => org_id).sort()).toEqual(
    FIVE.flatMap((key) => [stage.person(key).orgId, stage.person(key).orgId]).sort(),
  );
  for (const key of FIVE.slice(1)) await submit(stage, stage.person(key), lotId, PRICE);
  const jia = httpActor(base, stage.person("jia"));
  await jia.signIn();
  await jia.deliver(lotId, await seal(stage, jia.person, lotId, PRICE));
  const { bidId, number } = await jia.deliver(lotId, await seal(stage, jia.person, lotId, PRICE));
  const begun = await upload(stage, jia.person, lotId, (await seal(stage, jia.person, lotId, PRICE)).body);
  await keepDraftCopy(stage, stage.person("yi"), lotId, { price: "1" }, []);
  const [order] = await stagehand.sql<{ id: string }[]>`
    select id from fee_orders where lot_id = ${lotId} and org_id = ${jia.person.orgId}`;
  await expect.poll(settled, { timeout: 30_000 }).toBe(0);
  const real: Foreign = { bidId, uploadId: begun, orderId: order!.id, receiptNumber: number };
  expect(await differences("after", real), "five have handed in").toEqual([]);
  // Legal time goes on for the stories that follow.
  await stagehand.travelTo(now);
  await stage.close();
  await stagehand.close();
});
