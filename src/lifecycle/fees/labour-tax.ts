/** A bracket of withholding: taxable income up to `upToFen`, its rate in per cent and the quick deduction. */
interface Bracket {
  readonly upToFen?: bigint;
  readonly percent: bigint;
  readonly deductionFen: bigint;
}

interface LabourTax {
  /** Beijing day from which it holds. */
  readonly from: string;
  readonly source: string;
  /** Payments up to this much are reduced by a fixed sum, higher ones by a share in per cent. */
  readonly smallFen: bigint;
  readonly smallCostFen: bigint;
  readonly costPercent: bigint;
  readonly brackets: readonly Bracket[];
}

/** Withholding of individual income tax from pay for labour (劳务报酬所得预扣预缴), oldest first. */
export const LABOUR_TAX: readonly LabourTax[] = [
  {
    from: "2019-01-01",
    source: "《个人所得税扣缴申报管理办法（试行）》（国家税务总局公告 2018 年第 61 号）第八条及附件预扣率表二",
    smallFen: 400_000n,
    smallCostFen: 80_000n,
    costPercent: 20n,
    brackets: [
      { upToFen: 2_000_000n, percent: 20n, deductionFen: 0n },
      { upToFen: 5_000_000n, percent: 30n, deductionFen: 200_000n },
      { percent: 40n, deductionFen: 700_000n },
    ],
  },
];

export interface Withheld {
  readonly taxableFen: bigint;
  readonly percent: bigint;
  readonly deductionFen: bigint;
  readonly taxFen: bigint;
  readonly source: string;
}

/** Share of an amount, rounded to the fen once, halves up. */
const share = (fen: bigint, percent: bigint): bigint => (fen * percent * 2n + 100n) / 200n;

/**
 * What the payer withholds from one payment for labour on a day: up to 4,000 yuan less 800, above that less a fifth; then by bracket.
 *
 * @param day - Beijing day, `YYYY-MM-DD`
 * @throws RangeError for a day before the first table.
 */
export function withhold(grossFen: bigint, day: string): Withheld {
  const table = LABOUR_TAX.findLast(({ from }) => from <= day);
  if (!table) throw new RangeError("no table of labour tax for that day");
  const cost = grossFen <= table.smallFen ? table.smallCostFen : share(grossFen, table.costPercent);
  const taxableFen = grossFen > cost ? grossFen - cost : 0n;
  const { percent, deductionFen } = table.brackets.find(({ upToFen }) => !upToFen || taxableFen <= upToFen)!;
  return {
    taxableFen,
    percent,
    deductionFen,
    taxFen: share(taxableFen, percent) - (taxableFen ? deductionFen : 0n),
    source: table.source,
  };
}
