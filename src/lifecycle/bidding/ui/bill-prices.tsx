"use client";

import { type KeyboardEvent, memo, useCallback, useEffect, useRef, useState } from "react";
import { capitalAmount, formatYuan } from "@/core/money";
import { quantityText } from "@/lifecycle/tender-document/bill/arithmetic";
import { MAX_BILL_ROWS } from "@/lifecycle/tender-document/bill/import-items";
import { BILL_KINDS, BILL_ROUNDINGS, type Bill } from "@/lifecycle/tender-document/bill/schema";
import { SheetDownloads, SheetImport } from "@/lifecycle/tender-document/ui/sheet-import";
import { importPrices, priceSheet } from "../bill/price-sheet";
import { billSums, type PricedLine } from "../bill/prices";
import { controlOfUnitPrice } from "../draft";
import type { DraftHandle } from "./use-draft";

/** The priced bill of quantities (报价清单): brought in as a sheet or typed, and summed up to the fen as it is typed. */
export function BillPrices({ bill, lotCode, handle }: { bill: Bill; lotCode: string; handle: DraftHandle }) {
  const prices = handle.draft.prices ?? {};
  const { lines, sections, totalFen, left } = billSums(bill, prices);
  const { section, choose } = useSection(bill);
  // Rows are drawn again only when their own price changes.
  const newest = useRef(handle);
  newest.current = handle;
  const setPrice = useCallback((code: string, typed: string) => newest.current.setPrice(code, typed), []);
  return (
    <>
      <p className="muted small">
        共 {bill.items.length} 项。综合单价以元填写，最多两位小数；合价 = 工程量 × 综合单价，
        {BILL_ROUNDINGS[bill.rounding]}
        。暂列金额、暂估价由招标人给定，不能改动。表格在本机读取，加密前不离开这台电脑。
      </p>
      <SheetDownloads label="下载报价清单" name={`报价清单-${lotCode}`} sheet={() => priceSheet(bill, prices)} />
      <SheetImport
        label="导入填好的报价清单"
        maxRows={MAX_BILL_ROWS}
        read={(table) => importPrices(table, bill)}
        onTaken={(taken) => {
          handle.setPrices(taken);
          return "已导入报价清单，请核对下表。";
        }}
      />
      {section !== undefined && (
        <label className="field">
          <span>分部</span>
          <select className="text" value={section} onChange={(event) => choose(event.target.value)}>
            {sections.map(({ section: name }) => (
              <option key={name} value={name}>
                {name}（{openIn(lines, name)}）
              </option>
            ))}
          </select>
        </label>
      )}
      <section className="scroll-x bill-scroll" aria-label="报价清单表格">
        <table className="plain small stacks">
          <caption className="visually-hidden">报价清单</caption>
          <thead>
            <tr>
              <th scope="col" className="num">
                序号
              </th>
              <th scope="col">项目编码</th>
              <th scope="col">项目名称与特征</th>
              <th scope="col" className="num">
                工程量
              </th>
              <th scope="col" className="num">
                综合单价（元）
              </th>
              <th scope="col" className="num">
                合价
              </th>
            </tr>
          </thead>
          <tbody onKeyDown={moveBetweenPrices}>
            {lines.map((line, i) =>
              section === undefined || line.item.section === section ? (
                <PriceRow
                  key={line.item.code}
                  index={i}
                  section={line.item.section !== lines[i - 1]?.item.section ? line.item.section : ""}
                  item={line.item}
                  typed={prices[line.item.code] ?? ""}
                  total={line.totalFen === undefined ? "" : formatYuan(line.totalFen)}
                  problem={line.problem ?? ""}
                  setPrice={setPrice}
                />
              ) : null,
            )}
          </tbody>
        </table>
      </section>
      <dl className="fields" aria-label="报价清单合计">
        {sections.map(({ section: name, totalFen: sum }) => (
          <div key={name} style={{ display: "contents" }}>
            <dt>{name} 小计</dt>
            <dd className="num">{formatYuan(sum)}</dd>
          </div>
        ))}
        <dt>{left ? "已填部分合计" : "投标总价"}</dt>
        <dd className="num">
          <strong>{formatYuan(totalFen)}</strong>
          {left ? `（还有 ${left} 项未填）` : totalFen < 10n ** 18n && `　大写：${capitalAmount(totalFen)}`}
        </dd>
      </dl>
    </>
  );
}

