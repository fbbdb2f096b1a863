import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, type Page, test } from "@playwright/test";
import { addDays, addHours, addMinutes, formatClock } from "@/core/time";
import { review, seatedOf, seatMembers, signReportAll } from "@/dev/scenarios/evaluate";
import { simplePdf } from "@/dev/scenarios/tendering";
import { SEALING_TOOL } from "@/lifecycle/bidding/rules";
import { Agency, Tenderer, type TenderPlan } from "../actors/agency";
import { Bidder } from "../actors/bidder";
import { backstage } from "../actors/clock";
import { Expert } from "../actors/expert";
import { offstage } from "../actors/offstage";
import { installation } from "../installation";
import { picture } from "../picture";
import { sound } from "../sound";

const wall = (date: Date): string => formatClock(date).replace(" ", "T");

/** What could not be looked at here is said aloud, never passed over. */
function skipped(what: string): void {
  test.info().annotations.push({ type: "skipped", description: what });
  console.log(`SKIPPED: ${what}`);
}

/** Downloads the archive package as the agency does and verifies it with the command line, in a folder of its own. */
async function verifiesArchive(page: Page): Promise<void> {
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "下载归档包" }).click(),
  ]);
  const folder = mkdtempSync(join(tmpdir(), "xinbiao-archive-"));
  try {
    await download.saveAs(join(folder, "archive.zip"));
    const verify = spawnSync(process.execPath, [resolve("bin/xinbiao.mjs"), "verify", "archive.zip"], {
      cwd: folder,
      encoding: "utf8",
    });
    expect(verify.status, verify.stdout + verify.stderr).toBe(0);
    expect(verify.stdout).toMatch(/核验通过：\d+ 项全部相符/);
    expect(readdirSync(folder)).toEqual(["archive.zip"]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("R-O.7a R-O.2 R-O.16b R-S.3 R-O.29: one tender, from the agency's draft to the award letters, by people at their screens", async ({
  browser,
}, { retry }) => {
  test.setTimeout(600_000);
  const stagehand = backstage();
  const start = await stagehand.now();
  const deadline = new Date(Math.ceil(addDays(start, 21).getTime() / 3_600_000) * 3_600_000);
  const plan: TenderPlan = {
    // Told once more, it is another tender: the first one stays where it got stuck.
    project: `清溪市体育馆维修工程${retry ? `第 ${retry + 1} 次` : ""}（演示）`,
    content: "体育馆屋面和看台维修，建筑面积 3100 平方米",
    estimate: "10,000,000.00",
    ceiling: "10,000,000.00",
    security: "100,000.00",
    saleStart: wall(start),
    saleEnd: wall(addDays(start, 10)),
    deadline: wall(deadline),
  };
  const pdf = async (title: string) => Buffer.from(await simplePdf(title, [`${title}：演示内容`], start));

  // The agency drafts and publishes.
  const agency = await Agency.arrives(browser);
  const lotId = await agency.drafts(plan);
  await agency.proposesMandate(lotId);
  const tenderer = await Tenderer.arrives(browser);
  await tenderer.signsMandate(lotId);
  await agency.writesDocument(lotId, plan, { name: "招标文件.pdf", buffer: await pdf("招标文件") });
  await agency.writesNotice(lotId, plan);
  await picture(agency.page, "publish-check", `/w/${agency.org}/tenders/${lotId}?tab=check`);
  await agency.publishes(lotId);
  const lot = await stagehand.lotNamed(plan.project);
  await expect
    .poll(
      async () => (await stagehand.sql`select media_published_at from lots where id = ${lotId}`)[0]?.media_published_at,
    )
    .not.toBeNull();

  // Anybody reads the notice, and finds nothing about bidders.
  const visitor = await (await browser.newContext({ baseURL: installation().url })).newPage();
  await visitor.goto(`/tenders/${lot.code}`);
  await expect(visitor.getByText("开标前不公布投标人信息").first()).toBeVisible();
  await sound(visitor);
  await picture(visitor, "tender-page");

  // Three bidders obtain, fill in, seal and submit; each holds a receipt.
  const names = ["甲一（演示）", "乙一（演示）", "丙一（演示）"];
  const companies = ["甲山建设集团有限公司（演示）", "乙水建工有限公司（演示）", "丙云路桥有限公司（演示）"];
  const prices = ["9,650,000.00", "9,330,000.00", "9,210,000.00"];
  const bidders: Bidder[] = [];
  const asked = new Set<string>();
  for (const [i, name] of names.entries()) {
    const bidder = await Bidder.arrives(browser, name);
    bidder.page.on("request", (request) => asked.add(new URL(request.url()).host));
    await bidder.obtains(lotId);
    await bidder.fillsIn({
      price: prices[i]!,
      files: [
        { label: "投标函", name: "投标函.pdf", buffer: await pdf(`投标函 ${companies[i]}`) },
        { label: "技术文件", name: "技术文件.pdf", buffer: await pdf(`技术文件 ${companies[i]}`) },
      ],
    });
    if (i === 0) {
      await sound(bidder.page);
      await picture(bidder.page, "bid-room");
    }
    await bidder.seals();
    if (i === 0) {
      await sound(bidder.page);
      await picture(bidder.page, "seal");
    }
    const receipt = await bidder.submits(lotId);
    expect(receipt).toMatch(/^R-/);
    if (i === 0) {
      await sound(bidder.page);
      await picture(bidder.page, "receipt");
    }
    bidders.push(bidder);
  }

  // Sealed with the tool in the page, which asks nobody else for anything: no licence, no server of its own.
  expect([...asked].filter(Boolean)).toEqual([new URL(installation().url).host]);
  const seals = await stagehand.sql<{ seal: Buffer }[]>`select seal from bids where lot_id = ${lotId}`;
  for (const { seal } of seals) expect(JSON.parse(seal.toString()).tool).toBe(SEALING_TOOL);

  // The receipt verifies in the browser of a stranger, and one changed byte is found.
  const [row] = await stagehand.sql<
    { receipt: { payload: string; cms: string } }[]
  >`select receipt from bids where lot_id = ${lotId} limit 1`;
  await visitor.goto("/verify");
  const drop = visitor.getByLabel(/^选择文件/);
  const receiptFile = (content: unknown) => ({
    name: "回执.json",
    mimeType: "application/json",
    buffer: Buffer.from(JSON.stringify(content)),
  });
  await drop.setInputFiles(receiptFile(row!.receipt));
  await expect(
    visitor
      .getByRole("status")
      .getByText(/核验通过|真实有效/)
      .first(),
  ).toBeVisible();
  const flipped = row!.receipt.payload[40] === "A" ? "B" : "A";
  await drop.setInputFiles(
    receiptFile({
      ...row!.receipt,
      payload: row!.receipt.payload.slice(0, 40) + flipped + row!.receipt.payload.slice(41),
    }),
  );
  await expect(visitor.getByText(/核验未通过|不通过/).first()).toBeVisible();

  // The hall: lobby, names, keys, prices for all at once.
  await stagehand.travelTo(addHours(deadline, -1));
  for (const bidder of bidders) {
    await bidder.entersHall(lotId);
    await bidder.signsIn();
  }
  await stagehand.travelTo(deadline);
  // Nobody presses anything: the lot opens by itself.
  await expect.poll(async () => (await stagehand.lotNamed(plan.project)).state).toBe("O1");
  for (const bidder of bidders) await bidder.sees(companies[0]!);
  await bidders[0]!.decrypts();
  await bidders[1]!.decrypts();
  // Until the last one is open, nobody sees a price.
  await expect(bidders[0]!.page.getByRole("heading", { name: "唱标" })).toBeHidden();
  await bidders[2]!.decryptsByRecoveryCode();
  for (const bidder of bidders) {
    await expect(bidder.page.getByRole("heading", { name: "唱标" })).toBeVisible({ timeout: 30_000 });
    await bidder.sees("¥9,330,000.00");
  }
  await sound(bidders[0]!.page);
  await picture(bidders[0]!.page, "hall");
  for (const bidder of bidders.slice(0, 2)) await bidder.confirmsRecord();
  await agency.signsRecord(lotId);

  // The record is public and its PDF is signed in the eyes of another program.
  await visitor.goto(`/tenders/${lot.code}/opening`);
  await expect(visitor.getByText("¥9,650,000.00").first()).toBeVisible();
  const [record] = await stagehand.sql<
    { id: string }[]
  >`select signed_pdf_file_id as id from opening_records where lot_id = ${lotId}`;
  const file = await visitor.request.get(`/api/files/${record!.id}`);
  const path = join(mkdtempSync(join(tmpdir(), "xinbiao-record-")), "record.pdf");
  writeFileSync(path, await file.body());
  const pdfsig = spawnSync("pdfsig", ["-nocert", path], { encoding: "utf8" });
  if (pdfsig.error) skipped("pdfsig is not installed: the record's signature was not seen by another program");
  else expect(pdfsig.stdout).toContain("Signature is Valid");

  // Committee and seats by draw; five members at their seats.
  const evaluationAt = addHours(deadline, 4);
  await agency.requestsCommittee(lotId, wall(evaluationAt));
  const drawn = async () => stagehand.sql<{ id: string; name: string; seat: string }[]>`
    select m.id, p.name, s.code as seat from committee_members m join people p on p.id = m.person_id join seats s on s.id = m.seat_id
    where m.lot_id = ${lotId} and m.state = 'drawn' order by m.place`;
  await expect.poll(async () => (await drawn()).length).toBe(5);
  await stagehand.travelTo(addMinutes(evaluationAt, -30));
  const members = await drawn();
  // One member at the screen; the four colleagues do the same without one.
  for (const bidder of bidders) await bidder.leave();
  const colleagues = await offstage();
  const [own, ...others] = await seatedOf(colleagues, lotId);
  const { id, name, seat } = members.find((member) => member.id === own!.member.id)!;
  const expert = await Expert.arrives(browser, name);
  await expert.checksIn(id, seat);
  await expert.declares();
  await seatMembers(colleagues, lotId, others);
  await agency.startsEvaluation(lotId);
  const [printed] = await stagehand.sql<
    { review: { title: string }[]; criteria: { title: string; maxHundredths: number }[] }[]
  >`
    select content->'reviewItems' as review, content->'criteria' as criteria from tender_documents where lot_id = ${lotId}`;
  await expert.page.reload();
  await expert.reviews(
    companies,
    printed!.review.map(({ title }) => title),
  );
  await review(colleagues, lotId, others, "preliminary");
  await expert.scores(companies, (company) =>
    printed!.criteria.map(
      ({ title, maxHundredths }, i) =>
        [title, String(Math.floor((maxHundredths * (88 - 4 * companies.indexOf(company) - i)) / 10_000))] as const,
    ),
  );
  await sound(expert.page);
  await picture(expert.page, "expert-grid");
  await review(colleagues, lotId, others, "detailed");
  await expert.signsReport();
  await signReportAll(colleagues, lotId, others);
  await colleagues.close();
  await expect.poll(async () => (await stagehand.lotNamed(plan.project)).state).toBe("E2");

  // Candidates, the period, the award, all letters at once.
  await agency.publishesCandidates(lotId);
  await visitor.goto(`/tenders/${lot.code}`);
  await expect(visitor.getByText("中标候选人").first()).toBeVisible();
  await stagehand.travelTo(addMinutes((await stagehand.lotNamed(plan.project)).candidatePeriodEndsAt!, 1));
  await tenderer.decidesAndSends(lotId);
  const letters = await stagehand.sql`select kind from award_letters where lot_id = ${lotId} order by kind`;
  expect(letters.map(({ kind }) => kind)).toEqual(["award", "result", "result"]);

  // Every fact is at the hub, and the archive package verifies on an empty machine.
  const datasets = async () => {
    const { messages } = (await (await fetch(`${installation().outside.hub}/v1/messages?lot=${lot.code}`)).json()) as {
      messages: { message: { dataset: string } }[];
    };
    return [...new Set(messages.map(({ message }) => message.dataset))].sort();
  };
  await expect
    .poll(datasets, { timeout: 60_000 })
    .toEqual(
      ["500", "501", "502", "503", "504", "506", "507", "509", "510", "511", "513", "9006", "9010", "9018"].sort(),
    );
  await expect
    .poll(async () => (await stagehand.sql`select 1 from archives where lot_id = ${lotId}`).length, { timeout: 60_000 })
    .toBe(1);
  await agency.opensRoom(lotId, "archive");
  await verifiesArchive(agency.page);
  await stagehand.close();
});
