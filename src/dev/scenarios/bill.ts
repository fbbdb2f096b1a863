import { yuanText } from "@/core/money";
import { billSums, type TypedPrices } from "@/lifecycle/bidding/bill/prices";
import { encodePricedBill, pricedBill } from "@/lifecycle/tender-document/bill/priced";
import type { Bill, BillItem } from "@/lifecycle/tender-document/bill/schema";

type Line = readonly [code: string, name: string, feature: string, unit: string, quantity: string, unitYuan: string];

const SECTIONS: Readonly<Record<string, readonly Line[]>> = {
  土石方与基础: [
    ["010101002001", "挖一般土方", "三类土，深 2 m 以内，场内转运", "m3", "5860", "18.60"],
    ["010103001001", "回填方", "素土分层夯实，压实系数 0.94", "m3", "3120.5", "32.45"],
    ["010301001001", "预制钢筋混凝土管桩", "PHC-400，桩长 15 m", "m", "4200", "168.00"],
    ["010501002001", "带形基础", "C30 商品混凝土", "m3", "386.25", "586.40"],
  ],
  主体结构: [
    ["010502001001", "矩形柱", "C35 商品混凝土", "m3", "412.8", "642.70"],
    ["010503002001", "矩形梁", "C30 商品混凝土", "m3", "528.36", "618.15"],
    ["010505001001", "有梁板", "C30 商品混凝土，厚 120 mm", "m3", "1265.4", "604.90"],
    ["010515001001", "现浇构件钢筋", "HRB400，直径 25 mm 以内", "t", "318.642", "5286.00"],
    ["010401003001", "实心砖墙", "MU10 页岩砖，M7.5 砂浆", "m3", "862.5", "498.30"],
  ],
  装饰与屋面: [
    ["010801001001", "成套木门", "幼儿园安全门，含五金", "樘", "96", "1180.00"],
    ["010807001001", "断桥铝合金窗", "6+12A+6 中空玻璃", "m2", "1286.4", "685.00"],
    ["010902001001", "屋面卷材防水", "SBS 改性沥青，两道", "m2", "2415", "86.50"],
    ["011102003001", "块料楼地面", "防滑地砖 600×600", "m2", "4860", "128.40"],
    ["011204003001", "块料墙面", "釉面砖，高 1.2 m", "m2", "2980.5", "136.20"],
    ["011407001001", "墙面喷刷涂料", "环保乳胶漆，两遍", "m2", "12640", "28.35"],
  ],
  室外工程: [
    ["040203005001", "塑胶活动场地", "13 mm 厚，环保型", "m2", "1580", "268.00"],
    ["050102001001", "栽植乔木", "胸径 10 cm，养护一年", "株", "128", "860.00"],
  ],
};

const itemOf = (section: string, [code, name, feature, unit, quantity]: Line): BillItem => {
  const [whole, fraction = ""] = quantity.split(".");
  const quantityThousandths = String(BigInt(whole! + fraction.padEnd(3, "0")));
  return { code, section, name, feature, unit, quantityThousandths, kind: "priced" };
};
const single = { section: "其他项目", feature: "", unit: "项", quantityThousandths: "1000" };
/** It takes what is left to a price. */
const REST = "QT-003";

/** A small bill with a provisional sum that its tenderer has to tender (IR29). */
export const PROVISIONAL_BILL: Bill = {
  rounding: "half-up",
  items: [
    {
      ...{ ...single, code: "ZG-001", name: "电梯（演示）", kind: "provisional_price", fixedUnitFen: "200000000" },
      provisionalOf: "goods",
    },
    { ...single, code: REST, name: "安全文明施工及其他措施项目", kind: "priced" },
  ],
};

/** A bill of quantities of twenty invented items, with what bidders may not change. */
export const DEMO_BILL: Bill = {
  rounding: "half-up",
  items: [
    ...Object.entries(SECTIONS).flatMap(([section, lines]) => lines.map((line) => itemOf(section, line))),
    { ...single, code: "QT-001", name: "暂列金额", kind: "provisional_sum", fixedUnitFen: "30000000" },
    {
      ...single,
      ...{ code: "QT-002", name: "活动室木地板（材料暂估价）", unit: "m2", quantityThousandths: "1850000" },
      ...{ kind: "provisional_price", fixedUnitFen: "22000" },
    },
    { ...single, code: REST, name: "安全文明施工及其他措施项目", kind: "priced" },
  ],
};

/** Prices of the demonstration bill, or of one with some of its lines, that come to exactly this sum. */
export function demoPrices(priceFen: bigint, bill: Bill = DEMO_BILL): TypedPrices {
  const prices = Object.fromEntries(
    Object.values(SECTIONS)
      .flat()
      .filter(([code]) => bill.items.some((item) => item.code === code))
      .map(([code, , , , , yuan]) => [code, yuan]),
  );
  return { ...prices, [REST]: yuanText(priceFen - billSums(bill, prices).totalFen) };
}

/** A priced bill of that sum whose first line another tool multiplied wrongly: the total stands, the line does not. */
export function miscountedBill(lotCode: string, priceFen: bigint): Uint8Array<ArrayBuffer> {
  const units = billSums(DEMO_BILL, demoPrices(priceFen)).lines.map(({ unitFen }) => unitFen!);
  const good = pricedBill(lotCode, DEMO_BILL, units);
  const [first, ...lines] = good.lines;
  const totalFen = String(BigInt(first!.totalFen) + 400_000n);
  return encodePricedBill(DEMO_BILL, { ...good, lines: [{ ...first!, totalFen }, ...lines] });
}
