"use client";

import { markRows, sourceName } from "@/lifecycle/bidding/device/marks";
import type { ReviewView } from "../review-view";

type Bid = ReviewView["bids"][number];

/** Marks of the computer that sealed a bid, and those that another bid has, too. */
export function DevicePane({ bid }: { bid: Bid }) {
  const { device, deviceFindings } = bid;
  return (
    <details open={deviceFindings.length > 0}>
      <summary>
        制作机器信息：
        {deviceFindings.length
          ? `与其他投标文件有 ${deviceFindings.length} 项相同`
          : device
            ? "与其他投标文件没有相同项"
            : "投标文件没有提供"}
      </summary>
      {deviceFindings.length > 0 && (
        <div className="note warn">
          <ul className="problems">
            {deviceFindings.map((finding) => (
              <li key={finding}>{finding}</li>
            ))}
          </ul>
          <p className="small">
            机器信息由投标人的程序记录，相同只是线索，不是结论；是否属于不同投标人委托同一单位或者个人办理投标事宜（《招标投标法实施条例》第四十条），由评标委员会结合其他材料认定。
          </p>
        </div>
      )}
      {device && (
        <>
          <p className="small muted">由{sourceName(device)}在加密时记录。</p>
          <dl className="fields small">
            {markRows(device).map(([name, text]) => (
              <div key={name} style={{ display: "contents" }}>
                <dt>{name}</dt>
                <dd style={{ overflowWrap: "anywhere" }}>{text}</dd>
              </div>
            ))}
          </dl>
        </>
      )}
    </details>
  );
}
