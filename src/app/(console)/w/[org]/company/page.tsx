import type { Metadata } from "next";
import { fromTs14 } from "@/core/time";
import { legalNow } from "@/kit/db/context";
import { CompanyForm, EvidenceEditor, SubmitRegistration } from "@/platform/party/ui/company-form";
import { LineTable } from "@/platform/party/ui/line-table";
import { companyView } from "@/platform/party/views";
import { asActor } from "@/server/web/context";
import { idParam, ownOrganisation, page } from "@/server/web/page";

export const metadata: Metadata = { title: "企业资料" };
/** Papers that end within this time are pointed out. */
const SOON_MS = 30 * 86_400_000;

export default async function CompanyPage({ params }: { params: Promise<{ org: string }> }) {
  const { org } = await params;
  const { view, now, tenders } = await page(async () => {
    const { role } = await ownOrganisation(idParam(org));
    const tenders = role === "tenderer" || role === "agency";
    return asActor(async (tx, actor) => ({ view: await companyView(tx, actor), now: await legalNow(tx), tenders }));
  }, `/w/${org}/company`);
  const ending = view.evidence.filter(({ validUntil }) => {
    const end = validUntil ? fromTs14(`${validUntil}000000`) : undefined;
    return end && end.getTime() - now.getTime() < SOON_MS;
  });
  const steps = [
    { done: true, text: "人员：证书已读取，经办人已登记" },
    { done: true, text: "单位：注册信息已填写" },
    { done: view.tested, text: "证书：试加密、试解密", href: `/w/${org}/keys` },
    {
      done: Boolean(view.verified),
      text: view.verified ? `就绪：${view.verified} 由${view.verifiedBy}核验通过` : "就绪：核验通过",
    },
  ];
  return (
    <>
      <h1>企业资料</h1>
      <p className="row">
        <span className="muted">
          {view.name} · 第 {view.version} 版
        </span>
        <a href={`/w/${org}/company/history`}>变更记录</a>
        <a href={`/w/${org}/team`}>成员</a>
        <a href={`/w/${org}/keys`}>证书</a>
        {tenders && <a href={`/w/${org}/agreement`}>平台服务合同</a>}
      </p>
      {view.standing !== "active" && (
        <p className="note danger">
          账号已{view.standing === "frozen" ? "冻结" : "注销"}：正在进行的标段可以继续办理，不能参加新的标段。
        </p>
      )}
      <section className="card" aria-labelledby="steps-title">
        <h2 id="steps-title">开通步骤</h2>
        <ol>
          {steps.map(({ done, text, href }) => (
            <li key={text}>
              {done ? "已完成 " : "待处理 "}
              {href && !done ? <a href={href}>{text}</a> : text}
            </li>
          ))}
        </ol>
        {view.returned && !view.verified && <p className="note warn">上次核验被退回：{view.returned}</p>}
        {view.pending && <p className="note warn">等待核验（{view.pending} 提交）。</p>}
        {!view.verified && !view.pending && view.missing.length > 0 && (
          <p className="note warn">还缺材料：{view.missing.join("、")}</p>
        )}
        {view.admin && !view.verified && !view.pending && <SubmitRegistration />}
      </section>
      {ending.length > 0 && <p className="note danger">有 {ending.length} 份材料已到期或将在 30 天内到期，请更新。</p>}
      <section className="card" aria-labelledby="evidence-title">
        <h2 id="evidence-title">证明材料</h2>
        {view.admin ? (
          <EvidenceEditor initial={view.evidence} data={view.data} />
        ) : (
          <p className="muted">只有管理员可以更新材料。</p>
        )}
      </section>
      <section className="card" aria-labelledby="data-title">
        <h2 id="data-title">注册信息</h2>
        <LineTable caption="注册信息" lines={view.lines} />
      </section>
      {view.admin && (
        <details className="card">
          <summary>修改注册信息</summary>
          <CompanyForm key={view.version} initial={view.data} evidence={view.evidence} fromHub={view.fromHub} />
        </details>
      )}
    </>
  );
}
