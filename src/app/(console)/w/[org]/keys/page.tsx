import type { Metadata } from "next";
import { formatDate, formatInstant } from "@/core/time";
import { BindCertificate, BindSeal, KeyTest, ReportLost } from "@/platform/party/ui/keys-panel";
import { asActor } from "@/server/web/context";
import { idParam, ownOrganisation, page } from "@/server/web/page";
import { keysView } from "@/server/web/views/keys";

export const metadata: Metadata = { title: "证书" };
const ENDS: Record<string, string> = {
  lost: "已挂失",
  replaced: "已更换",
  "member-removed": "成员已移出",
  "credit-code-changed": "统一社会信用代码已变更",
};

const nameOf = ({ use, seal }: { use: string; seal: boolean }) =>
  seal ? "单位印章证书" : use === "sign" ? "签名证书" : "加密证书";

export default async function KeysPage({ params }: { params: Promise<{ org: string }> }) {
  const { org } = await params;
  const { creditCode, current, rows, publishes } = await page(async () => {
    const session = await ownOrganisation(idParam(org));
    const view = await asActor((tx, actor, runtime) => keysView(tx, actor, runtime));
    const publishes = session.role === "tenderer" || session.role === "agency";
    return { ...view, creditCode: session.creditCode, publishes };
  }, `/w/${org}/keys`);
  const usable = rows.filter(({ endedAt }) => !endedAt);
  return (
    <>
      <h1>证书</h1>
      <p className="muted">
        接受下列认证机构签发的证书：{[...new Set(rows.map(({ issuer }) => issuer))].join("、")} 等。
      </p>
      {usable.map((row) => (
        <section key={row.id} className="card" aria-label={nameOf(row)}>
          <h2>{nameOf(row)}</h2>
          <dl className="fields">
            <dt>主体</dt>
            <dd>{row.subject}</dd>
            <dt>颁发机构</dt>
            <dd>{row.issuer}</dd>
            <dt>有效期</dt>
            <dd>
              {formatDate(row.notBefore)} 至 {formatDate(row.notAfter)}
              {row.daysLeft <= 90 && <span className="chip warn">还有 {row.daysLeft} 天到期</span>}
            </dd>
            <dt>吊销列表（CRL）</dt>
            <dd>{row.status.byList}</dd>
            <dt>在线查询（OCSP）</dt>
            <dd>{row.status.byResponder}</dd>
            <dt>指纹</dt>
            <dd className="hash" id={`key-${row.fingerprint}`}>
              {row.fingerprint}
            </dd>
            {row.use === "encrypt" && (
              <>
                <dt>试加密、试解密</dt>
                <dd>{row.testedAt ? `${formatInstant(row.testedAt)} 通过` : "还没有做过"}</dd>
              </>
            )}
          </dl>
          {row.use === "encrypt" && <KeyTest certificateId={row.id} fingerprint={row.fingerprint} />}
          {row.use === "sign" && <ReportLost certificateId={row.id} current={row.id === current} />}
        </section>
      ))}
      <section className="card" aria-labelledby="bind-title">
        <h2 id="bind-title">绑定、更换证书</h2>
        <BindCertificate creditCode={creditCode} replaces={current} />
      </section>
      {publishes && (
        <section className="card" aria-labelledby="seal-title">
          <h2 id="seal-title">登记单位印章证书</h2>
          <p className="small muted">
            公告、公示除本人签名外还须加盖单位印章。印章证书的名称与单位名称相同，不写个人姓名，不能用来登录；由登记的人保管，换人保管时由新的保管人重新登记。
          </p>
          <BindSeal creditCode={creditCode} />
        </section>
      )}
      {rows.some(({ endedAt }) => endedAt) && (
        <section className="card" aria-labelledby="ended-title">
          <h2 id="ended-title">已停用</h2>
          <ul>
            {rows
              .filter(({ endedAt }) => endedAt)
              .map((row) => (
                <li key={row.id}>
                  {nameOf(row)} <span className="hash">{row.fingerprint}</span>：
                  {ENDS[row.endedReason ?? ""] ?? "已停用"}，{formatInstant(row.endedAt!)}
                </li>
              ))}
          </ul>
        </section>
      )}
    </>
  );
}
