import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseCertificate } from "@/crypto/certificate";

import { trailLines } from "@/kit/tables";
import { asPerson } from "@/testing/lots";
import { codeOf } from "@/testing/refused";
import { type TestStage, testStage } from "@/testing/stage";
import { attachSiteCertificate, decideSite, proposeSite } from "./commands/open-site";
import { siteDesk, siteFormOf, siteOfHost } from "./queries";
import { missingDisclosures } from "./rules";
import { DISCLOSURES, type SiteForm } from "./schema";
import { siteProposals, sites } from "./tables";

let t: TestStage;
let form: SiteForm;
const propose = proposeSite(["national", "guizhou-demo"]);

beforeAll(async () => {
  t = await testStage();
  form = {
    ...(await siteFormOf(t.stage.app.db, t.stage.app.site.id))!,
    host: "c.localhost",
    name: "丙县信标交易平台（演示）",
    platformCode: "E5200000003",
  };
}, 120_000);
afterAll(() => t?.close());

const as = (key: string) => t.stage.person(key);
const proposed = async (values: SiteForm, targetSiteId?: string) =>
  t.stage.act(as("system-admin"), propose, { values, ...(targetSiteId ? { targetSiteId } : {}) });
const decide = (key: string, proposalId: string, approved = true, reason = "") =>
  t.stage.act(as(key), decideSite, { proposalId, approved, reason });

/** The authority issues what the request asks for. */
async function issued(csr: string): Promise<string> {
  const answer = await fetch(`${t.outside.ca}/v1/ca/1/issue`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      csr,
      cn: form.name,
      o: form.operatorName,
      creditCode: form.operatorCreditCode,
      use: "platform",
    }),
  });
  const { certificate, issuing } = (await answer.json()) as { certificate: string; issuing: string };
  return `${certificate}\n${issuing}`;
}

test("SOD-07: one administrator proposes a site, another allows it, and it answers at its host without a restart", async () => {
  const { proposalId, csr } = await proposed(form);
  expect(csr).toContain("BEGIN CERTIFICATE REQUEST");
  expect(await codeOf(decide("security-admin", proposalId))).toBe("site.certificate_missing");
  const certificate = await issued(csr!);
  await t.stage.act(as("system-admin"), attachSiteCertificate, { proposalId, certificate });
  expect(await codeOf(decide("system-admin", proposalId))).toBe("general.forbidden");
  expect(await codeOf(decide("audit-admin", proposalId))).toBe("general.forbidden");
  expect(await codeOf(decide("operator", proposalId))).toBe("general.forbidden");
  // Asked for just before, and known at once all the same.
  expect(await siteOfHost(t.stage.app.db, "c.localhost:3000")).toBeUndefined();
  await decide("security-admin", proposalId);
  expect(await codeOf(decide("security-admin", proposalId))).toBe("site.decided_before");
  expect((await siteOfHost(t.stage.app.db, "c.localhost:3000"))?.platformCode).toBe(form.platformCode);
  const signer = t.ports.platformKeys.signerOf(form.platformCode);
  expect(parseCertificate(signer.certificate).subject.display).toContain(form.name);
});

test("hosts that strangers make up are refused without a reading of the table for each, and a known host waits for none", async () => {
  let readings = 0;
  const { db } = t.stage.app;
  const counted = {
    select: () => {
      readings++;
      return db.select();
    },
  } as unknown as typeof db;
  await siteOfHost(counted, "localhost");
  expect(readings).toBe(1);
  const begun = performance.now();
  const made = Array.from({ length: 2_000 }, (_, i) => siteOfHost(counted, `made-up-${i}.example`));
  expect((await siteOfHost(counted, "localhost"))?.host).toBe("localhost");
  expect(readings).toBe(1);
  expect(new Set(await Promise.all(made))).toEqual(new Set([undefined]));
  expect(readings).toBe(2);
  for (let i = 0; i < 3; i++) await siteOfHost(counted, `again-${i}.example`);
  // One reading in a quarter of a second, however many ask.
  expect(readings).toBe(5);
  expect(performance.now() - begun).toBeGreaterThan(900);
});

test("SOD-07: nobody but the three administrators reads a proposal or writes a site", async () => {
  for (const key of ["operator", "agency", "jia", "supervisor"]) {
    const rows = await asPerson(t.stage, as(key), (tx) => tx.select().from(siteProposals));
    expect(rows, key).toEqual([]);
    const written = asPerson(t.stage, as(key), (tx) => tx.update(sites).set({ name: "改名" }).returning());
    expect(await written, key).toEqual([]);
    expect(await codeOf(t.stage.act(as(key), propose, { values: form }))).toBe("general.forbidden");
  }
});

