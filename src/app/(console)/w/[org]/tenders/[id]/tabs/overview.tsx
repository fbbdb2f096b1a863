import { TENDER_CLASSES, type TenderClass } from "@/core/code-lists";
import { capitalAmount, formatYuan } from "@/core/money";
import { addDays, formatInstant } from "@/core/time";
import { roundOf } from "@/lifecycle/law/rounds";
import { REGIME_TEXTS, stateName } from "@/lifecycle/lot/states";
import { LotTimeline } from "@/lifecycle/lot/ui/timeline";
import { newestMandate } from "@/lifecycle/mandate/queries";
import { MandateCard } from "@/lifecycle/mandate/ui/mandate-card";
import { ProposeMandateForm } from "@/lifecycle/mandate/ui/propose-form";
import { InstructionList } from "@/lifecycle/supervision/ui/instruction-list";
import { AddLotForm } from "@/lifecycle/tender-project/ui/add-lot-form";
import { ApprovalCard } from "@/lifecycle/tender-project/ui/approval-card";
import { ApprovalForm } from "@/lifecycle/tender-project/ui/approval-form";
import { PartyCard } from "@/lifecycle/tender-project/ui/party-card";
import { RelationsCard } from "@/lifecycle/tender-project/ui/relations-card";
import { asActor } from "@/server/web/context";
import { page } from "@/server/web/page";
import { overviewOf, type Room } from "@/server/web/views/room";
import { LockIcon } from "@/ui/lock-icon";

/** Facts of the lot and where it stands. */
export async function OverviewTab({ room }: { room: Room }) {
  const { lot, tender } = room;
  const { project, lots, approval, instructions, relations } = await page(() => asActor((tx) => overviewOf(tx, room)));
  const { regime } = tender;
  const base = room.href.slice(0, room.href.lastIndexOf("/"));
  return (
    <>
      <LotTimeline
        state={lot.state}
        times={{ "投标截止、开标": lot.bidDeadline ? formatInstant(lot.bidDeadline) : undefined }}
      />
      <InstructionList instructions={instructions} lotId={lot.id} />
      <PartyCard
        parties={[{ role: "监督部门", name: tender.superviseDept }]}
        facts={[
          ["项目名称", project.name],
          ["项目编号", project.code],
          ["投资项目统一代码", project.investCode ?? "—"],
          ["行业分类", project.industry],
          ["招标项目类型", `${tender.tenderClass} ${TENDER_CLASSES[tender.tenderClass as TenderClass] ?? ""}`],
          ["招标项目编号", tender.code],
          ["标段编号", lot.code],
          ["统一交易标识码", lot.dealCode],
          ["标段内容", lot.content],
          ["标段估算价", `${formatYuan(lot.estimateFen)}（${capitalAmount(lot.estimateFen)}）`],
          ["审批文件", `${project.approvalName}（${project.approvalNumber}）`],
          ["资金来源", project.fundSource],
          ["委托代理合同编号", tender.mandateNumber ?? "—"],
          [
            "招标方案",
            [
              regime.mandatory ? "依法必须招标" : "非依法必须招标",
              REGIME_TEXTS.tenderMode[regime.tenderMode],
              REGIME_TEXTS.orgForm[regime.orgForm],
              ...(regime.twoStage ? ["两阶段招标"] : []),
              REGIME_TEXTS.qualification[regime.qualification],
              REGIME_TEXTS.evaluationVenue[regime.evaluationVenue],
              REGIME_TEXTS.awardRight[regime.awardRight],
            ].join("、"),
          ],
        ]}
      />
      <section className="card" aria-labelledby="approval-title">
        <h2 id="approval-title">招标内容审批、核准</h2>
        {approval ? (
          <ApprovalCard approval={approval} />
        ) : (
          <p>
            {regime.mandatory && project.fixedAssets
              ? "尚未登记。登记前不能发布（《招标投标法实施条例》第七条）。"
              : "没有登记。需要履行项目审批、核准手续的依法必须招标项目，须登记核准的招标范围、招标方式和招标组织形式。"}
          </p>
        )}
        {lot.state === "D0" && (
          <details open={!approval && regime.mandatory && project.fixedAssets}>
            <summary>{approval ? "登记新的文件" : "登记审批、核准文件"}</summary>
            <ApprovalForm lotId={lot.id} regime={regime} />
          </details>
        )}
      </section>
      {tender.agencyOrgId && <MandateSection room={room} />}
      <RelationsCard lotId={lot.id} relations={relations} editable={/^[DPT]/.test(lot.state)} />
      <section className="card" aria-labelledby="lots-title">
        <h2 id="lots-title">本招标项目的标段</h2>
        <ul className="plain-list">
          {lots.map(({ id, code, name, state, estimateFen }) => (
            <li key={id}>
              <a href={`${base}/${id}`} aria-current={id === lot.id ? "true" : undefined}>
                {name}
              </a>{" "}
              <span className="hash">{code}</span> · {stateName(state, roundOf(regime))} · 估算价{" "}
              {formatYuan(estimateFen)}
            </li>
          ))}
        </ul>
        {lots.every(({ state }) => state === "D0") && (
          <details>
            <summary>增加标段</summary>
            <AddLotForm lotId={lot.id} base={base} />
          </details>
        )}
      </section>
    </>
  );
}

