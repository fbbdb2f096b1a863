import { expect, test } from "vitest";
import { provesKept } from "@/ui/code-check";
import { estimate, type Sample, speedOf, speedText, withSample } from "./estimate";

test("speed is measured over the last seconds only", () => {
  let samples: Sample[] = [];
  for (let s = 0; s <= 40; s++)
    samples = withSample(samples, { ms: s * 1000, bytes: s < 20 ? s * 10_000 : 200_000 + (s - 20) * 1_000_000 });
  expect(speedOf(samples)).toBe(1_000_000);
  expect(speedOf(samples.slice(0, 1))).toBeUndefined();
  expect(speedText(1_012_500)).toBe("8.1 Mbit/s");
});

test("a line that stood still does not lose its last measurement", () => {
  const samples = withSample([{ ms: 0, bytes: 100 }], { ms: 60_000, bytes: 100 });
  expect(speedOf(samples)).toBe(0);
  expect(estimate({ totalBytes: 1000, sentBytes: 100, speed: 0, leftMs: 60_000 })).toMatchObject({
    tone: "late",
    needsMs: Number.POSITIVE_INFINITY,
  });
});

test("20 MB on an unmeasured line: six minutes before the deadline is fine, two minutes is warned before upload", () => {
  const at = (minutes: number) =>
    estimate({ totalBytes: 20_000_000, sentBytes: 0, speed: undefined, leftMs: minutes * 60_000 });
  expect(at(6)).toMatchObject({ tone: "ok", measured: false });
  expect(at(2)).toMatchObject({ tone: "late" });
  expect(at(5).tone).toBe("thin");
});

test("everything sent: the margin is the time left", () => {
  expect(estimate({ totalBytes: 10, sentBytes: 10, speed: 0, leftMs: 240_000 })).toMatchObject({
    needsMs: 0,
    marginMs: 240_000,
    tone: "ok",
  });
});

test("the last two groups prove that the code was kept, typed as people type", () => {
  const code = "0123-4567-89AB-CDEF-0123-4567-89AB-CDEF-0123-4567-89AB-CDEF-0123-4";
  expect(provesKept(code, "0123-4")).toBe(true);
  expect(provesKept(code, " o1234")).toBe(true);
  expect(provesKept(code, "0124-4")).toBe(false);
  expect(provesKept(code, "")).toBe(false);
});
