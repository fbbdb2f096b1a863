/** One row of the check as it is shown: what is there, what the law asks, and how to mend it. */
export interface CheckRow {
  readonly id: string;
  readonly title: string;
  readonly value: string;
  readonly limit: string;
  readonly article: string;
  readonly verdict: "pass" | "fail" | "warn";
  readonly fix?: string;
  /** A finding in the wording: the publisher changes the text or gives a reason. */
  readonly hit?: { readonly key: string; readonly reason?: string };
}

/** Does a row keep the lot from being published? What failed does, and a finding that nobody answered. */
export const blocks = ({ verdict, hit }: CheckRow): boolean =>
  verdict === "fail" || (hit !== undefined && hit.reason === undefined);

/** Titles of the rows that block. Empty: the lot may be published. */
export const failuresOf = (rows: readonly CheckRow[]): string[] => rows.filter(blocks).map(({ title }) => title);
