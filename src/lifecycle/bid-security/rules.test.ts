import { expect, test } from "vitest";
import { shanghai } from "@/core/time";
import { formsAllowed } from "./forms";
import {
  type BackFacts,
  backOf,
  bearsInterest,
  creditPosting,
  forfeitPosting,
  judgeTransfer,
  maskedAccount,
  payerFinding,
  refundPosting,
  refusalToExtend,
  samePayers,
  surplusOf,
} from "./rules";

const deadline = shanghai("2026-03-24 09:00");
const told = { paidFen: 5_000_000n, paidAt: shanghai("2026-03-24 08:59:59") };

test("R-5.5.12: a transfer counts once, in time by the bank's instant, and another sum under its number counts for nothing", () => {
  expect(judgeTransfer(undefined, told, deadline)).toBe("held");
  expect(judgeTransfer(undefined, { ...told, paidAt: deadline }, deadline)).toBe("late");
  expect(judgeTransfer(told, told, deadline)).toBe("repeated");
  expect(judgeTransfer(told, { ...told, paidFen: 1n }, deadline)).toBe("contradicted");
  expect([surplusOf(10n, 0n, 9n), surplusOf(10n, 9n, 1n), surplusOf(10n, 9n, 3n), surplusOf(10n, 10n, 3n)]).toEqual([
    0n,
    0n,
    2n,
    3n,
  ]);
});

test("R-5.9.2: the ledger knows a credit, a refund and a forfeit, each of which sums to zero", () => {
  for (const posting of [creditPosting(7n), refundPosting(7n, 0n), refundPosting(7n, 2n), forfeitPosting(7n)])
    expect(posting.reduce((sum, [, fen]) => sum + fen, 0n)).toBe(0n);
  expect(["late", "surplus", "withdrawn", "terminated"].map((reason) => bearsInterest(reason as never))).toEqual([
    false,
    false,
    true,
    true,
  ]);
});

const fate = { standing: true, withdrawnAt: null, revoked: false, excusedAt: null, refusedAt: null, sparedAt: null };
const now = shanghai("2026-03-20 10:00");
const facts = (set: Partial<BackFacts>): BackFacts => ({
  state: "T1",
  deadline,
  fate,
  verdict: "held",
  keeping: "none",
  now,
  ...set,
});

test("R-5.5.10 CLK-22: who takes its bid back gets its security back, and has a day to think again, but never past the deadline", () => {
  const withdrawn = { ...fate, standing: false, withdrawnAt: now };
  expect(backOf(facts({}))).toBeUndefined();
  expect(backOf(facts({ fate: { ...fate, standing: false } }))).toBeUndefined();
  expect(backOf(facts({ fate: withdrawn }))).toEqual({
    reason: "withdrawn",
    from: now,
    clock: "withdrawal",
    sendAfter: shanghai("2026-03-21 10:00"),
  });
  const late = { ...withdrawn, withdrawnAt: shanghai("2026-03-24 08:00") };
  expect(backOf(facts({ fate: late }))?.sendAfter).toEqual(deadline);
  expect(backOf(facts({ state: "T2", fate: { ...fate, standing: false } }))).toMatchObject({
    reason: "no-bid",
    from: deadline,
  });
});

test("CLK-23 CLK-28: what the end of a lot, a contract and a failed opening ask for", () => {
  const reasonOf = (set: Partial<BackFacts>) => backOf(facts(set))?.reason;
  expect(["F1", "F2", "F3", "F4"].map((state) => reasonOf({ state }))).toEqual([
    "failed",
    "rejected",
    "terminated",
    "void",
  ]);
  expect(reasonOf({ state: "A3" })).toBeUndefined();
  expect(backOf(facts({ state: "C1", contractAt: now }))).toMatchObject({ reason: "contract", clock: "contract" });
  expect(reasonOf({ state: "O2", fate: { ...fate, excusedAt: now } })).toBe("not-opened");
  expect(reasonOf({ state: "O2", fate: { ...fate, sparedAt: now } })).toBe("not-kept");
  expect(reasonOf({ state: "E1", fate: { ...fate, refusedAt: now } })).toBe("released");
  expect(reasonOf({ verdict: "late" })).toBe("late");
});

