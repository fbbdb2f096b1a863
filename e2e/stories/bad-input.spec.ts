import { createHash, randomUUID } from "node:crypto";
import { mkdtempSync, openSync, rmSync, truncateSync, writeSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, type Page, test } from "@playwright/test";
import { addDays, addHours, formatClock, readShanghai } from "@/core/time";
import { seal } from "@/dev/scenarios/bidding";
import { DEMO_PASSWORD } from "@/dev/scenarios/cast";
import { httpActor } from "@/dev/scenarios/http-actor";
import { Agency } from "../actors/agency";
import { Bidder } from "../actors/bidder";
import { type CertificateFile, demoCertificate, orderCertificate, PASSWORD } from "../actors/certificates";
import { backstage } from "../actors/clock";
import { receivingLot } from "../actors/lots";
import { offstage } from "../actors/offstage";
import { expectSpoken, refusalIn, watchResponses } from "../actors/watch";
import { bidsOf, screenBid, storedUnits } from "../bids";
import { installation } from "../installation";
import { sound } from "../sound";

test("bad input: certificates that are not, no longer or nowhere accepted are refused at the sign-in, each with its reason", async ({
  browser,
}) => {
  const [stage, stagehand] = [await offstage(), backstage()];
  const ji = stage.person("ji");
  const now = await stagehand.now();
  const own = demoCertificate("ji");
  const context = await browser.newContext({ baseURL: installation().url });
  const page = await context.newPage();
  const watch = watchResponses(page);
  await page.goto("/login");
  const form = page.getByRole("form", { name: "证书登录" });
  const attempt = async (file: CertificateFile, password: string) => {
    await form.getByLabel(/^证书文件/).setInputFiles(file);
    await form.getByLabel("证书口令").fill(password);
    await form.getByRole("button", { name: "登录" }).click();
  };
  const told = async (pattern: RegExp) => {
    await expect(page.getByRole("alert").filter({ hasText: pattern })).toBeVisible();
    expectSpoken({ url: "/login", code: "", sentence: await page.getByRole("alert").first().innerText() });
    expect((await context.cookies()).filter(({ name }) => name === "xb_session")).toEqual([]);
  };
  await attempt(own, "wrong-2026");
  await told(/证书口令不正确/);
  await attempt({ ...own, buffer: Buffer.from("这不是证书") }, DEMO_PASSWORD);
  await told(/这不是证书文件/);
  await attempt(await orderCertificate(1, ji, addDays(now, -30)), PASSWORD);
  await told(/不在有效期内|已过期/);
  await attempt(await orderCertificate(3, ji), PASSWORD);
  await told(/不在本站信任列表内/);
  await attempt(await orderCertificate(2, ji), PASSWORD);
  await told(/尚未绑定/);
  // The right one, after all of them.
  await attempt(own, DEMO_PASSWORD);
  await page.waitForURL(/\/w\//);
  await expect(page.getByRole("heading", { name: "工作台" })).toBeVisible();
  await watch.expectCalm();
  await context.close();
  await stage.close();
  await stagehand.close();
});

/** A file of any size that takes no place on the disk. */
function sparseFile(folder: string, name: string, head: string, bytes: number): string {
  const path = join(folder, name);
  const file = openSync(path, "w");
  writeSync(file, head);
  truncateSync(path, bytes);
  return path;
}

test("bad input: files too large or of another type are refused by name, and what was there stays", async ({
  browser,
}) => {
  const [stage, stagehand] = [await offstage(), backstage()];
  const { lotId } = await receivingLot(stage, stagehand, "文件核查对照工程（演示）");
  const folder = mkdtempSync(join(tmpdir(), "xinbiao-files-"));
  const renamed = {
    name: "改名的图片.pdf",
    mimeType: "application/pdf",
    buffer: Buffer.from("89504e470d0a1a0a", "hex"),
  };

  const agency = await Agency.arrives(browser);
  const draft = await stagehand.sql<{ id: string }[]>`select id from lots where state = 'D0' limit 1`;
  await agency.opensRoom(draft[0]!.id, "documents");
  const atAgency = watchResponses(agency.page);
  const tray = agency.page.getByLabel(/^招标文件（PDF/);
  const links = agency.page.getByRole("form", { name: "招标文件" }).getByRole("link", { name: /pdf$/ });
  const before = await links.allInnerTexts();
  const refused = async (page: Page, text: RegExp) => {
    const alert = page.getByRole("alert").filter({ hasText: text });
    await expect(alert).toBeVisible();
    expectSpoken({ url: page.url(), code: "", sentence: await alert.innerText() });
  };
  await tray.setInputFiles(sparseFile(folder, "过大的招标文件.pdf", "%PDF-1.7\n", 51 * 1024 * 1024));
  await refused(agency.page, /“过大的招标文件\.pdf”.*50/);
  await tray.setInputFiles(renamed);
  await refused(agency.page, /“改名的图片\.pdf”/);
  expect(await links.allInnerTexts()).toEqual(before);
  await atAgency.expectCalm();

  const bidder = await Bidder.arrives(browser, stage.person("jia").name);
  const atBidder = watchResponses(bidder.page);
  await bidder.obtains(lotId);
  await bidder.fillsIn(await screenBid(await stagehand.now()));
  const slot = bidder.page.getByLabel("更换“技术文件”");
  await slot.setInputFiles(sparseFile(folder, "过大的技术文件.pdf", "%PDF-1.7\n", 1024 ** 3 + 1));
  await refused(bidder.page, /“过大的技术文件\.pdf”超过 1 GiB/);
  await slot.setInputFiles(renamed);
  await refused(bidder.page, /“改名的图片\.pdf”不是 PDF 文件/);
  await expect(
    bidder.page.getByRole("list", { name: "技术文件：已添加的文件" }).getByText("技术文件.pdf"),
  ).toBeVisible();
  await bidder.sees("全部检查通过，可以加密递交");
  await atBidder.expectCalm();
  rmSync(folder, { recursive: true });
  await agency.leave();
  await bidder.leave();
  await stage.close();
  await stagehand.close();
});

test("bad input: a line cut in the middle of a part loses nothing; pressing twice acts once", async ({ browser }) => {
  const [stage, stagehand] = [await offstage(), backstage()];
  const { lotId } = await receivingLot(stage, stagehand, "断线对照工程（演示）");
  const { orgId, name } = stage.person("bing");
  const bidder = await Bidder.arrives(browser, name);
  const { page } = bidder;
  const watch = watchResponses(page);

  await bidder.opensBid(lotId);
  await page.getByRole("button", { name: "获取招标文件" }).dblclick();
  await expect(page.getByRole("heading", { name: "招标文件下载" })).toBeVisible();
  expect((await stagehand.sql`select 1 from obtainments where lot_id = ${lotId} and org_id = ${orgId}`).length).toBe(1);

  await bidder.fillsIn(await screenBid(await stagehand.now()));
  let cuts = 2;
  await page.route(/\/receive\/upload\/[^/]+\/\d+$/, (route) =>
    route.request().method() === "PUT" && cuts-- > 0 ? route.abort("connectionreset") : route.continue(),
  );
  await page.getByRole("link", { name: "进入签章与加密" }).click();
  await bidder.beginsEncryption();
  await bidder.sees("连接中断，正在重试。会自动续传，不会重复递交。");
  await expect(page.getByRole("button", { name: "签章并递交" })).toBeEnabled();
  expect(cuts).toBeLessThan(0);

  await page.getByRole("button", { name: "签章并递交" }).dblclick();
  await page.getByRole("dialog").getByRole("button", { name: "签章", exact: true }).dblclick();
  const number = await bidder.holdsReceipt(lotId);
  expect((await bidsOf(stagehand, lotId)).map(({ receipt_number }) => receipt_number)).toEqual([number]);
  const passes = await stagehand.sql`select 1 from gate_passes where lot_id = ${lotId} and org_id = ${orgId}`;
  expect(passes.length).toBe(1);
  await watch.expectCalm();
  await bidder.leave();
  await stage.close();
  await stagehand.close();
});

test("bad input: two tabs of one bid room never write over one another in silence; a draft goes on at another computer", async ({
  browser,
}) => {
  const [stage, stagehand] = [await offstage(), backstage()];
  const { lotId } = await receivingLot(stage, stagehand, "两个标签页对照工程（演示）");
  const { orgId, name } = stage.person("yi");
  const first = await Bidder.arrives(browser, name);
  await first.obtains(lotId);
  const tab = await first.page.context().newPage();
  const watches = [first.page, tab].map(watchResponses);
  await tab.goto(`/w/${orgId}/bids/${lotId}`);
  const quality = (page: Page) => page.getByLabel("质量", { exact: true });
  await expect(quality(tab)).toBeVisible();

  // What one tab writes, the other one shows.
  await quality(first.page).fill("合格");
  await expect(quality(tab)).toHaveValue("合格");
  await expect(tab.getByText("草稿刚在另一个标签页中更改，本页现在显示最新内容。")).toBeVisible();

  // Both write before either has seen the other: one is kept, the other one is told and loses nothing by surprise.
  const lock = `xinbiao-draft:${orgId}:${lotId}`;
  await first.page.evaluate(
    (held) =>
      new Promise<void>((taken) => {
        void navigator.locks.request(held, () => {
          taken();
          return new Promise<void>((release) => Object.assign(window, { release }));
        });
      }),
    lock,
  );
  await quality(first.page).fill("合格（甲页）");
  await quality(tab).fill("合格（乙页）");
  await first.page.evaluate(() => (window as unknown as { release(): void }).release());
  const conflict = (page: Page) => page.getByRole("alert").filter({ hasText: "另一个标签页" });
  await expect.poll(async () => (await conflict(first.page).count()) + (await conflict(tab).count())).toBe(1);
  const [loser, winner] = (await conflict(first.page).count()) ? [first.page, tab] : [tab, first.page];
  const kept = await quality(winner).inputValue();
  await expect(winner.getByText("已保存到本机。")).toBeVisible();
  await loser.getByRole("button", { name: "读取最新草稿" }).click();
  await expect(quality(loser)).toHaveValue(kept);

  // Both seal; one hands in; the other one learns that somebody was faster, and nothing is replaced.
  await first.page.reload();
  await first.fillsIn(await screenBid(await stagehand.now()));
  await first.signWith("加密存一份到平台");
  await first.sees("已加密存到平台");
  const elsewhere = await Bidder.arrives(browser, name);
  await elsewhere.opensBid(lotId);
  await elsewhere.sees("本机没有草稿，可以取回继续编制。");
  await elsewhere.signWith("取回到本机");
  await elsewhere.sees("已从平台取回到本机");
  await elsewhere.sees("全部检查通过，可以加密递交");
  await elsewhere.sees("已保存到本机。");
  await expect(quality(elsewhere.page)).toHaveValue("合格");
  await sound(elsewhere.page);
  await elsewhere.leave();
  const second = first.at(tab);
  await tab.reload();
  await second.sees("全部检查通过，可以加密递交");
  await first.seals();
  // The certificate is open in the tab in which it was opened, and in no other.
  await second.goesToSeal();
  await second.opensCertificate(demoCertificate("yi"), DEMO_PASSWORD);
  await second.encrypts();
  const number = await first.submits(lotId);
  await second.signWith("签章并递交");
  expectSpoken({ url: "second tab", code: "RF-03", sentence: await second.isTold(/RF-03/) });
  expect((await bidsOf(stagehand, lotId)).map(({ receipt_number }) => receipt_number)).toEqual([number]);
  for (const watch of watches) await watch.expectCalm();
  await first.leave();
  await stage.close();
  await stagehand.close();
});

/** Sends the beginning of a part and hangs up, as a line does that breaks. */
function cutPart(path: string, cookie: string, bytes: Uint8Array, sha256: string): Promise<void> {
  return new Promise((done) => {
    const sending = httpRequest(`${installation().url}${path}`, {
      method: "PUT",
      headers: {
        cookie,
        "content-type": "application/octet-stream",
        "content-length": bytes.length,
        "x-content-sha256": sha256,
      },
    });
    sending.on("error", () => done());
    sending.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => sending.destroy(new Error("cut")));
  });
}

