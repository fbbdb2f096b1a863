import { and, desc, eq, isNotNull, isNull } from "drizzle-orm";
import { Refused, refuse } from "@/core/refusal";
import type { Actor } from "@/kit/command";
import type { Tx } from "@/kit/db/connect";
import type { TenderProject } from "@/lifecycle/tender-project/queries";
import { digestOf } from "@/platform/identity/act";
import { organisationOf } from "@/platform/party/queries";
import { type AgreedFee, coversAct, isRunning, winnerPaysText } from "./rules";
import { MANDATE_ACTS, type MandateAct, type MandateTerms } from "./schema";
import { mandates } from "./tables";

export type Mandate = typeof mandates.$inferSelect;

/** The newest version, signed or not; row-level security shows it to its parties and the supervisor. */
export async function newestMandate(tx: Tx, tenderProjectId: string): Promise<Mandate | undefined> {
  const [row] = await tx
    .select()
    .from(mandates)
    .where(eq(mandates.tenderProjectId, tenderProjectId))
    .orderBy(desc(mandates.version))
    .limit(1);
  return row;
}

/** The version that both signed and none has replaced. */
export async function mandateInForce(tx: Tx, tenderProjectId: string): Promise<Mandate | undefined> {
  const [row] = await tx
    .select()
    .from(mandates)
    .where(
      and(
        eq(mandates.tenderProjectId, tenderProjectId),
        isNotNull(mandates.tendererSignedAt),
        isNotNull(mandates.agencySignedAt),
        isNull(mandates.supersededAt),
      ),
    )
    .orderBy(desc(mandates.version))
    .limit(1);
  return row;
}

/** What a tender document says of the fee where the mandate in force lets the winner pay it; undefined where it does not. */
export async function winnerPaysOf(
  tx: Tx,
  tenderProjectId: string,
): Promise<(AgreedFee & { text: string }) | undefined> {
  const terms = (await mandateInForce(tx, tenderProjectId))?.terms;
  const text = terms && winnerPaysText(terms);
  return text ? { text, feeFen: terms.feeFen, ...(terms.feeTiers ? { feeTiers: terms.feeTiers } : {}) } : undefined;
}

/** What both sides sign: the parties by name and credit code, and the terms. */
export async function mandateDigest(
  tx: Tx,
  tender: Pick<TenderProject, "code" | "name" | "tendererOrgId">,
  agencyOrgId: string,
  version: number,
  terms: MandateTerms,
): Promise<string> {
  const party = async (orgId: string) => {
    const { name, creditCode } = await organisationOf(tx, orgId);
    return { name, creditCode };
  };
  return digestOf({
    format: "xinbiao-mandate/1",
    tenderProject: tender.code,
    name: tender.name,
    tenderer: await party(tender.tendererOrgId),
    agency: await party(agencyOrgId),
    version,
    terms,
  });
}

/**
 * Asks whether an agency's act is inside its mandate (IR13). A tenderer acts in its own right. What was published before
 * mandates were kept here has none, and goes on.
 *
 * @throws Refused `mandate.not_covered`
 */
export async function requireScope(
  tx: Tx,
  actor: Actor,
  tender: TenderProject,
  act: MandateAct,
  now: Date,
): Promise<void> {
  if (actor.role !== "agency") return;
  const mandate = await mandateInForce(tx, tender.id);
  if (mandate && !(coversAct(mandate, act) && isRunning(mandate, now)))
    throw new Refused(
      refuse("forbidden", "mandate.not_covered", { act: MANDATE_ACTS[act], number: mandate.terms.number }),
    );
}
