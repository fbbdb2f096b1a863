import { LOT_STATES, type LotState } from "@/lifecycle/lot/states";

/** Who looks at a lot, beside the bidder whose secret it is. `console`: the operator's own database role. */
export const WATCHERS = [
  "public",
  "bidder",
  "tenderer",
  "agency",
  "expert",
  "supervisor",
  "operator",
  "administrators",
  "console",
] as const;
export type Watcher = (typeof WATCHERS)[number];

/** What there is to know. The last four are about people of the procedure, and what is owed after the award. */
export const FACTS = [
  "obtained",
  "secured",
  "uploading",
  "handed-in",
  "withdrawn",
  "waiting-at-the-hall",
  "who-has-opened",
  "bid-content",
  "declared",
  "change-told",
  "committee",
  "scores",
  "expert-fees",
  "service-fee",
] as const;
export type Fact = (typeof FACTS)[number];

/** From which state of the lot on somebody may know a fact. A failed lot (F1) never reaches one: its secrets are for ever. */
export type From = LotState | "never";

const everybody = (from: From): Record<Watcher, From> =>
  Object.fromEntries(WATCHERS.map((watcher) => [watcher, from])) as Record<Watcher, From>;

/**
 * Who sees what, and when: the table from which every test of secrecy is made. It may be stricter than the law, and is where
 * a reader has no use for the fact: host and supervisor could learn the number of packages at the deadline, and learn it with
 * everybody else when the opening begins; who obtained the document and did not bid is never named, and whoever bid is
 * settled with after the opening (R-O.21, R-5.4.4).
 */
export const MATRIX: Readonly<Record<Fact, Readonly<Record<Watcher, From>>>> = {
  obtained: { ...everybody("never"), tenderer: "O1", agency: "O1" },
  // Whose security came, its form and sum, the opening record reads out; those who run and supervise the lot see the transfers
  // of whoever bid when the opening begins. Who paid and did not bid is in neither. The console learns of the kinds of messages to the hub,
  // of which a security is one, what the record says anyway.
  secured: { ...everybody("O2"), tenderer: "O1", agency: "O1", supervisor: "O1" },
  uploading: everybody("never"),
  "handed-in": { ...everybody("O1"), administrators: "never", console: "O1" },
  withdrawn: everybody("never"),
  "waiting-at-the-hall": everybody("O1"),
  // Everybody hears how many have opened; who, and what is in it, nobody before all is announced to everybody.
  "who-has-opened": { ...everybody("O2"), console: "never" },
  "bid-content": { ...everybody("O2"), console: "never" },
  // What a bid declares of its relations, and of what merger a bidder told: the committee weighs both, the parties read along (IR34, IR38).
  declared: { ...everybody("never"), tenderer: "O2", agency: "O2", supervisor: "O2", expert: "E1" },
  "change-told": { ...everybody("never"), tenderer: "O2", agency: "O2", supervisor: "O2", expert: "E1" },
  // The members know themselves; the parties at their seats, everybody with the award (BL37).
  committee: { ...everybody("A2"), tenderer: "E1", agency: "E1", supervisor: "E1", expert: "E1", console: "never" },
  // That somebody has marked the supervisor sees at once, and what when the report is there; the committee's members read one
  // another's when all have handed in theirs.
  scores: { ...everybody("never"), tenderer: "E2", agency: "E2", supervisor: "E1", expert: "E2" },
  // What each expert is paid: the expert itself, and whoever runs the lot; of claims the operator reads sums alone.
  "expert-fees": { ...everybody("never"), tenderer: "E2", agency: "E2", expert: "E2" },
  // The service fee, where the winner pays it: the winner and the agency.
  "service-fee": { ...everybody("never"), agency: "A3" },
};

/**
 * Who learns the names and the number of those who applied for prequalification, other than its reviewers (R-L.105): host
 * and supervisor when the applications are being opened; nobody else, who did not bid being named to nobody.
 */
export const APPLICANTS: Readonly<Record<Watcher, From>> = { ...everybody("never"), agency: "P2", supervisor: "P2" };
export const knowsApplicants = (watcher: Watcher, state: LotState): boolean =>
  APPLICANTS[watcher] !== "never" &&
  !state.startsWith("F") &&
  LOT_STATES.indexOf(state) >= LOT_STATES.indexOf(APPLICANTS[watcher] as LotState);

/** May the watcher know the fact about a lot in this state? */
export function mayKnow(fact: Fact, watcher: Watcher, state: LotState): boolean {
  const from = MATRIX[fact][watcher];
  // A lot that failed stopped before whatever it did not reach.
  if (from === "never" || state.startsWith("F")) return false;
  return LOT_STATES.indexOf(state) >= LOT_STATES.indexOf(from);
}

/** The people of the demonstration who look, by who they are. Other bidders: one that has a bid of its own. */
export const PEOPLE_OF: Readonly<Record<Exclude<Watcher, "public" | "console">, readonly string[]>> = {
  bidder: ["ji"],
  tenderer: ["tenderer"],
  agency: ["agency"],
  expert: ["expert-01"],
  supervisor: ["supervisor"],
  operator: ["operator"],
  administrators: ["system-admin", "security-admin", "audit-admin"],
};