/** A bill with more items than these is shown section by section: two thousand rows make every key press wait. */
const MANY_ITEMS = 200;

/** Section that is shown, of a long bill; a link of the whole check to an item leads to its section. */
function useSection({ items }: Bill): { section: string | undefined; choose(section: string): void } {
  const [chosen, setChosen] = useState(items[0]?.section ?? "");
  const [wanted, setWanted] = useState("");
  useEffect(() => {
    const follow = () => {
      const index = Number(/^#unit-price-(\d+)$/.exec(window.location.hash)?.[1] ?? 0) - 1;
      const item = items[index];
      if (!item) return;
      setChosen(item.section);
      setWanted(controlOfUnitPrice(index));
    };
    follow();
    window.addEventListener("hashchange", follow);
    return () => window.removeEventListener("hashchange", follow);
  }, [items]);
  useEffect(() => {
    if (wanted) document.getElementById(wanted)?.focus();
  }, [wanted]);
  return { section: items.length > MANY_ITEMS ? chosen : undefined, choose: setChosen };
}

function openIn(lines: readonly PricedLine[], section: string): string {
  const mine = lines.filter(({ item }) => item.section === section);
  const left = mine.filter(({ problem }) => problem).length;
  return `${mine.length} 项${left ? `，还有 ${left} 项未填` : ""}`;
}

interface RowProps {
  readonly index: number;
  /** Named above its first item. */
  readonly section: string;
  readonly item: PricedLine["item"];
  readonly typed: string;
  readonly total: string;
  readonly problem: string;
  setPrice(code: string, typed: string): void;
}

const PriceRow = memo(function PriceRow({ index, section, item, typed, total, problem, setPrice }: RowProps) {
  const [left, setLeft] = useState(false);
  const control = controlOfUnitPrice(index);
  const shown = left && typed ? problem : "";
  return (
    <>
      {section && (
        <tr>
          <th scope="rowgroup" colSpan={6}>
            {section}
          </th>
        </tr>
      )}
      <tr>
        <td className="num" data-label="序号">
          {index + 1}
        </td>
        <td data-label="项目编码">{item.code}</td>
        <td data-label="项目名称与特征">
          {item.name}
          {item.feature && <span className="muted">　{item.feature}</span>}
          {item.kind !== "priced" && <span className="chip">{BILL_KINDS[item.kind]}</span>}
        </td>
        <td className="num" data-label="工程量">
          {quantityText(BigInt(item.quantityThousandths))} {item.unit}
        </td>
        <td className="num" data-label="综合单价（元）">
          {item.fixedUnitFen ? (
            formatYuan(BigInt(item.fixedUnitFen))
          ) : (
            <>
              <input
                id={control}
                className="text unit-price"
                value={typed}
                inputMode="decimal"
                autoComplete="off"
                maxLength={30}
                aria-label={`第 ${index + 1} 项 ${item.name} 综合单价（元）`}
                aria-invalid={shown ? true : undefined}
                aria-describedby={shown ? `${control}-note` : undefined}
                onChange={(event) => setPrice(item.code, event.target.value)}
                onBlur={() => setLeft(true)}
              />
              {shown && (
                <p id={`${control}-note`} className="small danger note">
                  {shown}
                </p>
              )}
            </>
          )}
        </td>
        <td className="num" data-label="合价">
          {total || "—"}
        </td>
      </tr>
    </>
  );
});

/** Enter and the arrows go from price to price, as in a spreadsheet. */
function moveBetweenPrices(event: KeyboardEvent<HTMLElement>): void {
  const step = { Enter: 1, ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || event.nativeEvent.isComposing) return;
  const inputs = [...event.currentTarget.querySelectorAll<HTMLInputElement>("input.unit-price")];
  const next = inputs[inputs.indexOf(event.target as HTMLInputElement) + step];
  event.preventDefault();
  next?.focus();
  next?.select();
}
