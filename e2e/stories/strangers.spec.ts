import { expect, test } from "@playwright/test";
import { addDays } from "@/core/time";
import { draftLot, obtain, publish, submit } from "@/dev/scenarios/acts";
import { httpActor } from "@/dev/scenarios/http-actor";
import { backstage } from "../actors/clock";
import { offstage } from "../actors/offstage";
import { installation } from "../installation";

interface World {
  readonly name: string;
  readonly lotId: string;
  readonly lotCode: string;
}

/**
 * Two lots that differ in nothing but this: one has five bids, the other has none. Whoever is not the bidder must not be
 * able to tell them apart, by any page, feed, interface, message or size.
 */
test("R-O.21 R-5.4.4: nobody can tell a lot with five bids from a lot with none", async () => {
  test.setTimeout(240_000);
  const stage = await offstage();
  const stagehand = backstage();
  const now = await stagehand.now();
  const plan = {
    content: "两个世界对照工程，内容完全相同",
    estimateFen: 500_000_000n,
    deadline: addDays(now, 25),
    saleDays: 20,
  };
  const worlds: World[] = [];
  // Names of one length; everything else equal.
  for (const name of ["对照工程甲（演示）", "对照工程乙（演示）"]) {
    const { lotId, lotCode } = await draftLot(stage, { name, ...plan });
    await publish(stage, lotId);
    worlds.push({ name, lotId, lotCode });
  }
  const [full, empty] = worlds as [World, World];
  for (const key of ["jia", "yi", "bing", "ding", "wu"]) {
    await obtain(stage, stage.person(key), full.lotId);
    await submit(stage, stage.person(key), full.lotId, { priceFen: 480_000_000n });
  }
  const base = installation().url;
  /** What differs by nature: names, codes, ids, hashes, times, and what the framework makes anew for each answer. */
  const plain = (text: string, world: World): string =>
    text
      // Lines of a calendar are folded wherever 75 octets are full.
      .replace(/\r\n[ \t]/g, "")
      .replaceAll(world.name, "NAME")
      .replaceAll(encodeURIComponent(world.name), "NAME")
      // Inside an address that stands inside another.
      .replaceAll(encodeURIComponent(encodeURIComponent(world.name)), "NAME")
      .replaceAll(world.lotCode, "LOT")
      .replace(/(nonce\W+)[A-Za-z0-9+/]{22}==/g, "$1NONCE")
      .replace(/E5200000001[0-9]{6}(?:[0-9]{3})?/g, "CODE")
      .replaceAll(world.lotId, "ID")
      .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, "UUID")
      .replace(/\b[0-9a-f]{64}\b/g, "HASH")
      .replace(/\b\d{8}T\d{6}Z\b/g, "TIME")
      .replace(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?Z?/g, "TIME")
      .replace(/A01-[0-9A-Z]{18}-\d{8}-\d{6}-[0-9A-Z*]/g, "DEAL")
      .replace(/\d+ 天 \d\d:\d\d:\d\d/g, "LEFT")
      .replace(/[A-Za-z0-9_-]{200,}/g, "BLOB")
      // Rows of the framework's stream carry numbers, and come in the order in which they were ready.
      .replace(/\$L?[0-9a-f]{1,3}\b/g, "$REF")
      .replace(/<\/script><script>self\.__next_f\.push\(\[1,"/g, "")
      .split(/\\n|\n/)
      .map((line) => line.replace(/^"?[0-9a-f]{1,3}:/, "ROW:"))
      .sort()
      .join("\n");
  /** Where two answers part, with a little around it; empty when they are the same. */
  const parting = (a: string, b: string): string => {
    let at = 0;
    while (at < a.length && a[at] === b[at]) at++;
    return a === b ? "" : `${a.slice(Math.max(0, at - 80), at + 80)} ≠ ${b.slice(Math.max(0, at - 80), at + 80)}`;
  };
  const paths = (world: World) => [
    `/tenders/${world.lotCode}`,
    `/tenders/${world.lotCode}/opening`,
    `/tenders/${world.lotCode}/calendar.ics`,
    `/notices?q=${encodeURIComponent(world.name)}`,
    `/feeds/notices.atom?q=${encodeURIComponent(world.name)}`,
    `/feeds/notices.json?q=${encodeURIComponent(world.name)}`,
    `/notices/${world.lotCode}-ZB01`,
    `/notices/${world.lotCode}-ZB01/data`,
    `/receive/hall/${world.lotId}/nothing`,
  ];
  const watchers = [undefined, "tenderer", "agency", "supervisor", "operator", "ji", "expert-01"] as const;
  let compared = 0;
  for (const key of watchers) {
    const actor = httpActor(base, stage.person(key ?? "ji"));
    if (key) await actor.signIn();
    const own =
      key === "tenderer" || key === "agency"
        ? ["", "?tab=opening", "?tab=committee", "?tab=trail", "?tab=archive"].map(
            (tab) => (world: World) => `/w/${stage.person(key).orgId}/tenders/${world.lotId}${tab}`,
          )
        : [];
    const more =
      key === "supervisor"
        ? [(world: World) => `/supervise/live/${world.lotId}`]
        : key === "ji"
          ? [(world: World) => `/w/${stage.person("ji").orgId}/bids/${world.lotId}`]
          : [];
    for (const pathOf of [...paths(full).map((_, i) => (world: World) => paths(world)[i]!), ...own, ...more]) {
      const [a, b] = await Promise.all(
        [full, empty].map(async (world) => {
          const answer = await actor.fetch(pathOf(world));
          return { status: answer.status, text: plain(await answer.text(), world) };
        }),
      );
      expect(parting(a!.text, b!.text), `${key ?? "stranger"} at ${pathOf(full)}`).toBe("");
      expect(a!.status).toBe(b!.status);
      expect(a!.status, pathOf(full)).toBeLessThan(500);
      compared++;
    }
    for (const [path, input] of [
      ["opening.view", "lotId"],
      ["opening.unlockMaterial", "lotId"],
      ["award.lettersToSign", "lotId"],
    ] as const) {
      const [a, b] = await Promise.all(
        [full, empty].map(async (world) => {
          const answer = await actor.fetch(
            `/api/trpc/${path}?input=${encodeURIComponent(JSON.stringify({ json: { [input]: world.lotId } }))}`,
          );
          return { status: answer.status, text: plain(await answer.text(), world) };
        }),
      );
      expect(parting(a!.text, b!.text), `${key ?? "stranger"} asks ${path}`).toBe("");
      expect(a!.status).toBe(b!.status);
      compared++;
    }
  }
  // The map of the site, and what everybody's home page counts.
  const stranger = httpActor(base, stage.person("ji"));
  const map = await (await stranger.fetch("/sitemap.xml")).text();
  for (const { lotCode } of worlds)
    expect(
      [...map.matchAll(/<loc>[^<]*\/(tenders|notices)\/([^<]+)<\/loc>/g)].map(([, kind, at]) => `${kind} ${at}`),
    ).toEqual(expect.arrayContaining([`tenders ${lotCode}`, `notices ${lotCode}-ZB01`]));
  // The hub, the mailbox and the list of notices got the same of both.
  const atHub = async (world: World) => {
    const { messages } = (await (
      await fetch(`${installation().outside.hub}/v1/messages?lot=${world.lotCode}`)
    ).json()) as { messages: { message: { dataset: string } }[] };
    return messages.map(({ message }) => message.dataset).sort();
  };
  await expect.poll(() => atHub(empty)).toContain("504");
  expect(await atHub(full)).toEqual(await atHub(empty));
  const { messages } = (await (
    await fetch(`${installation().outside.mail}/messages?to=agency@example.test`)
  ).json()) as { messages: { text: string }[] };
  expect(messages.filter(({ text }) => text.includes(full.lotCode))).toEqual([]);
  expect(compared).toBeGreaterThan(50);
  await stage.close();
  await stagehand.close();
});
