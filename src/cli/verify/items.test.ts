import { expect, test } from "vitest";
import { NoticeItem, signatureOf } from "./items";
import { Unproved } from "./judge";

const correction = {
  number: "E5200000001000001001001-ZB01-01",
  kind: "correction",
  title: "更正公告（第 1 次）",
  fields: { changes: "因平台中断，投标截止时间依法顺延" },
  contentHash: "0".repeat(64),
  publishedAt: "2026-03-02T01:00:00.000Z",
  statement: null,
};

test("a correction that the platform publishes by law has no publisher's signature, and an archive with one is read", () => {
  expect(NoticeItem.parse(correction).statement).toBeNull();
});

test("a notice that somebody has to have signed is not proved without a signature", () => {
  expect(() => signatureOf(NoticeItem.parse({ ...correction, kind: "tender" }))).toThrow(Unproved);
});
