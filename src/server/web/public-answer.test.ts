import { expect, test } from "vitest";
import { baseOf, publicAnswer } from "./public-answer";

const ask = (headers: Record<string, string> = {}) => new Request("http://localhost/feeds/notices.atom", { headers });

test("who has the answer already is told so; other bytes have another validator", async () => {
  const first = publicAnswer(ask(), "<a/>", "application/atom+xml");
  const tag = first.headers.get("etag")!;
  expect(first.status).toBe(200);
  expect(await first.text()).toBe("<a/>");
  expect(first.headers.get("cache-control")).toBe("public, max-age=30");
  for (const known of [tag, `W/${tag}`, `"x", ${tag}`, "*"]) {
    const again = publicAnswer(ask({ "if-none-match": known }), "<a/>", "application/atom+xml");
    expect(again.status).toBe(304);
    expect(await again.text()).toBe("");
    expect(again.headers.get("etag")).toBe(tag);
  }
  expect(publicAnswer(ask({ "if-none-match": tag }), "<b/>", "application/atom+xml").status).toBe(200);
});

test("the address of a site is the one by which it was asked", () => {
  const base = (headers: Record<string, string>) => baseOf(new Headers(headers));
  expect(base({ host: "localhost:3000" })).toBe("http://localhost:3000");
  expect(base({ host: "b.localhost:3000" })).toBe("http://b.localhost:3000");
  expect(base({ host: "ebid.example.cn" })).toBe("https://ebid.example.cn");
  expect(base({ host: "ebid.example.cn", "x-forwarded-proto": "http" })).toBe("http://ebid.example.cn");
  expect(base({ host: "ebid.example.cn", "x-forwarded-proto": "javascript" })).toBe("https://ebid.example.cn");
});
