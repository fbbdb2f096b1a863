import type { Metadata } from "next";
import { Refused, refuse } from "@/core/refusal";
import { siteProposalView } from "@/platform/site/queries";
import { CertificateForm, SiteDecision } from "@/platform/site/ui/site-decision";
import { asActor } from "@/server/web/context";
import { requireStaff } from "@/server/web/operator";
import { idParam, page } from "@/server/web/page";

export const metadata: Metadata = { title: "站点申请" };

export default async function ProposalPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  const { proposal, role } = await page(async () => {
    await requireStaff("system-admin", "security-admin");
    return asActor(async (tx, actor) => {
      const found = await siteProposalView(tx, idParam(id));
      if (!found) throw new Refused(refuse("not_found", "general.not_found"));
      return { proposal: found, role: actor.role };
    });
  }, `/admin/sites/proposals/${id}`);
  const open = !proposal.verdict;
  return (
    <>
      <h1>
        {proposal.opening ? "开通" : "变更"}站点：{proposal.name}
      </h1>
      <p>
        <a href="/admin/sites">返回列表</a>
      </p>
      <section className="card scroll-x" aria-labelledby="lines-title">
        <h2 id="lines-title">内容</h2>
        <p className="small muted">{proposal.by} 提出</p>
        {proposal.verdict && (
          <p className="note">
            {proposal.verdict === "approved"
              ? `已批准。${proposal.host} 将在数秒内生效。`
              : `已退回：${proposal.reason}`}
          </p>
        )}
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">项目</th>
              <th scope="col">现在</th>
              <th scope="col">申请</th>
            </tr>
          </thead>
          <tbody>
            {proposal.lines.map(({ label, before, after }) => (
              <tr key={label}>
                <th scope="row">{label}</th>
                <td>{before}</td>
                <td>{after}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {proposal.csr && (
        <section className="card" aria-labelledby="csr-title">
          <h2 id="csr-title">平台证书</h2>
          <p>私钥由平台生成，保存在服务器密钥目录，不能导出。请把下面的证书申请（PKCS#10）交认证机构签发。</p>
          <pre className="hash" style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
            {proposal.csr}
          </pre>
          <p role="status">{proposal.certificate ? "已上传平台证书。" : "还没有上传平台证书。"}</p>
          {open && role === "system-admin" && <CertificateForm proposalId={id} />}
        </section>
      )}
      {open && role === "security-admin" && <SiteDecision proposalId={id} />}
    </>
  );
}
