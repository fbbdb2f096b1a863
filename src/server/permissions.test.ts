import { TRPCError } from "@trpc/server";
import { expect, test } from "vitest";
import { Refused } from "@/core/refusal";
import type { Actor, Role } from "@/kit/command";
import { createCaller, type ProcedureMeta } from "@/kit/procedures";
import { TenderDocumentContent } from "@/lifecycle/tender-document/schema";
import { ROLES } from "@/platform/identity/schema";
import { namesIn } from "@/testing/schema-names";
import { appRouter } from "./router";

/** Who may do what: the matrix of roles and acts, written down once more. An act that does not stand here is nobody's. */
const MATRIX: Readonly<Record<string, readonly Role[]>> = {
  // Own registration, people, certificates and mail: everybody's own.
  ...acts(ROLES, "party", "change submit invite changeMember removeMember bindCertificate reportLost"),
  ...acts(ROLES, "party", "beginKeyTest finishKeyTest"),
  ...acts(ROLES, "inbox", "setPreferences"),
  ...acts(["tenderer", "agency", "bidder"], "inbox", "saveSearch endSearch openCalendar revokeCalendar"),
  // The operator verifies and keeps order, and has no part in any business.
  ...acts(["operator"], "party", "decide proposeStanding confirmStanding addRelation endRelation"),
  ...acts(["operator"], "fees", "close retry enterRate"),
  ...acts(["system-admin"], "site", "propose attachCertificate"),
  ...acts(["security-admin"], "site", "decide"),
  // Who runs the tender; what ends it or decides the winner is the tenderer's alone.
  ...acts(
    ["tenderer", "agency"],
    "tender",
    "create addLot recordApproval addRelation endRelation saveDocument composeDocument saveNotice publish",
  ),
  ...acts(["tenderer", "agency"], "tender", "proposeMandate signMandate answerLint"),
  ...acts(["tenderer", "agency"], "signing", "authorise revoke signFirst"),
  ...acts(["tenderer", "agency"], "party", "bindSeal"),
  ...acts(["tenderer", "agency"], "service", "signContract"),
  ...acts(["tenderer", "agency"], "invitation", "add remove"),
  ...acts(["bidder"], "invitation", "reply"),
  ...acts(
    ["tenderer", "agency"],
    "prequalification",
    "save publish amend addReviewer removeReviewer requestDraw startReview sendResults endStudy",
  ),
  // Reviewers of applications: experts, and people of those who run the tender.
  ...acts(["expert", "tenderer", "agency"], "prequalification", "declare mark signReport"),
  ...acts(["tenderer", "agency"], "objection", "answer"),
  ...acts(["tenderer", "agency"], "clarification", "publish"),
  ...acts(["tenderer", "agency"], "opening", "answer prepareRecord signRecord announceSecond"),
  ...acts(["tenderer", "agency"], "committee", "request"),
  ...acts(["tenderer", "agency"], "supervision", "takeNotice"),
  ...acts(["tenderer", "agency"], "evaluation", "start"),
  ...acts(["tenderer", "agency"], "award", "publishCandidates"),
  ...acts(["tenderer"], "tender", "withdraw sealBaseEstimate dropBaseEstimate"),
  ...acts(["tenderer"], "prequalification", "terminate"),
  ...acts(["expert"], "prequalification", "recuse"),
  ...acts(["tenderer"], "opening", "readOutBaseEstimate"),
  ...acts(["bidder", "tenderer", "agency"], "opening", "speak"),
  ...acts(["tenderer"], "award", "decide send passOver"),
  // What experts are paid: the standard, the list, and each expert's own word.
  ...acts(["operator"], "experts", "enterSchedule"),
  ...acts(["tenderer", "agency"], "experts", "prepare"),
  ...acts(["expert"], "experts", "confirm"),
  // Whoever owes a fee pays it.
  ...acts(["tenderer", "agency", "bidder"], "claims", "order pay"),
  // Who bids.
  ...acts(["bidder"], "document", "obtain order pay"),
  ...acts(["bidder"], "security", "openAccount mark"),
  ...acts(["tenderer"], "security", "decide"),
  ...acts(["tenderer", "agency"], "validity", "ask"),
  ...acts(["bidder"], "validity", "reply"),
  ...acts(["bidder"], "prequalification", "obtain release"),
  ...acts(["bidder"], "objection", "file"),
  ...acts(["bidder"], "clarification", "ask read"),
  ...acts(["bidder"], "bid", "withdraw revoke tellChange"),
  ...acts(["bidder"], "opening", "signIn release object"),
  ...acts(["bidder", "tenderer"], "opening", "confirm"),
  ...acts(["tenderer", "agency"], "opening", "takeChair extendWindow pause resume"),
  // Who evaluates.
  ...acts(["expert"], "committee", "checkIn declare recuse"),
  ...acts(
    ["expert"],
    "evaluation",
    "mark score signSheet draftCompetition signCompetition closeFirstEnvelope signReport",
  ),
};

