import { expect, test } from "vitest";
import { bidding } from "./zh-CN/refusals-bidding";
import { billing } from "./zh-CN/refusals-billing";
import { evaluation } from "./zh-CN/refusals-evaluation";
import { general } from "./zh-CN/refusals-general";
import { identity } from "./zh-CN/refusals-identity";
import { law } from "./zh-CN/refusals-law";
import { opening } from "./zh-CN/refusals-opening";
import { tender } from "./zh-CN/refusals-tender";

const all = Object.entries({
  ...general,
  ...identity,
  ...law,
  ...tender,
  ...bidding,
  ...opening,
  ...evaluation,
  ...billing,
});

test.each(all)("%s says in Chinese what is wrong, and what to do next", (_, sentence) => {
  expect(sentence).toMatch(/[\u4e00-\u9fff]{4}/);
  expect(sentence).toMatch(/[。）]$/);
  expect(sentence).toMatch(/请|系统会自动|可以|须|再试|等待|不能再|不得|方可/);
});
