"use client";

import { createContext, useEffect, useState } from "react";
import { formatYuan } from "@/core/money";
import { quantityText } from "@/lifecycle/tender-document/bill/arithmetic";
import { billFindings, findingText, firstFindings } from "@/lifecycle/tender-document/bill/findings";
import { type PricedBill, pricedBillOf, readPricedBill } from "@/lifecycle/tender-document/bill/priced";
import { sealedPrice } from "@/lifecycle/tender-document/bill/rules";
import type { Bill } from "@/lifecycle/tender-document/bill/schema";
import type { ReviewView } from "../review-view";

/** The tender document's bill of quantities, for everything in the room; undefined when it has none. */
export const BillOfLot = createContext<Bill | undefined>(undefined);

type Bid = ReviewView["bids"][number];

/** The priced bill as it was opened. @param fileId - undefined when there is none, or none of a readable length. */
async function openedBill(fileId: string | undefined): Promise<PricedBill | undefined> {
  if (!fileId) return undefined;
  const answer = await fetch(`/api/files/${fileId}`);
  if (!answer.ok) throw new Error("报价清单没有取到，请刷新页面重试。");
  return readPricedBill(new Uint8Array(await answer.arrayBuffer()));
}

/**
 * The priced bill of a bid beside the tender document's, with what the arithmetic check found. It is read where
 * the opened bids are read, in the seat; findings change no price.
 */
export function BillPane({ lotCode, bill, bid }: { lotCode: string; bill: Bill; bid: Bid }) {
  const [priced, setPriced] = useState<{ readonly value: PricedBill | undefined }>();
  const [error, setError] = useState("");
  const fileId = pricedBillOf(bid.files);
  useEffect(() => {
    let current = true;
    openedBill(fileId).then(
      (value) => current && setPriced({ value }),
      (problem: unknown) => current && setError(problem instanceof Error ? problem.message : "请刷新页面重试。"),
    );
    return () => {
      current = false;
    };
  }, [fileId]);
  if (error)
    return (
      <p className="note danger" role="alert">
        {error}
      </p>
    );
  if (!priced) return <p role="status">正在核对报价清单…</p>;
  const findings = billFindings(lotCode, bill, priced.value, sealedPrice(bid.form));
  return (
    <details open={findings.length > 0}>
      <summary>已标价工程量清单：{findings.length ? `算术检查发现 ${findings.length} 处` : "算术检查全部相符"}</summary>
      {findings.length > 0 && (
        <div className="note warn">
          <ul className="problems">
            {firstFindings(findings).map((finding) => (
              <li key={findingText(finding)}>{findingText(finding)}</li>
            ))}
          </ul>
          <p className="small">以上由平台逐项计算得出，不改变投标报价；如何处理由评标委员会依招标文件认定。</p>
        </div>
      )}
      {priced.value && <PricedTable bill={bill} priced={priced.value} />}
    </details>
  );
}

function PricedTable({ bill, priced }: { bill: Bill; priced: PricedBill }) {
  const lines = new Map(priced.lines.map((line) => [line.code, line]));
  const yuan = (fen: string | undefined) => (fen === undefined ? "—" : formatYuan(BigInt(fen)));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a keyboard must be able to scroll it
    <section className="scroll-x bill-scroll" aria-label="已标价工程量清单" tabIndex={0}>
      <table className="plain small">
        <caption className="visually-hidden">已标价工程量清单</caption>
        <thead>
          <tr>
            <th scope="col" className="num">
              序号
            </th>
            <th scope="col">项目编码</th>
            <th scope="col">项目名称</th>
            <th scope="col" className="num">
              工程量
            </th>
            <th scope="col" className="num">
              综合单价
            </th>
            <th scope="col" className="num">
              合价
            </th>
          </tr>
        </thead>
        <tbody>
          {bill.items.map((item, i) => (
            <tr key={item.code}>
              <td className="num">{i + 1}</td>
              <td>{item.code}</td>
              <td>{item.name}</td>
              <td className="num">
                {quantityText(BigInt(item.quantityThousandths))} {item.unit}
              </td>
              <td className="num">{yuan(lines.get(item.code)?.unitFen)}</td>
              <td className="num">{yuan(lines.get(item.code)?.totalFen)}</td>
            </tr>
          ))}
          {priced.sections.map(({ section, totalFen }) => (
            <tr key={section}>
              <th scope="row" colSpan={5}>
                {section} 小计
              </th>
              <td className="num">{yuan(totalFen)}</td>
            </tr>
          ))}
          <tr>
            <th scope="row" colSpan={5}>
              清单总价
            </th>
            <td className="num">{yuan(priced.totalFen)}</td>
          </tr>
        </tbody>
      </table>
    </section>
  );
}
