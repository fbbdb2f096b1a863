import { expect, test } from "vitest";
import {
  type CompetitionStatement,
  needsStatement,
  outcomeOfStatement,
  refusalToAnswer,
  refusalToDraft,
  standingStatement,
} from "./competition";

const members = ["a", "b", "c", "d", "e"];
const drafted = (answers: Record<string, "signed" | "dissented">, validBids = 2): CompetitionStatement => ({
  ...{ number: 1, validBids, isLacking: false, text: "剩余投标人仍有竞争" },
  signatures: Object.entries(answers).map(([memberId, kind]) => ({ memberId, kind, text: "" })),
});
const all = (dissenters: string) =>
  drafted(Object.fromEntries(members.map((id) => [id, dissenters.includes(id) ? "dissented" : "signed"] as const)));

test("R-5.7.21: a statement is asked for when one or two valid bids are left, and for no other number", () => {
  expect([0, 1, 2, 3, 4].map((left) => needsStatement(members, [], left))).toEqual([false, true, true, false, false]);
});

test("R-5.7.21: it counts when every member has answered and more than half agreed; a dissent alone stops nothing", () => {
  expect(outcomeOfStatement(members, drafted({ a: "signed", b: "signed", c: "signed", d: "signed" }))).toBe("open");
  expect(outcomeOfStatement(members, all("ab"))).toBe("carried");
  expect(outcomeOfStatement(members, all("abc"))).toBe("dropped");
  // Who left the committee counts no more; who came must answer, too.
  expect(outcomeOfStatement(["a", "b", "c", "d", "f"], all(""))).toBe("open");
});

test("R-5.7.21: it stands for the bids it was made for; when fewer are left the committee states anew", () => {
  expect(standingStatement(members, [all("")], 2)).toBeDefined();
  expect(standingStatement(members, [all("")], 1)).toBeUndefined();
  expect(needsStatement(members, [all("")], 2)).toBe(false);
  expect(needsStatement(members, [all("")], 1)).toBe(true);
  expect(needsStatement(members, [all("abc")], 2)).toBe(true);
});

test("R-5.7.21: the chair alone drafts, and not while members are signing", () => {
  const two = { validBids: 2, isLacking: false };
  expect(refusalToDraft(false, members, undefined, two)).toMatchObject({ code: "evaluation.chair_only" });
  expect(refusalToDraft(true, members, undefined, two)).toBeUndefined();
  expect(refusalToDraft(true, members, drafted({}), two)).toBeUndefined();
  expect(refusalToDraft(true, members, drafted({ a: "signed" }), two)).toMatchObject({
    code: "evaluation.statement_under_signature",
  });
  expect(refusalToDraft(true, members, all("abc"), two)).toBeUndefined();
  expect(refusalToDraft(true, members, drafted({ a: "signed" }), { ...two, validBids: 1 })).toBeUndefined();
  expect(refusalToDraft(true, members, undefined, { validBids: 0, isLacking: false })).toMatchObject({
    code: "evaluation.none_left",
  });
});

test("R-5.7.21: a member answers once, the text it has read, of the bids that are left", () => {
  const now = { validBids: 2, number: 1 };
  expect(refusalToAnswer(members, "a", drafted({}), now)).toBeUndefined();
  expect(refusalToAnswer(members, "a", undefined, now)).toMatchObject({ code: "evaluation.statement_not_drafted" });
  expect(refusalToAnswer(members, "a", drafted({ a: "signed" }), now)).toMatchObject({
    code: "evaluation.sheet_signed",
  });
  expect(refusalToAnswer(members, "a", drafted({}), { ...now, number: 2 })).toMatchObject({
    code: "evaluation.statement_redrafted",
  });
  expect(refusalToAnswer(members, "a", drafted({}), { ...now, validBids: 1 })).toMatchObject({
    code: "evaluation.statement_outdated",
  });
});