test("R-L.102: what the tenderer may keep waits for its decision, whatever happens to the lot", () => {
  const revoked = { ...fate, revoked: true };
  for (const state of ["O2", "E1", "F2", "F3", "C1"]) {
    const all = (keeping: BackFacts["keeping"]) => backOf(facts({ state, fate: revoked, keeping, contractAt: now }));
    expect(all("open"), state).toBeUndefined();
    expect(all("keep"), state).toBeUndefined();
    expect(all("return"), state).toMatchObject({ reason: "returned" });
  }
});

test("R-5.9.4: a transfer that does not come from the basic account is flagged, for domestic bidders of mandatory lots alone", () => {
  const payer = { isMandatory: true, isDomestic: true, basicAccount: "6228 0001-23", payerAccount: "6228000123" };
  expect(payerFinding(payer)).toBeUndefined();
  expect(payerFinding({ ...payer, payerAccount: "622800012" })).toContain("基本账户");
  expect(payerFinding({ ...payer, basicAccount: "" })).toContain("无法核对");
  expect(payerFinding({ ...payer, payerAccount: "9", isMandatory: false })).toBeUndefined();
  expect(payerFinding({ ...payer, payerAccount: "9", isDomestic: false })).toBeUndefined();
});

test("R-5.9.6: one account that pays for two bidders is found, however its number is written", () => {
  const of = (orgId: string, payerAccount: string) => ({ orgId, payerAccount });
  expect(samePayers([of("b", "11 22"), of("a", "11-22"), of("a", "33"), of("c", "44"), of("c", "44")])).toEqual([
    { payerAccount: "1122", orgIds: ["a", "b"] },
  ]);
  expect(maskedAccount("6228000123456789")).toBe("6228 **** 6789");
});

test("R-5.5.12: the forms are those of the tender document; words that name none leave both", () => {
  const of = (securityFen: string, ...securityForms: string[]) => formsAllowed({ securityFen, securityForms });
  expect(of("100", "银行转账")).toEqual({ requiredFen: 100n, transfer: true, guarantee: false });
  expect(of("100", "电子保函")).toEqual({ requiredFen: 100n, transfer: false, guarantee: true });
  expect(of("100", "见须知")).toEqual({ requiredFen: 100n, transfer: true, guarantee: true });
  expect(of("0", "银行转账")).toEqual({ requiredFen: 0n, transfer: false, guarantee: false });
});

test("R-L.101 CLK-24: an extension is asked while bids bind, to a later day, with time to answer, and one at a time", () => {
  const validityEnd = shanghai("2026-06-23 00:00");
  const asked = {
    state: "E1",
    validityEnd,
    openUntil: undefined,
    newEnd: shanghai("2026-08-01 00:00"),
    replyBy: shanghai("2026-06-20 17:00"),
  };
  const at = shanghai("2026-06-10 09:00");
  const codeFor = (set: object, when = at) => refusalToExtend({ ...asked, ...set }, when)?.code;
  expect(codeFor({})).toBeUndefined();
  expect(codeFor({ state: "T1" })).toBe("validity.not_now");
  expect(codeFor({ state: "A3" })).toBe("validity.not_now");
  expect(codeFor({}, validityEnd)).toBe("validity.over");
  expect(codeFor({ openUntil: shanghai("2026-06-12 09:00") })).toBe("validity.asked");
  expect(codeFor({ newEnd: validityEnd })).toBe("validity.not_longer");
  expect(codeFor({ replyBy: at })).toBe("validity.reply_time");
  expect(codeFor({ replyBy: shanghai("2026-06-24 09:00") })).toBe("validity.reply_time");
});
