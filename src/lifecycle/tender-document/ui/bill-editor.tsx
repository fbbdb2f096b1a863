"use client";

import { formatYuan } from "@/core/money";
import { SelectField } from "@/ui/fields";
import { fixedTotal } from "../bill/arithmetic";
import { importItems, itemSheet, MAX_BILL_ROWS } from "../bill/import-items";
import { BILL_ROUNDINGS, type Bill } from "../bill/schema";
import { BillTable } from "./bill-table";
import { SheetDownloads, SheetImport } from "./sheet-import";

/** The bill of quantities of a document: brought in as a sheet, and taken out as one to be changed. */
export function BillEditor({ bill, onChange }: { bill: Bill | undefined; onChange(bill: Bill | undefined): void }) {
  return (
    <fieldset className="group">
      <legend>工程量清单（选填）</legend>
      <p className="muted small">
        有清单时，投标人逐项填报单价，投标总价由清单得出；暂列金额、暂估价由招标人给定，投标人不能改动。文件在本机读取，保存招标文件后生效。
      </p>
      <SheetDownloads
        label={bill ? "下载现有清单" : "下载空白模板"}
        name="工程量清单"
        sheet={() => itemSheet(bill?.items ?? [])}
      />
      <SheetImport
        label={bill ? "重新导入工程量清单" : "导入工程量清单"}
        maxRows={MAX_BILL_ROWS}
        read={importItems}
        onTaken={(items) => {
          onChange({ rounding: bill?.rounding ?? "half-up", items });
          return `已导入 ${items.length} 项，保存招标文件后生效。`;
        }}
      />
      {bill && (
        <>
          <div className="form-grid">
            <SelectField
              label="合价的取整方式"
              value={bill.rounding}
              options={Object.entries(BILL_ROUNDINGS)}
              onChange={(value) => onChange({ ...bill, rounding: value === "down" ? "down" : "half-up" })}
            />
          </div>
          <BillTable bill={bill} />
          <p className="row">
            <span>暂列金额、暂估价合计 {formatYuan(fixedTotal(bill))}</span>
            <button type="button" className="btn" onClick={() => onChange(undefined)}>
              删除工程量清单
            </button>
          </p>
        </>
      )}
    </fieldset>
  );
}
