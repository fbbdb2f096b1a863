/** One judged case of a conformance run. */
export interface CaseRow {
  readonly case: string;
  readonly verdict: "accept" | "reject" | "skipped";
  readonly code: string;
  readonly agrees: boolean;
}
