import { type Refusal, refuse } from "@/core/refusal";
import { formatDate } from "@/core/time";
import type { Regime } from "@/lifecycle/law/regime";
import type { PlanApproval } from "./schema";

/** A project of fixed assets carries the code that the approval platform gave it (TS 5.2, dataset 500). */
export const refusalOfProject = (project: {
  fixedAssets: boolean;
  investCode?: string | undefined;
}): Refusal | undefined =>
  project.fixedAssets && !project.investCode ? refuse("invalid", "tender.invest_code_missing") : undefined;

/**
 * What does not go together. Whom an invited tender goes to is chosen by the tenderer: nobody applies for it, and nobody
 * hands in a first proposal. Of two stages the first one takes the place of a prequalification (IR30).
 */
export function refusalOfRegime({
  qualification,
  tenderMode,
  twoStage,
}: Pick<Regime, "qualification" | "tenderMode"> & Partial<Pick<Regime, "twoStage">>): Refusal | undefined {
  if (twoStage && qualification === "pre") return refuse("invalid", "tender.two_stage_prequalified");
  if (tenderMode !== "invited") return undefined;
  if (twoStage) return refuse("invalid", "tender.two_stage_invited");
  return qualification === "pre" ? refuse("invalid", "tender.invited_prequalified") : undefined;
}

/** A document that is on record was issued, and one that allows inviting says why (IR8). */
export function refusalOfApproval(
  approval: Pick<PlanApproval, "decidedOn" | "tenderMode" | "ground">,
  now: Date,
): Refusal | undefined {
  if (approval.decidedOn > formatDate(now))
    return refuse("invalid", "tender.approval_in_future", { today: formatDate(now) });
  return approval.tenderMode === "invited" && approval.ground.length < 10
    ? refuse("invalid", "tender.approval_without_ground")
    : undefined;
}
