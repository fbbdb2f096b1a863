import type { Metadata } from "next";
import { formatDate } from "@/core/time";
import { operatorRelationsOf } from "@/platform/party/queries";
import { StandingActs } from "@/platform/party/ui/decide-form";
import { EndRelationForm, RelationForm } from "@/platform/party/ui/relation-form";
import { organisationList, verificationQueue } from "@/platform/party/views";
import { asActor } from "@/server/web/context";
import { requireOperator } from "@/server/web/operator";
import { page } from "@/server/web/page";

export const metadata: Metadata = { title: "主体审核" };
const STANDINGS: Record<string, string> = { active: "正常", frozen: "已冻结", cancelled: "已注销" };

export default async function OrganisationsPage() {
  const { queue, organisations, relations, me } = await page(async () => {
    await requireOperator();
    return asActor(async (tx, actor, { site }) => ({
      me: actor.personId,
      queue: await verificationQueue(tx, site.id, "organisations"),
      organisations: await organisationList(tx),
      relations: await operatorRelationsOf(tx, site.operatorCreditCode),
    }));
  }, "/admin/orgs");
  return (
    <>
      <h1>主体审核</h1>
      <p className="row">
        <a href="/admin/people">人员审核</a>
      </p>
      <section className="card" aria-labelledby="queue-title">
        <h2 id="queue-title">等待核验</h2>
        <ul className="plain-list">
          {queue.map(({ id, subject, kind, by, at }) => (
            <li key={id} className="row">
              <a href={`/admin/orgs/${id}`}>{subject}</a>
              <span>{kind === "first" ? "首次注册" : "信息变更"}</span>
              <span className="small muted">
                {by}录入，{at}
              </span>
            </li>
          ))}
        </ul>
        {queue.length === 0 && <p className="muted">没有等待核验的主体。</p>}
      </section>
      <section className="card" aria-labelledby="relations-title">
        <h2 id="relations-title">本机构的关联单位</h2>
        <p className="small muted">
          登记后立即公开，该单位不能在本平台投标（《电子招标投标办法》第二十三条）。关联关系不存在以后可以解除，解除理由和登记记录一并公开保留。
        </p>
        <ul className="plain-list">
          {relations.map(({ id, creditCode, name, relation, enteredAt, endedAt, endReason }) => (
            <li key={id}>
              <p className="row">
                <span>{name}</span>
                <span className="hash">{creditCode}</span>
                <span className="small muted">
                  {relation}，{formatDate(enteredAt)} 登记
                </span>
                {endedAt && <span className="chip">{formatDate(endedAt)} 已解除</span>}
              </p>
              {endedAt ? (
                <p className="small muted">解除理由：{endReason}</p>
              ) : (
                <EndRelationForm relationId={id} name={name} />
              )}
            </li>
          ))}
        </ul>
        {relations.length === 0 && <p className="muted">还没有登记关联单位。</p>}
        <RelationForm />
      </section>
      <section className="card scroll-x" aria-labelledby="all-title">
        <h2 id="all-title">全部主体</h2>
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">名称</th>
              <th scope="col">统一社会信用代码</th>
              <th scope="col">电话</th>
              <th scope="col">核验</th>
              <th scope="col">状态</th>
              <th scope="col">操作</th>
            </tr>
          </thead>
          <tbody>
            {organisations.map((row) => (
              <tr key={row.id}>
                <th scope="row">
                  {row.name}
                  {row.related && <span className="chip warn">运营机构关联方</span>}
                </th>
                <td className="hash">{row.creditCode}</td>
                <td>{row.phone}</td>
                <td>{row.verified || "未核验"}</td>
                <td>{STANDINGS[row.standing] ?? row.standing}</td>
                <td>
                  <StandingActs
                    orgId={row.id}
                    standing={row.standing}
                    proposal={row.proposal}
                    mine={row.proposal?.by === me}
                  />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </>
  );
}
