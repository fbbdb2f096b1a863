import { expect, test } from "vitest";
import { contentPolicy, isSameForAll, unknownHostPage } from "./page-guard";

test("a page's policy lets only scripts with its own nonce run", () => {
  const policy = contentPolicy("bm9uY2U=", true);
  expect(policy).toContain("script-src 'self' 'nonce-bm9uY2U=' 'strict-dynamic';");
  expect(policy).not.toContain("unsafe-eval");
});

test("a host name of no site is told so, without a word about what is hosted here", () => {
  expect(unknownHostPage()).toContain("没有这个交易平台站点");
  expect(unknownHostPage()).toContain("下一步");
});

test("pages that strangers get alike: the home page and the list of notices, for whoever sends no cookie", () => {
  const asked = (pathname: string, headers: Record<string, string> = {}, method = "GET") =>
    isSameForAll({ method, nextUrl: { pathname }, headers: new Headers(headers) });
  expect(["/", "/notices"].map((path) => asked(path))).toEqual([true, true]);
  expect(["/notices/E52", "/login", "/w/1", "/tenders/E52/opening"].filter((path) => asked(path))).toEqual([]);
  expect(asked("/notices", { cookie: "session=1" })).toBe(false);
  expect(asked("/notices", {}, "POST")).toBe(false);
});
