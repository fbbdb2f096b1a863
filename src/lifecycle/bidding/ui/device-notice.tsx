"use client";

import { useEffect, useState } from "react";
import { browserMarks } from "../client/device";
import { type DeviceMarks, markRows } from "../device/marks";

/** What will be sealed of this computer, told before anything is. */
export function DeviceNotice() {
  const [device, setDevice] = useState<DeviceMarks>();
  useEffect(() => setDevice(browserMarks()), []);
  return (
    <section className="card" aria-labelledby="h-device">
      <h2 id="h-device">随投标文件封装的本机信息</h2>
      <p className="small">
        按数据规范记录投标文件的制作机器。下列内容在本机随投标文件一起加密，不另外发送；开标前任何人不能读取，开标后供评标委员会比对不同投标文件是否出自同一台机器。浏览器不提供的项目不采集。
      </p>
      {device && (
        <details>
          <summary>查看将要封装的内容</summary>
          <dl className="fields">
            {markRows(device).map(([name, text]) => (
              <div key={name} style={{ display: "contents" }}>
                <dt>{name}</dt>
                <dd>{text}</dd>
              </div>
            ))}
          </dl>
        </details>
      )}
    </section>
  );
}
