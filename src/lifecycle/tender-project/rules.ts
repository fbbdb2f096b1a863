import { type Refusal, refuse } from "@/core/refusal";

/** A project of fixed assets carries the code that the approval platform gave it (TS 5.2, dataset 500). */
export const refusalOfProject = (project: {
  fixedAssets: boolean;
  investCode?: string | undefined;
}): Refusal | undefined =>
  project.fixedAssets && !project.investCode ? refuse("invalid", "tender.invest_code_missing") : undefined;
