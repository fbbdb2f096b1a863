import { expect, test } from "vitest";
import { byteRange } from "./byte-range";

const ask = (range: string, ifRange?: string) =>
  byteRange(new Headers({ range, ...(ifRange ? { "if-range": ifRange } : {}) }), 1000, '"tag"');

test("one range of bytes is given; what is not understood is the whole file; beyond the end there is nothing", () => {
  expect(ask("bytes=0-")).toEqual({ start: 0, length: 1000 });
  expect(ask("bytes=400-")).toEqual({ start: 400, length: 600 });
  expect(ask("bytes=400-499")).toEqual({ start: 400, length: 100 });
  expect(ask("bytes=400-5000")).toEqual({ start: 400, length: 600 });
  expect(ask("bytes=-100")).toEqual({ start: 900, length: 100 });
  expect(ask("bytes=-5000")).toEqual({ start: 0, length: 1000 });
  for (const whole of ["bytes=-", "bytes=a-b", "bytes=5-4", "bytes=0-1,4-5", "items=0-1"])
    expect(ask(whole)).toBeUndefined();
  expect(ask("bytes=1000-")).toBe("unsatisfiable");
  expect(ask("bytes=-0")).toBe("unsatisfiable");
  expect(ask("bytes=400-", '"tag"')).toEqual({ start: 400, length: 600 });
  expect(ask("bytes=400-", '"other"')).toBeUndefined();
});
