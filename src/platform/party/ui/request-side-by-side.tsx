import type { ReactNode } from "react";
import { LineTable, PaperList } from "./line-table";

type Lines = readonly (readonly [string, string, boolean])[];

/** A request beside its papers and what others say. */
export function RequestSideBySide({
  request,
  shared,
  children,
}: {
  request: {
    name: string;
    by: string;
    at: string;
    lines: Lines;
    before: Lines;
    evidence: readonly { fileId: string; label: string; name: string; validUntil: string }[];
    decision: string | undefined;
  };
  shared: { lines: Lines; note?: string } | undefined;
  children: ReactNode;
}) {
  return (
    <>
      <p className="muted">
        {request.by}于 {request.at} 录入
      </p>
      <div className="cards">
        <section className="card" aria-label="填写内容">
          <h2>填写内容</h2>
          <LineTable caption="填写内容" lines={request.lines} />
        </section>
        <section className="card" aria-label="证明材料">
          <h2>证明材料</h2>
          <PaperList papers={request.evidence} />
        </section>
        {request.before.length > 0 && (
          <section className="card" aria-label="现行信息">
            <h2>现行信息</h2>
            <LineTable caption="现行信息" lines={request.before} />
          </section>
        )}
        {shared && (
          <section className="card" aria-label="公共服务平台共享信息">
            <h2>公共服务平台共享信息</h2>
            {shared.note ? (
              <p className="muted">{shared.note}</p>
            ) : (
              <LineTable caption="共享信息" lines={shared.lines} />
            )}
          </section>
        )}
      </div>
      {request.decision ? <p className="note ok">已处理：{request.decision}</p> : children}
    </>
  );
}
