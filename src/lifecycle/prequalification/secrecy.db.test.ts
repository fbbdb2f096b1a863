import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { addMinutes } from "@/core/time";
import { replyAs } from "@/dev/scenarios/bidding";
import { decryptApplication } from "@/dev/scenarios/opening";
import { actorOf, type Person } from "@/dev/scenarios/person";
import {
  announceResults,
  apply,
  endFirstStage,
  inviteQualified,
  nameReviewers,
  openPrequalification,
  reachApplicationOpening,
  review,
} from "@/dev/scenarios/prequalification";
import type { Tx } from "@/kit/db/connect";
import { inContext } from "@/kit/db/context";
import { trailOf } from "@/kit/trail-queries";
import { portalFigures } from "@/lifecycle/notice/portal";
import { searchNotices } from "@/lifecycle/notice/search";
import { startReview } from "@/lifecycle/opening/commands/start-review";
import { ownLetters } from "@/platform/inbox/queries";
import { deskView } from "@/server/web/views/desk";
import { publicTender } from "@/server/web/views/public-tender";
import { overviewOf, roomOf } from "@/server/web/views/room";
import { supervisionView } from "@/server/web/views/supervision";
import { asPerson, asService, asStranger } from "@/testing/lots";
import { knowsApplicants } from "@/testing/secrecy/matrix";
import { type TestStage, testStage } from "@/testing/stage";

const APPLICANTS = ["jia", "yi", "bing", "ding", "wu"];
/** Nobody who hosts, supervises or reviews. `ji` did not apply; `expert-09` does not review. */
const OTHERS = ["tenderer", "operator", "ji", "expert-09"];

const WATCHED = [
  ["agency", "agency"],
  ["supervisor", "supervisor"],
  ["tenderer", "tenderer"],
  ["operator", "operator"],
  ["bidder", "ji"],
  ["expert", "expert-09"],
] as const;

