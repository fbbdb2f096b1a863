import { afterAll, beforeAll, expect, test } from "vitest";
import { hex, utf8 } from "@/core/bytes";
import { addDays } from "@/core/time";
import { sha256 } from "@/crypto/sha256";
import { obtain } from "@/dev/scenarios/bidding";
import { inContext } from "@/kit/db/context";
import { lotsWithTender } from "@/lifecycle/tender-project/queries";
import { calendarLots, lotCalendar, sitemapEntries } from "@/server/web/views/feeds";
import { asPerson, asStranger, receivingLot } from "@/testing/lots";
import { codeOf } from "@/testing/refused";
import { type TestStage, testStage } from "@/testing/stage";
import { holderOfCalendar, openCalendarLink, ownCalendarLink, revokeCalendarLink } from "./calendar-links";

let t: TestStage;
let mine: Awaited<ReturnType<typeof receivingLot>>;
let foreign: Awaited<ReturnType<typeof receivingLot>>;
beforeAll(async () => {
  t = await testStage();
  mine = await receivingLot(t.stage, "日历甲");
  foreign = await receivingLot(t.stage, "日历乙");
  await obtain(t.stage, t.stage.person("jia"), mine.lotId);
}, 120_000);
afterAll(() => t?.close());

const TOKEN = "k".repeat(43);
const tokenHash = hex(sha256(utf8(TOKEN)));

/** The calendar as a program with nothing but the address reads it. */
async function readBy(token: string, org = t.stage.person("jia").orgId): Promise<string> {
  const { db, site } = t.stage.app;
  const holder = await holderOfCalendar(db, site.id, org, token);
  return inContext(db, holder, async (tx) =>
    lotCalendar(tx, "日程", "http://localhost", await calendarLots(tx, holder)),
  );
}

test("a private calendar holds the holder's own lots; a wrong, foreign or revoked address holds none", async () => {
  const { stage } = t;
  const jia = stage.person("jia");
  await stage.act(jia, openCalendarLink, { tokenHash });
  const text = await readBy(TOKEN);
  expect(text).toContain(mine.lotCode);
  expect(text).not.toContain(foreign.lotCode);
  expect(text).toContain(`DTSTART:${mine.deadline.toISOString().slice(0, 19).replace(/[-:]/g, "")}Z`);

  expect(await codeOf(readBy("x"))).toBe("general.not_found");
  expect(await codeOf(readBy(TOKEN, stage.person("yi").orgId))).toBe("general.not_found");
  expect(await codeOf(holderOfCalendar(t.other.app.db, t.other.app.site.id, jia.orgId, TOKEN))).toBe(
    "general.not_found",
  );
  // Nobody else sees that there is an address.
  expect(
    await asPerson(stage, stage.person("yi"), (tx) =>
      ownCalendarLink(tx, { ...jia, siteId: stage.app.site.id } as never),
    ),
  ).toBeUndefined();

  await stage.act(jia, openCalendarLink, { tokenHash: hex(sha256(utf8("second"))) });
  expect(await codeOf(readBy(TOKEN))).toBe("general.not_found");
  expect(await readBy("second")).toContain(mine.lotCode);
  await stage.act(jia, revokeCalendarLink, {});
  expect(await codeOf(readBy("second"))).toBe("general.not_found");
});

test("R-O.21 R-O.9b: calendar and sitemap of a lot are public, and are the same whoever took part", async () => {
  const { stage } = t;
  const read = () =>
    asStranger(stage, async (tx) => ({
      calendar: await lotCalendar(tx, "x", "http://localhost", await lotsWithTender(tx, [mine.lotId])),
      sitemap: await sitemapEntries(tx),
    }));
  const before = await read();
  expect(before.calendar.match(/BEGIN:VEVENT/g)).toHaveLength(2);
  expect(before.sitemap.map(({ path }) => path)).toEqual(
    expect.arrayContaining([`/tenders/${mine.lotCode}`, `/notices/${mine.lotCode}-ZB01`, "/notices", "/help"]),
  );
  await obtain(stage, stage.person("yi"), mine.lotId);
  await stage.setClock(addDays(await stage.now(), 1));
  expect(await read()).toEqual(before);
});
