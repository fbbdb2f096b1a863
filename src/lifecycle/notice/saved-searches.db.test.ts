import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { addDays, addHours } from "@/core/time";
import { outsideClock } from "@/outside/clock";
import { serve } from "@/outside/http";
import { type Delivered, mail } from "@/outside/mail/program";
import { mailSavedSearch } from "@/server/worker/digest";
import { asPerson, asStranger, receivingLot } from "@/testing/lots";
import { codeOf } from "@/testing/refused";
import { type TestStage, testStage } from "@/testing/stage";
import { endSearch, ownSearches, saveSearch, unsubscribe } from "./saved-searches";

let t: TestStage;
let smtpUrl: string;
let mails: () => Promise<Delivered[]>;
let close: () => Promise<void>;
beforeAll(async () => {
  t = await testStage();
  const folder = mkdtempSync(join(tmpdir(), "xb-digest-"));
  const clock = outsideClock(t.database.urls.xb_operator);
  const program = mail({ folder, clock });
  smtpUrl = `smtp://127.0.0.1:${await program.listenSmtp(0)}`;
  const served = await serve(program.program, 0);
  mails = async () => ((await (await fetch(`${served.url}/messages`)).json()) as { messages: Delivered[] }).messages;
  close = async () => {
    await served.close();
    await program.close();
    await clock.close();
    rmSync(folder, { recursive: true, force: true });
  };
}, 120_000);
afterAll(async () => {
  await close?.();
  await t?.close();
});

test("a saved search is mailed once a day with what is new, each notice once, until it is ended by its link", async () => {
  const { stage } = t;
  const jia = stage.person("jia");
  const start = await stage.now();
  await receivingLot(stage, "订阅之前的学校");
  await stage.setClock(addHours(start, 1));
  const { id } = await stage.act(jia, saveSearch, { name: "学校项目", query: "kind=tender&q=学校&after=1~x" });
  const own = () => asPerson(stage, jia, (tx) => ownSearches(tx, { ...jia, siteId: stage.app.site.id } as never));
  expect(await own()).toEqual([{ id, name: "学校项目", query: new URLSearchParams("q=学校&kind=tender").toString() }]);
  expect(await asPerson(stage, stage.person("yi"), (tx) => ownSearches(tx, jia as never))).toEqual([]);

  await stage.setClock(addHours(start, 2));
  const fresh = await receivingLot(stage, "新建学校");
  const other = await receivingLot(stage, "新建医院");
  const digest = () => mailSavedSearch(stage.worker, id, { smtpUrl });
  await digest();
  expect(await mails()).toEqual([]);
  await stage.setClock(addDays(start, 2));
  await Promise.all([digest(), digest()]);
  const [first, ...more] = await mails();
  expect(more).toEqual([]);
  expect(first!.subject).toBe("新公告：学校项目（1 份）");
  expect(first!.text).toContain(`/notices/${fresh.lotCode}-ZB01`);
  expect(first!.text).not.toContain(other.lotCode);
  expect(first!.text).not.toContain("订阅之前");
  expect(first!.text).toContain(`/unsubscribe?key=${id}`);
  // A day without anything new has no mail.
  await stage.setClock(addDays(start, 4));
  await digest();
  expect(await mails()).toHaveLength(1);

  const last = await receivingLot(stage, "又一所学校");
  await stage.setClock(addDays(start, 6));
  await digest();
  expect((await mails())[1]!.text).toContain(last.lotCode);
  expect((await mails())[1]!.text).not.toContain(fresh.lotCode);

  expect(await asStranger(stage, (tx) => unsubscribe(tx, "x"))).toBe(false);
  expect(await asStranger(stage, (tx) => unsubscribe(tx, id))).toBe(true);
  expect(await own()).toEqual([]);
  await receivingLot(stage, "退订之后的学校");
  await stage.setClock(addDays(start, 9));
  await digest();
  expect(await mails()).toHaveLength(2);
});

test("a person ends its own searches and nobody else's, and keeps at most twenty", async () => {
  const { stage } = t;
  const { id } = await stage.act(stage.person("yi"), saveSearch, { name: "我的", query: "" });
  expect(await codeOf(stage.act(stage.person("bing"), endSearch, { id }))).toBe("general.not_found");
  await stage.act(stage.person("yi"), endSearch, { id });
  for (let n = 0; n < 20; n++) await stage.act(stage.person("yi"), saveSearch, { name: `第${n}个`, query: "" });
  expect(await codeOf(stage.act(stage.person("yi"), saveSearch, { name: "多", query: "" }))).toBe(
    "general.invalid_input",
  );
});
