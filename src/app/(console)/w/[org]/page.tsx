import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { LotTable } from "@/lifecycle/lot/ui/lot-table";
import { WaitingSeals } from "@/lifecycle/signing/ui/waiting-seals";
import { homeOf } from "@/platform/identity/home";
import { asActor } from "@/server/web/context";
import { idParam, ownOrganisation, page } from "@/server/web/page";
import { deskView } from "@/server/web/views/desk";

export const metadata: Metadata = { title: "工作台" };

export default async function DeskPage({ params }: { params: Promise<{ org: string }> }) {
  const { org } = await params;
  const session = await page(() => ownOrganisation(idParam(org)), `/w/${org}`);
  const { role } = session;
  if (role !== "tenderer" && role !== "agency" && role !== "bidder") redirect(homeOf(role, org));
  const desk = await page(() => asActor((tx, actor) => deskView(tx, actor)));
  return (
    <>
      <h1>工作台</h1>
      <p className="row">
        <span className="muted">{session.orgName}</span>
        <a href={`/w/${org}/inbox`}>来信{desk.unread ? `（${desk.unread} 封未读）` : ""}</a>
        <a href={`/w/${org}/fees`}>费用</a>
        {role !== "bidder" && (
          <a className="btn btn-primary push" href={`/w/${org}/tenders/new`}>
            新建招标项目
          </a>
        )}
      </p>
      {session.unverified && (
        <p className="note warn">
          注册信息尚未通过核验，暂不能参加招标投标活动。<a href={`/w/${org}/company`}>查看开通步骤</a>
        </p>
      )}
      {desk.waiting.length > 0 && (
        <section className="card" aria-labelledby="seal-title">
          <h2 id="seal-title">待加盖单位印章</h2>
          <WaitingSeals rows={desk.waiting} />
        </section>
      )}
      <section className="card" aria-labelledby="today-title">
        <h2 id="today-title">今天要做</h2>
        <LotTable rows={desk.today} caption="今天要做" empty="今天没有待办。" />
      </section>
      {desk.lanes.map(({ title, rows }) => (
        <section key={title} className="card" aria-label={title}>
          <h2>{title}</h2>
          <LotTable
            rows={rows}
            caption={title}
            empty={title === "我的投标" ? "还没有参与的标段，请从商机中选择。" : "没有。"}
          />
        </section>
      ))}
      {role !== "bidder" && desk.lanes.length === 0 && <p className="card">还没有招标项目。请点“新建招标项目”开始。</p>}
      {role === "bidder" && (
        <p className="small muted">本页只显示本单位的投标。开标前任何人看不到谁参与投标、有几家。</p>
      )}
    </>
  );
}
