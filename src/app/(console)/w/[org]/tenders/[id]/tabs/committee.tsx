import { addHours, formatInstant } from "@/core/time";
import { activeMembers, memberNames, requestOf } from "@/lifecycle/committee/queries";
import { FailedDraw } from "@/lifecycle/committee/ui/failed-draw";
import { CommitteeRequestForm } from "@/lifecycle/committee/ui/request-form";
import { StartEvaluation } from "@/lifecycle/committee/ui/start-evaluation";
import { isOn, profileOf } from "@/lifecycle/law/clauses";
import { hasReached } from "@/lifecycle/lot/states";
import { asActor } from "@/server/web/context";
import { page } from "@/server/web/page";
import type { Room } from "@/server/web/views/room";
import { AutoRefresh } from "@/ui/auto-refresh";
import { LockIcon } from "@/ui/lock-icon";

/** The committee: requested here, drawn by the platform, known when its members sit at their seats. */
export async function CommitteeTab({ room: { lot, now } }: { room: Room }) {
  const { request, members, limited } = await page(() =>
    asActor(async (tx, _actor, { site }) => {
      const here = (await activeMembers(tx, lot.id)).filter(({ signedInAt }) => signedInAt);
      const names = await memberNames(tx, here);
      return {
        request: await requestOf(tx, lot.id),
        limited: isOn(profileOf(site.profile), "CLK-29"),
        members: here.map((member) => ({
          id: member.id,
          name: names.get(member.id) ?? "",
          at: formatInstant(member.signedInAt!),
          declared: member.declaredAt !== null,
          chair: member.isChair === 1,
        })),
      };
    }),
  );
  if (!request || request.failedAt) {
    if (lot.state !== "O2") return <p className="card">开标记录签署后，在此申请组建评标委员会。</p>;
    return (
      <section className="card" aria-labelledby="request-title">
        <h2 id="request-title">申请组建评标委员会</h2>
        {request?.failedAt && (
          <FailedDraw
            at={formatInstant(request.failedAt)}
            speciality={request.speciality}
            needed={request.memberCount}
          />
        )}
        <CommitteeRequestForm
          lotId={lot.id}
          evaluationAt={addHours(now, 2).toISOString()}
          {...(limited ? { latest: addHours(now, 24).toISOString() } : {})}
        />
      </section>
    );
  }
  const ready = members.filter(({ declared }) => declared).length >= request.memberCount;
  return (
    <section className="card" aria-labelledby="committee-title">
      <h2 id="committee-title">评标委员会</h2>
      <dl className="fields">
        <dt>专业</dt>
        <dd>{request.speciality}</dd>
        <dt>人数</dt>
        <dd>{request.memberCount} 人</dd>
        <dt>评标开始时间</dt>
        <dd>{formatInstant(request.evaluationAt)}</dd>
        <dt>签到情况</dt>
        <dd>
          <span role="status">
            已签到 {members.length}/{request.memberCount}，已声明 {members.filter(({ declared }) => declared).length}/
            {request.memberCount}
          </span>
        </dd>
      </dl>
      <p>已提交组建申请，专家和工位由平台随机抽取，入选专家单独收到通知。</p>
      <p className="small muted">
        <LockIcon />
        成员在工位签到前，名单对招标人、代理机构、监督人员和平台都不公开；中标结果确定前对外保密。
      </p>
      <ul className="plain-list">
        {members.map(({ id, name, at, declared, chair }) => (
          <li key={id}>
            {name} {chair && <span className="chip">组长</span>} <span className="small muted">签到 {at}</span>{" "}
            {declared ? "已声明无回避情形" : "等待声明"}
          </li>
        ))}
      </ul>
      {!hasReached(lot.state, "E1") && <AutoRefresh seconds={5} />}
      {!hasReached(lot.state, "E1") && <StartEvaluation lotId={lot.id} ready={ready} />}
    </section>
  );
}
