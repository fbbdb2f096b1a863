import { expect, test } from "vitest";
import { isInForce, missingDisclosures, placementCheck, refusalOfPlacements } from "./rules";
import { Certification, Placement } from "./schema";

const NOW = new Date("2026-05-18T01:00:00Z");
const certification = {
  body: "检测机构",
  number: "EB-1",
  from: "2025-01-01",
  until: "2026-05-18",
  url: "https://example.cn/report",
};
const place = (kind: Placement["kind"], region = "520100", host = "db.example.cn"): Placement => ({
  kind,
  host,
  provider: "贵阳机房",
  region,
});
const ALL = (["database", "objects", "backup", "logs", "mail"] as const).map((kind) => place(kind));

test("R-O.10a: a test report counts on its days and is told as missing afterwards", () => {
  expect(isInForce(certification, NOW)).toBe(true);
  expect(isInForce(certification, new Date("2026-05-18T16:00:00Z"))).toBe(false);
  const site = { disclosure: {}, professionals: [] };
  expect(missingDisclosures({ ...site, certifications: [certification] }, NOW)).not.toContain("有效的检测认证证书");
  expect(missingDisclosures({ ...site, certifications: [] }, NOW)).toContain("有效的检测认证证书");
  expect(Certification.safeParse({ ...certification, until: "2025-01-01" }).success).toBe(false);
  expect(Certification.safeParse({ ...certification, url: "http://example.cn/report" }).success).toBe(false);
});

test("R-O.11: professionals of both kinds are asked for by name", () => {
  const site = { disclosure: {}, certifications: [certification] };
  const it = { name: "甲", profession: "it" as const, qualification: "工程师" };
  const missing = missingDisclosures({ ...site, professionals: [it] }, NOW);
  expect(missing).toContain("招标采购专业人员");
  expect(missing).not.toContain("信息技术专业人员");
});

test("R-O.10b: what lies abroad, is declared nowhere, or is used without being declared fails the deployment check", () => {
  const failures = (placements: Placement[], host = "db.example.cn") =>
    placementCheck(placements, [{ title: "数据库", host }])
      .filter(({ ok }) => !ok)
      .map(({ title, text }) => `${title}：${text}`);
  expect(failures(ALL)).toEqual([]);
  expect(failures(ALL.slice(1))).toEqual(["数据库：没有登记所在地"]);
  expect(failures(ALL, "db.elsewhere.com")).toEqual(["数据库：正在使用 db.elsewhere.com，没有登记所在地"]);
  expect(failures([...ALL, place("cdn", "境外", "cdn.example.com")])).toEqual([
    "内容分发：cdn.example.com，贵阳机房，境外：不在境内",
  ]);
  for (const region of ["810000", "820000", "710000", "境外"])
    expect(refusalOfPlacements([place("backup", region)])?.code, region).toBe("site.data_abroad");
  expect(refusalOfPlacements(ALL)).toBeUndefined();
  expect(Placement.safeParse(place("mail", "贵阳")).success).toBe(false);
});
