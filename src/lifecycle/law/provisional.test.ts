import { expect, test } from "vitest";
import { provisionalRows, provisionalToTender } from "./provisional";

const sum = (totalFen: bigint, subject?: "works" | "goods" | "services") => ({
  ...{ code: "Z-1", name: "电梯", totalFen },
  ...(subject ? { subject } : {}),
});
const due = (totalFen: bigint, subject?: "works" | "goods" | "services", mandatory = true) =>
  provisionalToTender({ mandatory }, [sum(totalFen, subject)]).length === 1;

test("R-L.113: a provisional sum at the threshold of what it buys must be tendered, one fen below it need not", () => {
  expect(due(400_000_000n, "works")).toBe(true);
  expect(due(399_999_999n, "works")).toBe(false);
  expect(due(200_000_000n, "goods")).toBe(true);
  expect(due(199_999_999n, "goods")).toBe(false);
  expect(due(100_000_000n, "services")).toBe(true);
  expect(due(99_999_999n, "services")).toBe(false);
  // Where the bill does not say what it buys, the threshold of goods counts.
  expect(due(200_000_000n)).toBe(true);
  expect(due(199_999_999n)).toBe(false);
  expect(due(900_000_000n, "works", false)).toBe(false);
});

test("R-L.113: the check before publication hints and does not block", () => {
  expect(provisionalRows({ mandatory: true }, [])).toEqual([]);
  expect(provisionalRows({ mandatory: true }, [sum(1n)])).toMatchObject([{ verdict: "pass" }]);
  expect(provisionalRows({ mandatory: true }, [sum(200_000_000n, "goods")])).toMatchObject([
    { verdict: "warn", fix: expect.stringContaining("合同签订后须依法招标"), value: expect.stringContaining("电梯") },
  ]);
});
