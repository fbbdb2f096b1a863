import { exactText, type Rational, round, toDecimal } from "@/core/rational";

/** One computed value: what it is, from what, exactly, and how it was rounded. */
export interface Step {
  readonly what: string;
  readonly bid?: string;
  readonly formula: string;
  /** Value before rounding: a decimal, or a fraction where it does not end. */
  readonly exact: string;
  readonly value: string;
  readonly rounding: string;
}

/** Collects the steps of one evaluation in the order in which they were computed. */
export class Steps {
  readonly list: Step[] = [];

  /** Rounds half up to `places`, notes the step and gives the rounded value. */
  note(what: string, formula: string, value: Rational, places: number, bid?: string): Rational {
    this.list.push({
      what,
      ...(bid === undefined ? {} : { bid }),
      formula,
      exact: exactText(value),
      value: toDecimal(value, places),
      rounding: `四舍五入，保留 ${places} 位小数`,
    });
    return round(value, places);
  }
}