test("bad input: repeated, cut and malformed requests over the wire are answered like themselves, never by a fault", async () => {
  const [stage, stagehand] = [await offstage(), backstage()];
  const { lotId } = await receivingLot(stage, stagehand, "报文对照工程（演示）");
  const other = await receivingLot(stage, stagehand, "报文对照乙工程（演示）");
  const wu = stage.person("wu");
  const wire = httpActor(installation().url, wu);
  await wire.signIn();

  // The same key and body: the same answer. The same key and another body: refused, and nothing done.
  const key = randomUUID();
  const once = await wire.mutate("document.obtain", { lotId }, key);
  expect(await wire.mutate("document.obtain", { lotId }, key)).toEqual(once);
  await expect(wire.mutate("document.obtain", { lotId: other.lotId }, key)).rejects.toMatchObject({
    status: 409,
    code: "general.idempotency_mismatch",
  });
  const obtained = await stagehand.sql`
    select lot_id from obtainments where org_id = ${wu.orgId} and lot_id in (${lotId}, ${other.lotId})`;
  expect(obtained.map(({ lot_id }) => lot_id)).toEqual([lotId]);

  // A part that was cut leaves nothing, and goes again.
  const sealed = await seal(stage, wu, lotId, { priceFen: 465_000_000n });
  const uploadKey = randomUUID();
  const open = (bodyLength: number) =>
    wire.fetch("/receive/upload", {
      method: "POST",
      headers: { "content-type": "application/json", "idempotency-key": uploadKey },
      body: JSON.stringify({ lotId, bodyLength }),
    });
  const { uploadId } = (await (await open(sealed.body.length)).json()) as { uploadId: string };
  const sha256 = createHash("sha256").update(sealed.body).digest("hex");
  await cutPart(`/receive/upload/${uploadId}/0`, wire.cookie(), sealed.body, sha256);
  const { units } = (await (await wire.fetch(`/receive/upload/${uploadId}`)).json()) as { units: unknown[] };
  expect(units).toEqual([]);
  await expect.poll(() => storedUnits(stagehand, lotId, wu.orgId)).toEqual([]);
  expect((await open(sealed.body.length + 1)).status).toBe(409);
  const receipt = await wire.deliver(lotId, sealed, uploadKey);
  expect((await wire.deliver(lotId, sealed, uploadKey)).number).toBe(receipt.number);
  expect((await bidsOf(stagehand, lotId)).map(({ receipt_number }) => receipt_number)).toEqual([receipt.number]);

  // What no program of ours sends.
  const post = (path: string, body: string, headers: Record<string, string> = {}) =>
    [path, { method: "POST", body, headers: { "content-type": "application/json", ...headers } }] as const;
  const json = (value: unknown) => JSON.stringify({ json: value });
  const strange: readonly (readonly [string, RequestInit?])[] = [
    post("/api/trpc/document.obtain", "{not json"),
    post("/api/trpc/document.obtain", ""),
    post("/api/trpc/document.obtain", "null"),
    post("/api/trpc/document.obtain", json(null)),
    post("/api/trpc/document.obtain", json({ key: "1", body: { lotId } })),
    post("/api/trpc/document.obtain", json({ key: randomUUID(), body: { lotId: "不是编号" } })),
    post("/api/trpc/document.obtain", json({ key: randomUUID(), body: { lotId: `${lotId}\u0000` } })),
    post(
      "/api/trpc/opening.remark",
      json({ key: randomUUID(), body: { lotId, kind: "objection", text: "空\u0000字" } }),
    ),
    post("/api/trpc/identity.challenge", json({ purpose: { $ne: 1 } })),
    post("/api/trpc/no.such", json({})),
    post("/api/trpc/document.obtain", json({ key: randomUUID(), body: { lotId } }), { origin: "null" }),
    post("/api/trpc/document.obtain", json({ key: randomUUID(), body: { lotId } }), { origin: "no address" }),
    post("/api/trpc/document.obtain", json({ key: randomUUID(), body: { lotId } }), { origin: "https://evil.example" }),
    ["/api/trpc/opening.view"],
    ["/api/trpc/opening.view?input=%7B"],
    [`/api/trpc/opening.view?input=${encodeURIComponent(json({ lotId: ["x"] }))}`],
    post("/api/session", "{"),
    post("/api/session", JSON.stringify({ nonce: "x".repeat(32), cms: "***" })),
    post("/api/session", JSON.stringify({ nonce: "x".repeat(32), cms: "AAAA" })),
    post("/api/session", JSON.stringify({ nonce: `${"x".repeat(31)}\u0000`, cms: "AAAA" })),
    post("/receive/upload", "{"),
    post("/receive/upload", "null"),
    post("/receive/upload", JSON.stringify({ lotId, bodyLength: -1 })),
    post("/receive/upload", JSON.stringify({ lotId, bodyLength: 1e15 })),
    post("/receive/upload", JSON.stringify({ lotId: randomUUID(), bodyLength: 1000 })),
    post("/receive/upload", JSON.stringify({ lotId, bodyLength: 1000 }), { origin: "null" }),
    post("/receive/upload", JSON.stringify({ lotId, bodyLength: 1000 }), { origin: "://" }),
    post(`/receive/upload/${randomUUID()}/finish`, JSON.stringify({ seal: "AA", signature: "AA" })),
    post(`/receive/upload/${uploadId}/finish`, JSON.stringify({ seal: "***", signature: "AA" })),
    post(`/receive/upload/${uploadId}/finish`, "x".repeat(300_000)),
    [`/receive/upload/${uploadId}/99`, { method: "PUT", body: "x", headers: { "x-content-sha256": "0".repeat(64) } }],
    [`/receive/upload/${uploadId}/0`, { method: "PUT", body: "x", headers: { "x-content-sha256": "zz" } }],
    [`/receive/upload/${uploadId}/0`, { method: "DELETE" }],
    ["/receive/nothing"],
    [`/api/files/${"-".repeat(36)}`],
    ["/api/files/%00"],
    ["/api/upload?name=%00.pdf&key=%00", { method: "POST", body: "%PDF-1.7" }],
    ["/api/upload?name=a.pdf", { method: "POST", body: "" }],
    [`/w/${wu.orgId}/bids/${"f".repeat(36)}`],
    [`/w/${wu.orgId}/bids/${lotId}/receipt?bid=%00&bid=x`],
    [`/w/${wu.orgId}/bids/${lotId}/receipt/%00/data`],
    [`/w/${wu.orgId}/bids/${lotId}/receipt/x/pdf`],
    ["/w/%00"],
    ["/tenders/%00"],
    ["/tenders/%E0%A4%A"],
    ["/tenders/%00/opening"],
    ["/notices/%00"],
    ["/notices/%00/data"],
    ["/notices?page=-1&page=x&kind=%00&q=%00"],
    ["/hall/%00"],
    ["/expert/s/%00"],
    ["/supervise/live/%00"],
    ["/login?next=/%09/evil.example"],
    ["/demo/keys/%00"],
    ["/demo/keys/..%2F..%2Fkeys"],
    post("/demo/clock", "null"),
  ];
  for (const [path, init] of strange) {
    const answer = await wire.fetch(path, init);
    const text = await answer.text();
    const what = `${init?.method ?? "GET"} ${path} ${String(init?.body ?? "").slice(0, 80)} → ${answer.status} ${text.slice(0, 200)}`;
    expect.soft(answer.status, what).toBeLessThan(500);
    const isJson = /json/.test(answer.headers.get("content-type") ?? "");
    if (answer.status < 400 || !isJson) continue;
    const told = refusalIn(text);
    expect.soft(told, what).toBeDefined();
    if (told) expectSpoken({ url: path, ...told });
  }
  expect((await bidsOf(stagehand, lotId)).length).toBe(1);
  await stage.close();
  await stagehand.close();
});

