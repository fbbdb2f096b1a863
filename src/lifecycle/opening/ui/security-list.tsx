import { KeepForm } from "@/lifecycle/bid-security/ui/keep-form";
import { LockIcon } from "@/ui/lock-icon";
import type { SecurityLine } from "../securities";

/** Securities of a lot for those who run, supervise or evaluate it. */
export function SecurityList({
  lines,
  isOpened,
  failed,
  decides,
}: {
  lines: readonly SecurityLine[];
  isOpened: boolean;
  failed: boolean;
  /** The tenderer, who decides what it may keep. */
  decides: boolean;
}) {
  if (!isOpened)
    return (
      <section className="card" aria-labelledby="security-title">
        <h2 id="security-title">
          <LockIcon />
          投标保证金
        </h2>
        <p role="status">
          {failed
            ? "该标段没有开标，谁缴纳了保证金、有几家永久保密；保证金由平台逐笔退回付款账户。"
            : "开标前，谁缴纳了保证金、有几家、用什么形式，对任何人保密，包括招标人、代理机构和监督部门。"}
        </p>
      </section>
    );
  return (
    <section className="card scroll-x" aria-labelledby="security-title">
      <h2 id="security-title">投标保证金</h2>
      <table className="plain" style={{ minWidth: "56rem" }}>
        <thead>
          <tr>
            <th scope="col">投标人</th>
            <th scope="col">形式</th>
            <th scope="col">金额</th>
            <th scope="col">明细</th>
            <th scope="col">核对结果</th>
            <th scope="col">退还</th>
          </tr>
        </thead>
        <tbody>
          {lines.map(({ orgId, name, form, amount, facts, findings, back, guaranteeFileId, keeping, validity }) => (
            <tr key={orgId}>
              <th scope="row">{name}</th>
              <td>{form}</td>
              <td>{amount}</td>
              <td>
                {facts.map((fact) => (
                  <p key={fact}>{fact}</p>
                ))}
                {guaranteeFileId && <p className="small muted">保函文件在评标工位和归档中查看。</p>}
              </td>
              <td>
                {findings.length ? (
                  <ul className="problems">
                    {findings.map((finding) => (
                      <li key={finding}>{finding}</li>
                    ))}
                  </ul>
                ) : (
                  "未发现问题"
                )}
              </td>
              <td>
                {validity && <p>延长有效期：{validity}</p>}
                {back.map((line) => (
                  <p key={line}>{line}</p>
                ))}
                {keeping && (
                  <p>
                    {keeping.ground}：
                    {keeping.decision === "keep"
                      ? "招标人决定不予退还"
                      : keeping.decision === "return"
                        ? "招标人决定退还"
                        : "等待招标人决定"}
                    {keeping.reason && `。理由：${keeping.reason}`}
                  </p>
                )}
                {!back.length && !keeping && "合同签订后五日内退还"}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="small muted">
        核对结果由平台提供，是否否决由评标委员会依招标文件认定。保证金存放在银行专户，只能退还或者依法不予退还。
      </p>
      {decides &&
        lines
          .filter(({ keeping }) => keeping && !keeping.decision)
          .map(({ name, keeping }) => (
            <KeepForm key={keeping!.id} keepingId={keeping!.id} bidder={name} ground={keeping!.ground} />
          ))}
    </section>
  );
}