function acts(roles: readonly Role[], part: string, names: string): Record<string, readonly Role[]> {
  return Object.fromEntries(names.split(" ").map((name) => [`${part}.${name}`, roles]));
}

/** Answered without a session: what comes before one, and the mark of a letter that was read. */
const OPEN = [
  "identity.challenge",
  "inbox.read",
  "party.invitation",
  "party.join",
  "party.register",
  "party.registerPerson",
  "party.shared",
];

const procedures = Object.entries(
  appRouter._def.procedures as unknown as Record<string, { _def: { type: string; meta?: ProcedureMeta } }>,
).map(([name, { _def }]) => ({ name, type: _def.type, ...(_def.meta ?? {}) }));
const asking = procedures.flatMap(({ name, may }) => (may ? [{ name, may }] : []));
const actorIn = (role: Role, more: Partial<Actor> = {}): Actor => ({
  siteId: "s",
  orgId: "o",
  personId: "p",
  certificateId: "c",
  role,
  ...more,
});

test("R-8.2.3 R-O.13: every act is open to the roles of the matrix and to no other; one that is not in it is open to nobody", () => {
  expect(asking.map(({ name }) => name).sort()).toEqual(Object.keys(MATRIX).sort());
  for (const { name, may } of asking)
    for (const role of ROLES) {
      const refusal = may(actorIn(role));
      if (MATRIX[name]!.includes(role)) expect(refusal, `${name} ${role}`).toBeUndefined();
      else expect(refusal, `${name} ${role}`).toMatchObject({ kind: "forbidden", code: "general.forbidden" });
    }
  // Whose organisation is not verified does nothing but complete its own registration.
  for (const { name, may } of asking.filter(({ name: each }) => !/^(party|inbox)\./.test(each)))
    for (const role of MATRIX[name]!)
      expect(may(actorIn(role, { unverified: true })), name).toMatchObject({
        code: "identity.organisation_unverified",
      });
});

test("R-8.2.3: whoever is not signed in is refused everything but what comes before signing in", async () => {
  expect(
    procedures
      .filter(({ open }) => open)
      .map(({ name }) => name)
      .sort(),
  ).toEqual(OPEN);
  const caller = createCaller(appRouter)({ runtime: undefined as never }) as unknown as Record<
    string,
    Record<string, (input: unknown) => Promise<unknown>>
  >;
  for (const { name } of procedures.filter(({ open }) => !open)) {
    const [part, act] = name.split(".") as [string, string];
    const error = await caller[part]![act]!(undefined).catch((thrown: unknown) => thrown);
    expect(error, name).toBeInstanceOf(TRPCError);
    const { cause } = error as TRPCError;
    expect(cause instanceof Refused && cause.refusal.code, name).toBe("general.signed_out");
  }
});

test("R-5.8.6: from the first bid to the award no act takes an amount: the sealed bid is the only place for a price", () => {
  const amountsOf = (name: string) =>
    [...namesIn(procedures.find((each) => each.name === name)?.input)].filter((field) =>
      /fen$|price|amount|yuan/i.test(field),
    );
  // The search finds what there is: prices are written in the tender document, before anybody bids.
  expect(amountsOf("tender.saveDocument").sort()).toEqual([
    "ceilingFen",
    "feeFen",
    "fixedUnitFen",
    "priceFen",
    "securityFen",
    "upToFen",
  ]);
  const later = /^(bid|opening|committee|evaluation|award|objection|clarification)\./;
  expect(procedures.filter(({ name }) => later.test(name)).length).toBeGreaterThan(25);
  // The base estimate is no price of a bid: it is read out as it was sealed, or not at all.
  const ESTIMATE = "opening.readOutBaseEstimate";
  expect(amountsOf(ESTIMATE)).toEqual(["amountFen"]);
  const bidding = procedures.filter(({ name }) => later.test(name) && name !== ESTIMATE);
  expect(bidding.flatMap(({ name }) => amountsOf(name))).toEqual([]);
});

test("R-K.1 R-8.2.2: no act and no question takes a password, a key file or a private key", () => {
  const names = new Set(procedures.flatMap(({ input }) => [...namesIn(input)]));
  expect(names.size).toBeGreaterThan(150);
  expect([...names].filter((name) => /pass(word|phrase)|pkcs|p12|pfx|private/i.test(name))).toEqual([]);
});

test("R-5.4.8: no form has a place for a minimum price, and no clarification one for a ceiling", () => {
  expect([...namesIn(TenderDocumentContent)].filter((name) => /^(min|minimum|floor|lowest)/i.test(name))).toEqual([]);
  const clarified = procedures.find(({ name }) => name === "clarification.publish")!.input;
  expect([...namesIn(clarified)].filter((name) => /fen$|ceiling/i.test(name))).toEqual([]);
});