test("R-5.5.7: bad input: a browser whose clock is an hour off shows and keeps the server's time", async ({
  browser,
}) => {
  const [stage, stagehand] = [await offstage(), backstage()];
  const { lotId, lotCode, deadline } = await receivingLot(stage, stagehand, "本机时钟对照工程（演示）");
  const bidder = await Bidder.arrives(browser, stage.person("ding").name);
  const { page } = bidder;
  const watch = watchResponses(page);
  await page.clock.install({ time: addHours(await stagehand.now(), 1) });
  await page.goto(`/tenders/${lotCode}`);
  const near = async (shown: Date | undefined, wanted: Date) =>
    expect(Math.abs(shown!.getTime() - wanted.getTime())).toBeLessThan(5_000);
  await expect(page.locator(".server-clock")).toContainText("●同步");
  const clock = page.locator(".server-clock time");
  await near(readShanghai((await clock.innerText()).replace(" ", "T")), await stagehand.now());
  const left = /(?:(\d+) 天 )?(\d\d):(\d\d):(\d\d)/.exec(await page.getByRole("timer").first().innerText())!;
  const [days, hours, minutes, seconds] = left.slice(1).map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
  ];
  const shownEnd = new Date(
    (await stagehand.now()).getTime() + (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000,
  );
  await near(shownEnd, deadline);

  await bidder.obtains(lotId);
  await bidder.fillsIn(await screenBid(await stagehand.now()));
  const before = await stagehand.now();
  const number = await bidder.sealsAndSubmits(lotId);
  const [bid] = await stagehand.sql<{ received_at: Date }[]>`
    select received_at from bids where receipt_number = ${number}`;
  expect(bid!.received_at.getTime()).toBeGreaterThanOrEqual(before.getTime());
  expect(bid!.received_at.getTime()).toBeLessThanOrEqual((await stagehand.now()).getTime());
  await expect(page.getByText(formatClock(bid!.received_at).slice(0, 16)).first()).toBeVisible();
  await watch.expectCalm();
  await bidder.leave();
  await stage.close();
  await stagehand.close();
});
