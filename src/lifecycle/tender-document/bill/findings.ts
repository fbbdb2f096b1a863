import { type Fen, formatYuan } from "@/core/money";
import { lineTotal, sectionTotals } from "./arithmetic";
import { billDigest, type PricedBill } from "./priced";
import { BILL_KINDS, type Bill, type BillItem } from "./schema";

/** Something in a priced bill that does not agree; told to the committee, never changing a price by itself. */
export interface BillFinding {
  /** Code of the item; empty for the bill as a whole. */
  readonly code: string;
  readonly text: string;
}

/** A bill with nothing right in it is not told line by line. */
const MOST_TOLD = 100;

/** The findings that are told: the first hundred, and how many more there are. */
export function firstFindings(findings: readonly BillFinding[]): readonly BillFinding[] {
  const more = findings.length - MOST_TOLD;
  return more > 0 ? [...findings.slice(0, MOST_TOLD), whole(`另有 ${more} 处没有列出。`)] : findings;
}

export const findingText = ({ code, text }: BillFinding): string => (code ? `${code}：${text}` : text);

const yuan = (fen: Fen) => formatYuan(fen);

/**
 * Checks a priced bill against the tender document and against itself (算术检查, O12 art. 19): unit prices beat totals, except
 * where a decimal point slipped. What follows is the committee's decision, and a correction binds after the bidder confirmed
 * it in writing (O30 art. 53); so these are findings and no prices.
 *
 * @param priceFen - price of the opening form; undefined when it has none.
 */
export function billFindings(
  lot: string,
  bill: Bill,
  priced: PricedBill | undefined,
  priceFen: Fen | undefined,
): BillFinding[] {
  if (!priced) return [whole("投标文件中没有可以读取的已标价工程量清单，请依招标文件认定。")];
  const findings: BillFinding[] = [];
  if (priced.lot !== lot || priced.billDigest !== billDigest(bill))
    findings.push(whole("报价清单不是按现行招标文件的工程量清单编制的，以下按项目编码逐项核对。"));
  const lines = new Map<string, PricedBill["lines"][number]>();
  for (const line of priced.lines) {
    if (lines.has(line.code)) findings.push({ code: line.code, text: "同一项目报价两次，以下按第一次核对。" });
    else lines.set(line.code, line);
  }
  const computed = bill.items.map((item) => {
    const line = lines.get(item.code);
    lines.delete(item.code);
    if (!line) findings.push({ code: item.code, text: `缺项：“${item.name}”没有报价。` });
    else findings.push(...lineFindings(bill, item, line));
    return line ? lineTotal(item, BigInt(line.unitFen), bill.rounding) : 0n;
  });
  for (const code of lines.keys()) findings.push({ code, text: "工程量清单中没有这个项目。" });
  return [...findings, ...sumFindings(bill, priced, computed, priceFen)];
}

const whole = (text: string): BillFinding => ({ code: "", text });

function lineFindings(bill: Bill, item: BillItem, line: PricedBill["lines"][number]): BillFinding[] {
  const findings: BillFinding[] = [];
  const [unit, total] = [BigInt(line.unitFen), BigInt(line.totalFen)];
  if (item.fixedUnitFen && BigInt(item.fixedUnitFen) !== unit)
    findings.push({
      code: item.code,
      text: `改动了${BILL_KINDS[item.kind]}：单价应为 ${yuan(BigInt(item.fixedUnitFen))}，填报 ${yuan(unit)}。`,
    });
  const should = lineTotal(item, unit, bill.rounding);
  if (should !== total) {
    const slip = [10n, 100n, 1000n].some(
      (by) =>
        lineTotal(item, unit * by, bill.rounding) === total ||
        (unit % by === 0n && lineTotal(item, unit / by, bill.rounding) === total),
    );
    findings.push({
      code: item.code,
      text: `单价 ${yuan(unit)} × 工程量应为 ${yuan(should)}，填报合价 ${yuan(total)}，相差 ${yuan(total - should)}。${
        slip ? "疑似单价小数点错位，此时以合价为准。" : "单价与合价不一致的，以单价为准。"
      }`,
    });
  }
  return findings;
}

function sumFindings(
  bill: Bill,
  priced: PricedBill,
  computed: readonly Fen[],
  priceFen: Fen | undefined,
): BillFinding[] {
  const findings: BillFinding[] = [];
  const total = BigInt(priced.totalFen);
  const totals = new Map(priced.lines.map(({ code, totalFen }) => [code, BigInt(totalFen)]));
  const sums = sectionTotals(
    bill,
    bill.items.map(({ code }) => totals.get(code) ?? 0n),
  );
  const said = new Map(priced.sections.map(({ section, totalFen }) => [section, BigInt(totalFen)]));
  for (const { section, totalFen } of sums)
    if (said.get(section) !== totalFen)
      findings.push(whole(`“${section}”小计应为 ${yuan(totalFen)}，填报 ${yuan(said.get(section) ?? 0n)}。`));
  const sum = priced.lines.reduce((all, line) => all + BigInt(line.totalFen), 0n);
  if (sum !== total) findings.push(whole(`各项合价之和为 ${yuan(sum)}，清单总价填报 ${yuan(total)}。`));
  if (priceFen !== undefined && priceFen !== total)
    findings.push(whole(`清单总价 ${yuan(total)} 与开标一览表的投标总价 ${yuan(priceFen)} 不一致。`));
  const byUnits = computed.reduce((all, each) => all + each, 0n);
  if (byUnits !== total)
    findings.push(
      whole(
        `按单价计算的总价为 ${yuan(byUnits)}，比清单总价${byUnits > total ? "多" : "少"} ${yuan(byUnits > total ? byUnits - total : total - byUnits)}。平台不改变报价；修正须由评标委员会要求投标人书面确认。`,
      ),
    );
  return findings;
}
