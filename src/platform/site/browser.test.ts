import { expect, test } from "vitest";
import { browserOf } from "./browser";

test("browsers are told by the names that only they carry", () => {
  const chrome =
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36";
  expect(browserOf(chrome)).toMatchObject({ name: "Chrome", version: 141 });
  expect(browserOf(`${chrome} Edg/90.0.1`)).toMatchObject({ name: "Edge", version: 90, least: 108 });
  expect(browserOf("Mozilla/5.0 (X11; Linux x86_64; rv:109.0) Gecko/20100101 Firefox/115.0")).toMatchObject({
    name: "Firefox",
    version: 115,
  });
  expect(
    browserOf("Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605.1.15"),
  ).toMatchObject({ name: "Safari", version: 17 });
  expect(browserOf("curl/8.0")).toBeUndefined();
});
