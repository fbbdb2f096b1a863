import type { Tx } from "@/kit/db/connect";
import { obligatoryVersion } from "@/lifecycle/clarification/queries";
import { wordsOf } from "@/lifecycle/law/rounds";
import type { Lot } from "@/lifecycle/lot/queries";
import { formInForce, issuedForms } from "@/lifecycle/prequalification/queries";
import { asSealable } from "@/lifecycle/prequalification/schema";
import { applications } from "@/lifecycle/prequalification/tables";
import { documentInForce, earlierDigests } from "@/lifecycle/tender-document/queries";
import type { TenderDocumentContent } from "@/lifecycle/tender-document/schema";
import type { Purpose } from "./purpose";
import { bids } from "./tables";

/** The document that a package answers, and its earlier versions. */
export interface AnsweredDocument {
  readonly version: number;
  readonly digest: string;
  readonly content: TenderDocumentContent;
  readonly older: readonly string[];
  /** Versions that are no longer received (RF-09). */
  readonly refused: readonly string[];
  /** Text of the receipt for what answers it. */
  readonly receiptText: string;
}

/** Where packages of a purpose lie and what they answer; the rules, which the browser asks too, are in `purpose.ts`. */
interface Receivable {
  readonly table: typeof bids;
  readonly deadlineOf: (lot: Pick<Lot, "bidDeadline" | "applicationDeadline">) => Date | null;
  readonly documentOf: (tx: Tx, lotId: string) => Promise<AnsweredDocument>;
}

async function tenderDocument(tx: Tx, lotId: string): Promise<AnsweredDocument> {
  const { version, digest, content } = await documentInForce(tx, lotId);
  return {
    version,
    digest,
    content,
    older: await earlierDigests(tx, lotId, version),
    refused: await earlierDigests(tx, lotId, await obligatoryVersion(tx, lotId)),
    receiptText: "已收到，未开启",
  };
}

async function prequalificationDocument(tx: Tx, lotId: string): Promise<AnsweredDocument> {
  const { version, digest, content } = await formInForce(tx, lotId);
  const older = (await issuedForms(tx, lotId)).filter((form) => form.version < version).map((form) => form.digest);
  const { package: name } = wordsOf(content.items ? "proposal" : "application");
  return { version, digest, content: asSealable(content), older, refused: [], receiptText: `${name}已收到，未开启` };
}

export const RECEIVABLES: Readonly<Record<Purpose, Receivable>> = {
  bid: {
    table: bids,
    deadlineOf: ({ bidDeadline }) => bidDeadline,
    documentOf: tenderDocument,
  },
  application: {
    // The same columns, in a table of its own: a name of the database that queries of bids never say.
    table: applications as unknown as typeof bids,
    deadlineOf: ({ applicationDeadline }) => applicationDeadline,
    documentOf: prequalificationDocument,
  },
};