/** The contract of agency: terms, who has signed, and a new text where one is needed. */
async function MandateSection({ room: { lot, tender, now } }: { room: Room }) {
  const { mandate, side } = await page(() =>
    asActor(async (tx, actor) => ({
      mandate: await newestMandate(tx, tender.id),
      side: actor.role === "tenderer" ? ("tenderer" as const) : ("agency" as const),
    })),
  );
  return (
    <section className="card" aria-labelledby="mandate-title">
      <h2 id="mandate-title">委托代理合同</h2>
      {mandate ? (
        <MandateCard
          mandate={{
            id: mandate.id,
            version: mandate.version,
            digest: mandate.digest,
            terms: mandate.terms,
            ...(mandate.tendererSignedAt ? { tendererSignedAt: mandate.tendererSignedAt.toISOString() } : {}),
            ...(mandate.agencySignedAt ? { agencySignedAt: mandate.agencySignedAt.toISOString() } : {}),
          }}
          projectCode={tender.code}
          side={side}
        />
      ) : (
        <p>尚未拟定。双方签署前，代理机构不能发布公告。</p>
      )}
      <details open={!mandate}>
        <summary>{mandate ? "拟定新稿" : "拟定委托代理合同"}</summary>
        <ProposeMandateForm
          lotId={lot.id}
          number={tender.mandateNumber ?? ""}
          startsAt={now.toISOString()}
          endsAt={addDays(now, 365).toISOString()}
        />
      </details>
    </section>
  );
}

/** Who bids and how many is told to nobody before the opening, the organiser included. */
export function BidsTab({ room: { lot, href } }: { room: Room }) {
  if (lot.openedAt) {
    return (
      <section className="card" aria-label="投标情况">
        <h2>投标情况</h2>
        <p>
          已开标。名单、报价和解密情况见 <a href={`${href}?tab=opening`}>开标</a>。
        </p>
      </section>
    );
  }
  return (
    <section className="card" aria-label="投标情况">
      <h2>
        <LockIcon />
        投标情况
      </h2>
      <p role="status">
        {lot.state === "F1"
          ? "投标人少于三个，依法不得开标。投标人名称和数量永久保密。"
          : "开标前任何人都看不到：谁获取了招标文件、谁递交了投标文件、有几家。"}
      </p>
      <p className="muted">
        《招标投标法》第二十二条、《电子招标投标办法》：招标人不得向他人透露已获取招标文件的潜在投标人的名称、数量。
      </p>
    </section>
  );
}
