import { expect, test } from "vitest";
import { HttpRefusal } from "../scenarios/http-actor";
import { insist, silenceOf } from "./insist";

const coded = (code: string) => Object.assign(new Error(code), { code });

test("a reasoned no is an answer; a fault, a lost connection and a forgotten session are none", () => {
  expect(silenceOf(new HttpRefusal(409, "bid.upload_closed", ""))).toBeUndefined();
  expect(silenceOf(new HttpRefusal(503, "general.unavailable", ""))).toBe("503 general.unavailable");
  expect(silenceOf(new HttpRefusal(403, "general.signed_out", ""))).toBe("general.signed_out");
  expect(silenceOf(new TypeError("fetch failed"))).toBe("refused connection or cut off");
  expect(silenceOf(new Error("query failed", { cause: coded("CONNECTION_CLOSED") }))).toBe(
    "refused connection or cut off",
  );
  expect(silenceOf(new DOMException("late", "TimeoutError"))).toBe("no answer in time");
});

test("a mistake of our own is not repeated", () => {
  expect(silenceOf(new Error("query failed", { cause: coded("42703") }))).toBeUndefined();
  expect(silenceOf(new TypeError("x is not a function"))).toBeUndefined();
});

test("an act is repeated until it is answered, and each silence is told", async () => {
  const told: string[] = [];
  let attempts = 0;
  const answer = await insist(
    async () => {
      if (++attempts < 3) throw coded("ECONNRESET");
      return "receipt";
    },
    (silence) => void told.push(silence),
  );
  expect([answer, told.length]).toEqual(["receipt", 2]);
});
