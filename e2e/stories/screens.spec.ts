import { expect, type Page, test } from "@playwright/test";
import { Agency, Tenderer } from "../actors/agency";
import { backstage } from "../actors/clock";
import { PersonAtScreen } from "../actors/person";
import { watchResponses } from "../actors/watch";
import { installation } from "../installation";
import { picture } from "../picture";
import { fits, sound } from "../sound";

/** Screens whose pictures people look at after a change of the layout. */
const PICTURED = /^(demo|supervise|admin|expert|room-(committee|award|opening))$/;

/** Reads a screen as its users do: laid out at two widths, and by assistive programs. */
async function reads(page: Page, path: string, name: string): Promise<void> {
  await page.goto(path);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await sound(page);
  await fits(page);
  if (PICTURED.test(name)) await picture(page, name);
}

test("R-O.7c: screens: what everybody, supervisor, operator and expert see lays out and can be read by anybody", async ({
  browser,
}) => {
  test.setTimeout(480_000);
  const stagehand = backstage();
  const context = await browser.newContext({ baseURL: installation().url });
  const visitor = await context.newPage();
  const watch = watchResponses(visitor);
  const [awarded] = await stagehand.sql<{ id: string; code: string }[]>`
    select id, code from lots where state = 'A3' order by bid_deadline limit 1`;
  for (const [path, name] of [
    ["/", "home"],
    [`/tenders/${awarded!.code}`, "tender-awarded"],
    [`/tenders/${awarded!.code}/opening`, "opening-record"],
    ["/login", "login"],
    ["/verify", "verify"],
    ["/demo", "demo"],
  ] as const)
    await reads(visitor, path, name);
  await watch.expectCalm();
  await context.close();

  const people = [
    [
      "石正（演示）",
      [
        ["/supervise", "supervise"],
        [`/supervise/live/${awarded!.id}`, "supervise-live"],
      ],
    ],
    ["高维（演示）", [["/admin", "admin"]]],
    ["评01（演示）", [["/expert", "expert"]]],
  ] as const;
  for (const [name, screens] of people) {
    const { page } = await PersonAtScreen.signedIn(browser, name);
    const seen = watchResponses(page);
    for (const [path, title] of screens) await reads(page, path, title);
    await seen.expectCalm();
    await page.context().close();
  }

  const agency = await Agency.arrives(browser);
  const seen = watchResponses(agency.page);
  const room = `/w/${agency.org}/tenders/${awarded!.id}`;
  await reads(agency.page, `/w/${agency.org}`, "desk");
  for (const tab of ["opening", "committee", "award"]) await reads(agency.page, `${room}?tab=${tab}`, `room-${tab}`);
  await seen.expectCalm();
  await agency.leave();
  const tenderer = await Tenderer.arrives(browser);
  await reads(tenderer.page, `/w/${tenderer.org}/tenders/new`, "tender-new");
  await tenderer.leave();
  await stagehand.close();
});
