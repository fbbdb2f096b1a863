"use client";

import { useContext, useState } from "react";
import { SECURITY_FILE } from "@/lifecycle/bid-security/guarantee/part";
import { CONSORTIUM_FILE } from "@/lifecycle/bidding/consortium/part";
import { DECLARATION_FILE } from "@/lifecycle/bidding/declaration/part";
import { DEVICE_FILE } from "@/lifecycle/bidding/device/marks";
import { PRICED_BILL_FILE } from "@/lifecycle/tender-document/bill/priced";
import type { ReviewView } from "../review-view";
import { BillOfLot, BillPane } from "./bill-pane";
import { DevicePane } from "./device-pane";
import { PartiesPane } from "./parties-pane";
import { SecurityPane } from "./security-pane";

/** The opened bid beside the grid: its form, and its files one at a time. */
export function PdfPane({
  lotCode,
  bid,
  formLabels,
}: {
  lotCode: string;
  bid: ReviewView["bids"][number];
  formLabels: readonly { id: string; label: string; text: string }[];
}) {
  const [chosen, setChosen] = useState("");
  // What machines read is shown by the machine, below; the rest are documents.
  const bill = useContext(BillOfLot);
  const files = bid.files.filter(
    ({ name }) =>
      name !== CONSORTIUM_FILE &&
      name !== DECLARATION_FILE &&
      name !== DEVICE_FILE &&
      name !== SECURITY_FILE &&
      (!bill || name !== PRICED_BILL_FILE),
  );
  const file = files.find(({ fileId }) => fileId === chosen) ?? files[0];
  return (
    <section className="card pdf-pane" aria-label={`${bid.name} 的投标文件`}>
      <details open={files.length === 0}>
        <summary>开标一览表</summary>
        <dl className="fields">
          {formLabels.map(({ id, label, text }) => (
            <div key={id} style={{ display: "contents" }}>
              <dt>{label}</dt>
              <dd>{text}</dd>
            </div>
          ))}
        </dl>
      </details>
      {bid.mark && <p className="note warn">平台标记：开标一览表或报价清单不完整，请依招标文件认定。</p>}
      <PartiesPane bid={bid} />
      <SecurityPane bid={bid} />
      <DevicePane bid={bid} />
      {bill && <BillPane lotCode={lotCode} bill={bill} bid={bid} />}
      {file ? (
        <>
          <label className="field">
            <span>文件</span>
            <select className="text" value={file.fileId} onChange={(event) => setChosen(event.target.value)}>
              {files.map(({ fileId, name }) => (
                <option key={fileId} value={fileId}>
                  {name}
                </option>
              ))}
            </select>
          </label>
          <iframe key={file.fileId} src={`/api/files/${file.fileId}?view=1`} title={`${bid.name}：${file.name}`} />
          <p className="small">
            <a href={`/api/files/${file.fileId}?view=1`} target="_blank" rel="noreferrer">
              在新窗口打开
            </a>
          </p>
        </>
      ) : (
        <p>这份投标没有附件。</p>
      )}
    </section>
  );
}