/** The same of applications, and of the technical proposals of a first stage. */
describe.each(["application", "proposal"] as const)("%s", (kind) => {
  let t: TestStage;
  let lotId: string;
  let lotCode: string;
  let deadline: Date;
  let tables: string[];

  beforeAll(async () => {
    t = await testStage();
    // Whoever is drawn reviews: this one cannot be.
    await t.database.owner.db.execute(sql`update experts set available = 'no' where code = 'EXP009'`);
    const plan = {
      name: "资格预审保密工程（演示）",
      content: "图书馆",
      estimateFen: 500_000_000n,
      ...(kind === "proposal" ? { twoStage: true as const } : {}),
    };
    ({ lotId, lotCode, deadline } = await openPrequalification(t.stage, plan));
    for (let i = 0; i < 10; i++) await t.stage.deliver();
    const rows = await t.database.owner.db.execute<{ name: string }>(
      sql`select tablename as name from pg_tables where schemaname = 'public' order by 1`,
    );
    tables = rows.map(({ name }) => name);
  }, 120_000);
  afterAll(() => t?.close());

  const plain = (value: unknown) => JSON.stringify(value, (_, each) => (typeof each === "bigint" ? `${each}n` : each));
  type Read = <R>(work: (tx: Tx) => Promise<R>) => Promise<R>;

  /** Every row of every table that an asker gets; "denied" where its database role may not ask. */
  async function everyRow(read: Read): Promise<string> {
    const found: Record<string, unknown> = {};
    for (const table of tables) {
      try {
        found[table] = [...(await read((tx) => tx.execute(sql.raw(`select * from ${table} x order by x::text`))))];
      } catch (error) {
        const { code } = ((error as Error).cause ?? error) as { code?: string };
        if (code !== "42501") throw error;
        found[table] = "denied";
      }
    }
    return plain(found);
  }

  const orCode = async (work: Promise<unknown>): Promise<unknown> =>
    work.catch((error: { refusal?: { code: string } }) => error.refusal?.code ?? Promise.reject(error));

  /** What the product's own pages read for somebody. */
  async function pagesOf(who: Person): Promise<string> {
    const actor = actorOf(who, t.stage.app.site.id);
    const reads: ((tx: Tx) => Promise<unknown>)[] = [
      (tx) => deskView(tx, actor),
      async (tx) => {
        const { now: _now, ...room } = await roomOf(tx, actor, lotId);
        return { ...room, overview: await overviewOf(tx, { ...room, now: new Date(0) }) };
      },
      (tx) => supervisionView(tx, actor, lotId),
      (tx) => ownLetters(tx, actor),
      (tx) => trailOf(tx, `sealed:${lotId}`),
      (tx) => trailOf(tx, `holders:${lotId}`),
    ];
    const found: unknown[] = [];
    for (const read of reads) found.push(await orCode(asPerson(t.stage, who, read)));
    return plain(found);
  }

  async function world(watchers: readonly string[]): Promise<Record<string, string>> {
    const { stage } = t;
    const { id: siteId, profile } = stage.app.site;
    const found: Record<string, string> = {};
    for (const key of watchers) {
      const who = stage.person(key);
      found[`${key}: rows`] = await everyRow((work) => asPerson(stage, who, work));
      found[`${key}: pages`] = await pagesOf(who);
    }
    found["public: rows"] = await everyRow((work) => asStranger(stage, work));
    found["public: page"] = plain(
      await asStranger(stage, async (tx) => {
        const { now: _now, ...view } = await publicTender(tx, lotCode, profile);
        const search = await searchNotices(tx, { words: ["图书馆"], sort: "newest" });
        return { view, search, figures: await portalFigures(tx, siteId, deadline) };
      }),
    );
    const console_ = { siteId, role: "operator" };
    found["console: rows"] = await everyRow((work) => inContext(t.database.as.xb_operator.db, console_, work));
    found["hub: sent"] = plain(
      await asService(stage, (tx) => tx.execute(sql`select key, body from outbox order by key`)),
    );
    return found;
  }

  test("R-L.105: with five applications everybody else reads exactly what they read with none", {
    timeout: 180_000,
  }, async () => {
    const watchers = ["agency", "supervisor", "expert-01", ...OTHERS];
    const before = await world(watchers);
    for (const key of APPLICANTS) await apply(t.stage, t.stage.person(key), lotId);
    const after = await world(watchers);
    expect(Object.keys(after)).toEqual(Object.keys(before));
    for (const [name, text] of Object.entries(before)) expect(after[name], name).toBe(text);
    // They are there, each its own.
    for (const key of APPLICANTS) {
      const rows = await asPerson(t.stage, t.stage.person(key), (tx) =>
        tx.execute(sql`select org_id from applications`),
      );
      expect([...rows], key).toEqual([{ org_id: t.stage.person(key).orgId }]);
    }
  });

  test("R-L.105 R-5.3.4: after the opening host, supervisor and reviewers know the applicants, and nobody else until the bids are opened", {
    timeout: 240_000,
  }, async () => {
    const { stage } = t;
    const people = APPLICANTS.map((key) => stage.person(key));
    const orgs = people.map(({ orgId }) => orgId);
    const closed = [
      "applications",
      "application_openings",
      "application_closings",
      "prequal_results",
      "prequal_reports",
    ];
    const hidden = [...closed, "prequal_marks", "prequal_signatures", "lot_invitees"];
    const count = async (read: Read, table: string): Promise<number> =>
      Number((await read((tx) => tx.execute(sql.raw(`select 1 from ${table} where lot_id = '${lotId}'`)))).length);
    const mustBeClosed = async (at: string) => {
      const { state } = await stage.lot(lotId);
      for (const [watcher, key] of WATCHED)
        expect(
          (await count((work) => asPerson(stage, stage.person(key), work), "applications")) > 0,
          `${at} ${watcher}`,
        ).toBe(knowsApplicants(watcher, state));
      for (const key of OTHERS)
        for (const table of hidden)
          expect(await count((work) => asPerson(stage, stage.person(key), work), table), `${at} ${key} ${table}`).toBe(
            0,
          );
      for (const table of hidden)
        expect(await count((work) => asStranger(stage, work), table), `${at} ${table}`).toBe(0);
      for (const [i, who] of people.entries())
        for (const table of ["applications", "application_openings", "prequal_results", "lot_invitees"]) {
          const rows = await asPerson(stage, who, (tx) =>
            tx.execute<{ org_id: string }>(sql.raw(`select org_id from ${table} where lot_id = '${lotId}'`)),
          );
          expect(
            [...rows].filter(({ org_id }) => org_id !== orgs[i]),
            `${at} ${who.key} ${table}`,
          ).toEqual([]);
        }
      // An own place in the sealed chain would tell how many acted before.
      for (const key of [...OTHERS, ...APPLICANTS, "agency"])
        expect(
          await asPerson(stage, stage.person(key), (tx) => trailOf(tx, `sealed:${lotId}`)),
          `${at} ${key}`,
        ).toEqual([]);
    };
    const judge = async (failed: Person) => {
      const experts = ["expert-01", "expert-02", "expert-03", "expert-04", "expert-05"];
      const reviewers = await nameReviewers(stage, lotId, experts);
      await mustBeClosed("P2 opened");
      await stage.setClock(addMinutes(deadline, 61));
      await review(stage, lotId, reviewers, [failed.orgId]);
      await mustBeClosed("P3");
      await announceResults(stage, lotId);
    };
    // Technical proposals are read and not judged; one sender never released its key.
    const study = async () => {
      await mustBeClosed("P2 opened");
      await stage.setClock(addMinutes(deadline, 61));
      await stage.act(stage.person("agency"), startReview, { lotId });
      await mustBeClosed("P3");
      await endFirstStage(stage, lotId);
    };
    await stage.setClock(deadline);
    await reachApplicationOpening(stage, lotId, "P2");
    await mustBeClosed("P2");
    const agency = stage.person("agency");
    expect(await count((work) => asPerson(stage, agency, work), "applications")).toBe(5);
    // Who has released is nobody's to know while they do.
    await decryptApplication(stage, people[0]!, lotId);
    for (const key of ["agency", "supervisor"])
      expect(await count((work) => asPerson(stage, stage.person(key), work), "application_openings"), key).toBe(0);
    for (const who of people.slice(1, kind === "proposal" ? 4 : 5)) await decryptApplication(stage, who, lotId);
    await (kind === "application" ? judge(people[4]!) : study());
    await mustBeClosed("P4");
    await inviteQualified(stage, lotId);
    for (const who of people.slice(0, 3)) await replyAs(stage, who, lotId, "accepted");
    await mustBeClosed("T1");
    for (const key of ["agency", "supervisor"])
      expect(await count((work) => asPerson(stage, stage.person(key), work), "prequal_results"), key).toBe(5);
    // The invitation is for the qualified: strangers find the prequalification notice alone.
    const kinds = (who?: Person) => {
      const read = (tx: Tx) => publicTender(tx, lotCode, stage.app.site.profile);
      return (who ? asPerson(stage, who, read) : asStranger(stage, read)).then(({ notices }) =>
        notices.map(({ kind }) => kind).sort(),
      );
    };
    const first = kind === "proposal" ? "first-stage" : "prequalification";
    expect(await kinds()).toEqual([first]);
    expect(await kinds(people[4])).toEqual([first]);
    expect(await kinds(people[0])).toEqual([first, "invitation"].sort());
    for (const [name, text] of Object.entries(await world(OTHERS))) {
      if (name.startsWith("expert") || name.includes("rows")) continue;
      for (const { orgName } of people) expect(text.includes(orgName) && name, name).toBe(false);
    }
  });
});
