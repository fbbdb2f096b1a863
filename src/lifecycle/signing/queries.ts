import { and, asc, desc, eq, isNull } from "drizzle-orm";
import { formatDate } from "@/core/time";
import type { Actor } from "@/kit/command";
import type { Tx } from "@/kit/db/connect";
import type { CheckRow } from "@/lifecycle/law/check-row";
import { inForce } from "@/platform/party/own";
import { organisationOf, personOf } from "@/platform/party/queries";
import { certificates } from "@/platform/party/tables";
import { basisOf, refusalOfSigners, type SignersFacts } from "./rules";
import { isPairedAct, PAIRED_ACTS } from "./schema";
import { leadAuthorisations, waitingSeals } from "./tables";

export type LeadAuthorisation = typeof leadAuthorisations.$inferSelect;

/** Chief person (主要负责人) of an organisation by its registration in force. */
export async function chiefOf(tx: Tx, orgId: string): Promise<string> {
  const { data } = await inForce(tx, await organisationOf(tx, orgId));
  return data.legalRepresent;
}

/** Authorisations of an organisation, newest first, those that are over included. */
export const authorisationsOf = (tx: Tx, orgId: string): Promise<LeadAuthorisation[]> =>
  tx
    .select()
    .from(leadAuthorisations)
    .where(eq(leadAuthorisations.orgId, orgId))
    .orderBy(desc(leadAuthorisations.signedAt));

/** Seals of an organisation that are bound and not ended. */
export const sealsOf = (tx: Tx, orgId: string) =>
  tx
    .select()
    .from(certificates)
    .where(and(eq(certificates.orgId, orgId), eq(certificates.seal, true), isNull(certificates.endedAt)));

/** Whom a person would sign as, and whether its organisation has a seal. */
export async function signersFacts(
  tx: Tx,
  { orgId, personId }: Pick<Actor, "orgId" | "personId">,
  tenderProjectId: string,
  now: Date,
): Promise<SignersFacts<LeadAuthorisation>> {
  return {
    person: { id: personId, name: (await personOf(tx, personId)).name },
    chief: await chiefOf(tx, orgId),
    authorisations: await authorisationsOf(tx, orgId),
    tenderProjectId,
    seal: (await sealsOf(tx, orgId)).length ? "registered" : "missing",
    now,
  };
}

/** The row of the check before publication that names both signers (O10 art. 10). */
export async function signersRow(tx: Tx, actor: Actor, tenderProjectId: string, now: Date): Promise<CheckRow> {
  const facts = await signersFacts(tx, actor, tenderProjectId, now);
  const refusal = refusalOfSigners({ ...facts, seal: facts.seal === "missing" ? "missing" : "given" });
  const basis = basisOf(facts);
  const { name } = await organisationOf(tx, actor.orgId);
  const as =
    basis === "chief"
      ? "主要负责人"
      : basis
        ? `项目负责人，${basis.chiefName}授权至 ${formatDate(basis.endsAt)}（${basis.scope}）`
        : "不是主要负责人，也没有有效授权";
  return {
    id: "SIGNERS",
    title: "发布签署人",
    value: `本人签名：${facts.person.name}（${as}）；单位印章：${facts.seal === "missing" ? "未登记" : name}`,
    limit: "主要负责人或其授权的项目负责人签名，并加盖单位印章",
    article: "《招标公告和公示信息发布管理办法》第十条",
    verdict: refusal ? "fail" : "pass",
    ...(refusal
      ? {
          fix:
            refusal.code === "signing.no_seal"
              ? "在“证书”页登记单位印章证书"
              : `请主要负责人${facts.chief}在“成员”页签署授权，或由${facts.chief}本人登录发布`,
        }
      : {}),
  };
}

/** Publications of the actor's organisation that wait for its seal. */
export async function waitingFor(tx: Tx, actor: Pick<Actor, "orgId">) {
  const rows = await tx
    .select()
    .from(waitingSeals)
    .where(and(eq(waitingSeals.orgId, actor.orgId), isNull(waitingSeals.doneAt)))
    .orderBy(asc(waitingSeals.signedAt));
  return rows.map(({ id, lotId, act, title, digest, body, personName, statement, signedAt }) => ({
    ...{ id, lotId, act, title, digest, body, personName, statement, signedAt },
    what: isPairedAct(act) ? PAIRED_ACTS[act] : act,
  }));
}
