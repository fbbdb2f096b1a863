import { expect, test } from "vitest";
import { commandLineMarks } from "@/cli/bid/device";
import { utf8 } from "@/core/bytes";
import { encodeCanonical } from "@/core/canonical-json";
import {
  DEVICE_BYTES,
  DEVICE_KINDS,
  deviceFindings,
  deviceMarks,
  encodeMarks,
  markRows,
  readMarks,
  sameMarks,
} from "./marks";

const one = { tool: ["t/1"], installation: ["a-b"], mac: ["3C:52:82:00:00:01", "02:42:AC:11:00:02"], disk: ["S1"] };

test("R-5.5.11: marks are sealed within one length, whatever is recorded, and read again", () => {
  const marks = deviceMarks("command-line", one);
  expect(readMarks(encodeMarks(marks))).toEqual(marks);
  const long = Array.from({ length: 20 }, (_, i) => `${"盘".repeat(62)}${i}`);
  const most = Object.fromEntries(Object.keys(DEVICE_KINDS).map((kind) => [kind, long]));
  const full = deviceMarks("browser", { ...most, browser: ["浏".repeat(900)] });
  expect([marks, deviceMarks("browser", {}), full].map((each) => encodeMarks(each).length)).toEqual(
    Array(3).fill(DEVICE_BYTES),
  );
  expect(readMarks(encodeMarks(full))).toEqual(full);
});

test("R-5.5.11: what a program cannot read is told as that, and never made up", () => {
  const rows = new Map(markRows(deviceMarks("browser", { tool: ["t/1"], mac: [], browser: ["Firefox\u202e\n"] })));
  expect(rows.get("网卡 MAC 地址")).toBe("浏览器不提供");
  expect(rows.get("硬盘序列号")).toBe("浏览器不提供");
  expect(rows.get("浏览器")).toBe("Firefox");
  expect(rows.has("计算机名")).toBe(false);
});

test("R-5.5.11: hostile marks are unreadable, and nothing is thrown", () => {
  const good = deviceMarks("other", one);
  for (const bytes of [
    utf8(""),
    utf8("{}"),
    utf8("\u0000"),
    new Uint8Array(DEVICE_BYTES + 1),
    encodeCanonical({ ...good, format: "xb-device-marks/2" } as never),
    encodeCanonical({ ...good, marks: { mac: ["a\u202eb"] } } as never),
    encodeCanonical({ ...good, marks: { serial: ["x"] } } as never),
    encodeCanonical({ ...good, marks: { disk: Array(9).fill("x") } } as never),
  ])
    expect(readMarks(bytes)).toBeUndefined();
});

test("R-5.5.11: one computer behind two bids is found in both; addresses that software gives itself, browsers and screens are not", () => {
  const bids = [
    { bidId: "1", name: "甲", device: deviceMarks("command-line", one) },
    { bidId: "2", name: "乙", device: deviceMarks("command-line", { ...one, installation: ["c"], disk: ["S1"] }) },
    {
      bidId: "3",
      name: "丙",
      device: deviceMarks("browser", { browser: ["same"], screen: ["1×1"], installation: ["d"] }),
    },
    {
      bidId: "4",
      name: "丁",
      device: deviceMarks("browser", { browser: ["same"], screen: ["1×1"], installation: ["e"] }),
    },
    { bidId: "5", name: "戊", device: undefined },
  ];
  expect(sameMarks(bids).map(({ kind, value }) => [kind, value])).toEqual([
    ["disk", "S1"],
    ["mac", "3C:52:82:00:00:01"],
  ]);
  const found = deviceFindings(bids);
  expect([...found.keys()]).toEqual(["1", "2"]);
  expect(found.get("1")).toEqual([
    "硬盘序列号与“乙”的投标文件相同：S1。",
    "网卡 MAC 地址与“乙”的投标文件相同：3C:52:82:00:00:01。",
  ]);
});

test("R-5.5.11: the command line records what the system tells an ordinary user, and the same every time", async () => {
  const marks = await commandLineMarks("xinbiao-cli/1");
  expect(marks).toEqual(await commandLineMarks("xinbiao-cli/1"));
  expect(readMarks(encodeMarks(marks))).toEqual(marks);
  expect(marks.marks.host).toHaveLength(1);
  expect(marks.marks).not.toHaveProperty("cpu");
});
