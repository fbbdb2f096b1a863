import type { Refusal } from "@/core/refusal";
import type { Tx } from "@/kit/db/connect";
import { obligatoryVersion } from "@/lifecycle/clarification/queries";
import type { MovableLot } from "@/lifecycle/lot/move-facts";
import type { Lot } from "@/lifecycle/lot/queries";
import { refusalToApply, refusalToSubmit, refusalToWithdraw } from "@/lifecycle/lot/rules";
import { formInForce, issuedForms } from "@/lifecycle/prequalification/queries";
import { asSealable } from "@/lifecycle/prequalification/schema";
import { applications } from "@/lifecycle/prequalification/tables";
import { documentInForce, earlierDigests } from "@/lifecycle/tender-document/queries";
import type { TenderDocumentContent } from "@/lifecycle/tender-document/schema";
import { bids } from "./tables";

/** What is handed in sealed. Both come by the same way, and are kept apart. */
export const PURPOSES = ["bid", "application"] as const;
export type Purpose = (typeof PURPOSES)[number];
export const isPurpose = (text: string): text is Purpose => (PURPOSES as readonly string[]).includes(text);

/** The document that a package answers, and its earlier versions. */
export interface AnsweredDocument {
  readonly version: number;
  readonly digest: string;
  readonly content: TenderDocumentContent;
  readonly older: readonly string[];
  /** Versions that are no longer received (RF-09). */
  readonly refused: readonly string[];
}

interface Receivable {
  /** What it is called to its sender. */
  readonly name: string;
  readonly table: typeof bids;
  readonly deadlineOf: (lot: Pick<Lot, "bidDeadline" | "applicationDeadline">) => Date | null;
  readonly deadlineName: string;
  readonly refusalToSubmit: (lot: MovableLot, now: Date) => Refusal | undefined;
  readonly refusalToWithdraw: (lot: MovableLot, now: Date) => Refusal | undefined;
  readonly documentOf: (tx: Tx, lotId: string) => Promise<AnsweredDocument>;
  /** Text of its receipt. */
  readonly receiptText: string;
}

async function tenderDocument(tx: Tx, lotId: string): Promise<AnsweredDocument> {
  const { version, digest, content } = await documentInForce(tx, lotId);
  return {
    version,
    digest,
    content,
    older: await earlierDigests(tx, lotId, version),
    refused: await earlierDigests(tx, lotId, await obligatoryVersion(tx, lotId)),
  };
}

async function prequalificationDocument(tx: Tx, lotId: string): Promise<AnsweredDocument> {
  const { version, digest, content } = await formInForce(tx, lotId);
  const older = (await issuedForms(tx, lotId)).filter((form) => form.version < version).map((form) => form.digest);
  return { version, digest, content: asSealable(content), older, refused: [] };
}

export const RECEIVABLES: Readonly<Record<Purpose, Receivable>> = {
  bid: {
    name: "投标文件",
    table: bids,
    deadlineOf: ({ bidDeadline }) => bidDeadline,
    deadlineName: "投标截止时间",
    refusalToSubmit,
    refusalToWithdraw,
    documentOf: tenderDocument,
    receiptText: "已收到，未开启",
  },
  application: {
    name: "资格预审申请文件",
    // The same columns, in a table of its own: a name of the database that queries of bids never say.
    table: applications as unknown as typeof bids,
    deadlineOf: ({ applicationDeadline }) => applicationDeadline,
    deadlineName: "资格预审申请截止时间",
    refusalToSubmit: refusalToApply,
    // Until the deadline; where the clocks stand still there is none, whatever the time of day.
    refusalToWithdraw: (lot, now) => refusalToApply({ ...lot, flags: [] }, now),
    documentOf: prequalificationDocument,
    receiptText: "资格预审申请文件已收到，未开启",
  },
};
