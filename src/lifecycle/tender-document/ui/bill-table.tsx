import { formatYuan } from "@/core/money";
import { PROVISIONAL_SUBJECTS } from "@/lifecycle/law/provisional";
import { quantityText } from "../bill/arithmetic";
import { BILL_KINDS, BILL_ROUNDINGS, type Bill } from "../bill/schema";

/** A bill of quantities, read only. */
export function BillTable({ bill: { items, rounding } }: { bill: Bill }) {
  return (
    <details>
      <summary>
        工程量清单共 {items.length} 项，合价{BILL_ROUNDINGS[rounding]}
      </summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a keyboard must be able to scroll it */}
      <section className="scroll-x bill-scroll" aria-label="工程量清单" tabIndex={0}>
        <table className="plain small">
          <caption className="visually-hidden">工程量清单</caption>
          <thead>
            <tr>
              <th scope="col" className="num">
                序号
              </th>
              <th scope="col">分部</th>
              <th scope="col">项目编码</th>
              <th scope="col">项目名称</th>
              <th scope="col">项目特征</th>
              <th scope="col">单位</th>
              <th scope="col" className="num">
                工程量
              </th>
              <th scope="col">类型</th>
            </tr>
          </thead>
          <tbody>
            {items.map((item, i) => (
              <tr key={item.code}>
                <td className="num">{i + 1}</td>
                <td>{item.section}</td>
                <td>{item.code}</td>
                <td>{item.name}</td>
                <td>{item.feature}</td>
                <td>{item.unit}</td>
                <td className="num">{quantityText(BigInt(item.quantityThousandths))}</td>
                <td>
                  {item.provisionalOf ? PROVISIONAL_SUBJECTS[item.provisionalOf] : BILL_KINDS[item.kind]}
                  {item.fixedUnitFen && ` ${formatYuan(BigInt(item.fixedUnitFen))}`}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </details>
  );
}