test("a site that cannot be is refused with what to do, and nothing is kept", async () => {
  const other = { ...form, host: "d.localhost", platformCode: "E5200000004" };
  const leaf = await issued((await proposed({ ...other, host: "e.localhost", platformCode: "E5200000005" })).csr!);
  const before = await t.stage.act(as("system-admin"), propose, { values: other });
  const cases: [string, SiteForm][] = [
    ["site.host_taken", { ...other, host: "localhost" }],
    ["site.code_taken", { ...other, platformCode: "E5200000001" }],
    ["site.profile_unknown", { ...other, profile: "mars" }],
    ["site.trust_refused", { ...other, trustList: [leaf.slice(0, leaf.indexOf("-----END") + 25)] }],
    ["general.invalid_input", { ...other, operatorCreditCode: "91520100MA0000041X" }],
    ["general.invalid_input", { ...other, hubUrl: "http://hub.example.cn" }],
    ["general.invalid_input", { ...other, host: "Not a host" }],
  ];
  for (const [code, values] of cases) expect(await codeOf(proposed(values)), code).toBe(code);
  // A certificate of another key opens nothing.
  const wrong = t.stage.act(as("system-admin"), attachSiteCertificate, {
    proposalId: before.proposalId,
    certificate: leaf,
  });
  expect(await codeOf(wrong)).toBe("site.certificate_refused");
  expect(await codeOf(decide("security-admin", before.proposalId, false))).toBe("site.reason_missing");
  await decide("security-admin", before.proposalId, false, "代码尚未分配");
  expect(await siteOfHost(t.stage.app.db, "d.localhost")).toBeUndefined();
});

test("R-S.14b: what is not disclosed is told to the administrator by name", async () => {
  const desk = await asPerson(t.stage, as("system-admin"), (tx) => siteDesk(tx));
  expect(desk.sites.find(({ host }) => host === "localhost")!.missing).toEqual([]);
  const missing = missingDisclosures(
    { disclosure: { owner: "甲" }, certifications: [], professionals: [] },
    new Date(),
  );
  expect(missing).not.toContain(DISCLOSURES.owner);
  expect(missing).toContain(DISCLOSURES.certification);
});

test("R-O.10b: a site with data abroad is proposed with nothing lost, and not allowed", async () => {
  const { id } = t.stage.app.site;
  const inForce = (await siteFormOf(t.stage.app.db, id))!;
  const abroad = { kind: "cdn" as const, host: "cdn.example.com", provider: "境外服务商", region: "境外" };
  const { proposalId } = await proposed({ ...inForce, placements: [...inForce.placements, abroad] }, id);
  expect(await codeOf(decide("security-admin", proposalId))).toBe("site.data_abroad");
  await decide("security-admin", proposalId, false, "数据须在境内");
  expect((await siteFormOf(t.stage.app.db, id))!.placements).toEqual(inForce.placements);
});

test("R-S.14b: what a site discloses is changed by two, and host and code never", async () => {
  const { id } = t.stage.app.site;
  const inForce = (await siteFormOf(t.stage.app.db, id))!;
  expect(await codeOf(proposed(inForce, id))).toBe("site.nothing_changed");
  expect(await codeOf(proposed({ ...inForce, platformCode: "E5200000009" }, id))).toBe("site.fixed");
  const priceList = [{ service: "获取招标文件", price: "免费" }];
  const { proposalId, csr } = await proposed({ ...inForce, priceList }, id);
  expect(csr).toBeUndefined();
  await decide("security-admin", proposalId);
  expect((await siteFormOf(t.stage.app.db, id))!.priceList).toEqual(priceList);
  const lines = await asPerson(t.stage, as("audit-admin"), (tx) => tx.select().from(trailLines));
  expect(lines.map(({ action }) => action)).toContain("site.change-approved");
});

test("SOD-07: administrators of another operator change the sites that it runs, and open none", async () => {
  const { db } = t.database.owner;
  const { id } = t.stage.app.site;
  const { id: otherId } = t.other.app.site;
  const own = (await siteFormOf(db, id))!;
  const other = (await siteFormOf(db, otherId))!;
  // The first site passes to another company: what was the installation's operator is now one of several.
  const all = await db.select().from(sites).orderBy(sites.createdAt, sites.host);
  await db.update(sites).set({ operatorCreditCode: "91520100MA0000002H" }).where(eq(sites.id, all[0]!.id));
  const [mine, theirs] = all[0]!.id === id ? ([other, own] as const) : ([own, other] as const);
  const mineId = mine === own ? id : otherId;
  expect(await codeOf(proposed({ ...form, host: "f.localhost", platformCode: "E5200000006" }))).toBe(
    "site.not_installation",
  );
  expect(await codeOf(proposed({ ...theirs, name: "改名的站点（演示）" }, all[0]!.id))).toBe("general.not_found");
  const { proposalId } = await proposed({ ...mine, name: "改名的站点（演示）" }, mineId);
  await decide("security-admin", proposalId);
  expect((await siteFormOf(db, mineId))!.name).toBe("改名的站点（演示）");
});
