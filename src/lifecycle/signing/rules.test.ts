import { expect, test } from "vitest";
import { shanghai } from "@/core/time";
import { basisOf, refusalOfSigners, type SignersFacts } from "./rules";

const now = shanghai("2026-05-18 08:00");
const authorisation = {
  personId: "lead",
  chiefName: "程远",
  tenderProjectId: null,
  endsAt: shanghai("2026-06-01 00:00"),
  revokedAt: null,
};
const facts: SignersFacts = {
  person: { id: "lead", name: "王信" },
  chief: "程远",
  authorisations: [authorisation],
  tenderProjectId: "t1",
  seal: "given",
  now,
};
const codeOf = (change: Partial<SignersFacts>) => refusalOfSigners({ ...facts, ...change })?.code;

test("R-N.1: the chief person, or the lead whom he authorised, signs, and the seal beside it: both are required", () => {
  expect(codeOf({})).toBeUndefined();
  expect(codeOf({ person: { id: "chief", name: "程远" }, authorisations: [] })).toBeUndefined();
  expect(basisOf({ ...facts, person: { id: "chief", name: "程远" } })).toBe("chief");
  expect(codeOf({ seal: "registered" })).toBe("signing.seal_missing");
  expect(codeOf({ seal: "missing" })).toBe("signing.no_seal");
  expect(codeOf({ seal: "other" })).toBe("signing.not_the_seal");
});

test("R-N.1: an authorisation by a former chief person does not count once another is registered", () => {
  expect(codeOf({ chief: "沈新" })).toBe("signing.not_authorised");
  expect(codeOf({ chief: "沈新", authorisations: [{ ...authorisation, chiefName: "沈新" }] })).toBeUndefined();
});

test("R-N.1: an authorisation counts for its person, its tender project and its time, and not after it was taken back", () => {
  expect(codeOf({ authorisations: [] })).toBe("signing.not_authorised");
  expect(codeOf({ person: { id: "other", name: "李项" } })).toBe("signing.not_authorised");
  expect(codeOf({ authorisations: [{ ...authorisation, tenderProjectId: "t1" }] })).toBeUndefined();
  expect(codeOf({ authorisations: [{ ...authorisation, tenderProjectId: "t2" }] })).toBe("signing.not_authorised");
  expect(codeOf({ now: authorisation.endsAt })).toBeUndefined();
  expect(codeOf({ now: new Date(authorisation.endsAt.getTime() + 1) })).toBe("signing.authorisation_ended");
  expect(codeOf({ authorisations: [{ ...authorisation, revokedAt: now }] })).toBe("signing.authorisation_ended");
});
