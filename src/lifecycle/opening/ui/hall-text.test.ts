import { expect, test } from "vitest";
import type { HallView } from "../hall-view";
import { amountParts, failureReason, ownStateText, spokenRecord, stepMarks, summaryOf } from "./hall-text";

const base: HallView = {
  as: "bidder",
  lot: {
    id: "l",
    code: "E1",
    name: "标段",
    state: "O1",
    flags: [],
    bidDeadline: "2026-06-10T01:30:00.000Z",
    windowEndsAt: "2026-06-10T02:00:00.000Z",
  },
  host: undefined,
  countersigns: false,
  step: 2,
  names: ["甲", "乙", "丙"],
  progress: undefined,
  record: undefined,
  remarks: [],
  own: undefined,
  events: [],
};

test("while bids are decrypted the hall tells a number and nobody's state", () => {
  expect(summaryOf({ ...base, progress: { done: 1, total: 3 } })).toBe(
    "名单已公布，正在解密。已解密 1/3。各家解密状态在全部结束后同时公布。",
  );
  expect(stepMarks(base).map(({ mark }) => mark)).toEqual(["done", "done", "now", "next", "next", "next"]);
});

test("a failed lot shows its reason, not a number", () => {
  const failed: HallView = {
    ...base,
    step: 5,
    events: [
      { seq: 1, kind: "failed", payload: { reason: "投标人少于三个，依法不得开标" }, at: "2026-06-10T01:30:00.000Z" },
    ],
  };
  expect(failureReason(failed)).toBe("投标人少于三个，依法不得开标");
  expect(summaryOf(failed)).toContain("流标：投标人少于三个");
  expect(stepMarks(failed).map(({ mark }) => mark)).toEqual(["done", "next", "next", "next", "next", "next"]);
});

test("amounts come apart into figures and words; other values stay", () => {
  expect(amountParts("¥12,000,000.00（壹仟贰佰万元整）")).toEqual({
    figures: "¥12,000,000.00",
    words: "壹仟贰佰万元整",
  });
  expect(amountParts("260 日历天")).toEqual({ figures: "260 日历天", words: "" });
});

test("prices are read aloud in words", () => {
  const row = {
    organisation: "甲",
    creditCode: "",
    bidId: "b",
    sealHash: "",
    receivedAt: "",
    outcome: "decrypted" as const,
    failureClass: "",
    cause: "",
    effect: "",
    items: [{ id: "price", label: "投标总价", value: "¥1.00（壹元整）" }],
  };
  const record = {
    payload: {
      rows: [row, { ...row, organisation: "乙", outcome: "failed", cause: "未登录", effect: "视为撤销投标文件" }],
    },
  } as unknown as HallView["record"];
  expect(spokenRecord({ ...base, record })).toBe("甲。投标总价，壹元整。\n乙，未登录，视为撤销投标文件。");
});

test("the own row names the class of a failure", () => {
  const own = {
    bidId: "b",
    receiptNumber: "R",
    sealHash: "",
    signedIn: true,
    state: "failed",
    failureClass: "DF-2",
    revokedAt: undefined,
  };
  expect(ownStateText(own)).toContain("DF-2 证书不匹配");
  expect(ownStateText({ ...own, state: "released", failureClass: undefined })).toContain("正在解密");
});
