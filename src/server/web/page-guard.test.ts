import { expect, test } from "vitest";
import { contentPolicy, unknownHostPage } from "./page-guard";

test("a page's policy lets only scripts with its own nonce run", () => {
  const policy = contentPolicy("bm9uY2U=", true);
  expect(policy).toContain("script-src 'self' 'nonce-bm9uY2U=' 'strict-dynamic';");
  expect(policy).not.toContain("unsafe-eval");
});

test("a host name of no site is told so, without a word about what is hosted here", () => {
  expect(unknownHostPage()).toContain("没有这个交易平台站点");
  expect(unknownHostPage()).toContain("下一步");
});
