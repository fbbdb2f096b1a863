import { z } from "zod";
import { StatementJson } from "@/lifecycle/archive/schema";
import { Authority } from "@/lifecycle/signing/schema";
import { Unproved } from "./judge";

/** Items of an archive as they are read back. Members that no check needs may be there. */
const hash = z.string().regex(/^[0-9a-f]{64}$/);
const instant = z.iso.datetime().transform((text) => new Date(text));

export const ProjectItem = z.object({
  tenderProject: z.object({
    code: z.string(),
    name: z.string(),
    regime: z.object({
      orgForm: z.enum(["self", "agency"]),
      qualification: z.enum(["pre", "post"]),
      twoStage: z.boolean().default(false),
      envelopes: z.number(),
    }),
  }),
});

export const NoticeItem = z.object({
  number: z.string(),
  kind: z.string(),
  title: z.string(),
  fields: z.record(z.string(), z.string()),
  contentHash: hash,
  publishedAt: instant,
  /** Null in a correction that the platform publishes by law, when an outage or an order has moved a deadline. */
  statement: StatementJson.nullable(),
  /** On what the person signed; none under what was published with one signature. */
  authority: Authority.optional(),
});
export type NoticeItem = z.infer<typeof NoticeItem>;

/** The signature under a notice. @throws Unproved for one that somebody has to have signed. */
export function signatureOf({ number, statement }: Pick<NoticeItem, "number" | "statement">) {
  if (!statement) throw new Unproved(`${number} 没有发布人的签名`);
  return statement;
}

export const BidItem = z.object({
  bidId: z.string(),
  organisation: z.string(),
  creditCode: z.string(),
  bid: z.string(),
  seq: z.number(),
  sealHash: hash,
  receivedAt: instant,
  standing: z.enum(["standing", "replaced", "withdrawn"]),
  openings: z.array(
    z.object({
      segment: z.string(),
      state: z.string(),
      failureClass: z.string().optional(),
      legalEffect: z.string().optional(),
      files: z.array(z.object({ name: z.string(), size: z.number(), sha256: hash })),
    }),
  ),
});
export type BidItem = z.infer<typeof BidItem>;

export const ReleaseItem = z.array(z.object({ segment: z.string(), at: instant, statement: StatementJson }));
export const WithdrawalItem = z.object({ at: instant, statement: StatementJson, receipt: StatementJson });
export const RevocationItem = z.object({ at: instant, reason: z.string(), statement: StatementJson });
export const FormItem = z.record(z.string(), z.record(z.string(), z.string()));

export const ClosingItem = z.object({ at: instant, statement: StatementJson });
export const ClosingPayload = z.object({
  format: z.literal("xb-closing/1"),
  lot: z.string(),
  deadline: instant,
  closedAt: instant,
  bids: z.array(z.object({ sealHash: hash, receiptHash: hash })),
  count: z.number(),
});

export const RecordItem = z.object({
  at: instant,
  recordHash: hash,
  payload: z.looseObject({
    lot: z.string(),
    closingHash: hash,
    count: z.number(),
    baseEstimate: z.object({ text: z.string(), hash }).optional(),
    rows: z.array(
      z.looseObject({
        bidId: z.string(),
        organisation: z.string(),
        creditCode: z.string(),
        sealHash: hash,
        outcome: z.string(),
      }),
    ),
  }),
  statement: StatementJson,
});

export const BaseEstimateItem = z.object({
  at: instant,
  hash,
  said: z.union([
    z.strictObject({ amountFen: z.string().regex(/^[1-9]\d{0,17}$/), nonce: hash }),
    z.strictObject({ unreadable: z.string() }),
  ]),
  statement: StatementJson,
});

export const RemarksItem = z.object({
  remarks: z.array(
    z.object({
      creditCode: z.string(),
      organisation: z.string(),
      kind: z.string(),
      at: instant,
      statement: StatementJson.optional(),
    }),
  ),
});

export const DrawsItem = z.object({
  nonces: z.array(z.object({ party: z.string(), commitment: hash, nonce: z.string() })),
  draws: z.array(
    z.object({
      label: z.string(),
      record: z.object({
        lot: z.string(),
        commitments: z.array(hash),
        nonces: z.array(z.string()),
        label: z.string(),
        items: z.array(z.string()).max(10_000),
        inputHash: hash,
        drawn: z.array(z.string()),
        standby: z.array(z.string()),
        allotted: z.array(z.string()).optional(),
      }),
    }),
  ),
});

export const DeclarationsItem = z.object({
  text: z.string(),
  members: z.array(
    z.object({
      memberId: z.string(),
      place: z.number(),
      expert: z.string(),
      name: z.string(),
      state: z.string(),
      seat: z.string().optional(),
      declaredAt: instant.optional(),
      declaration: StatementJson.optional(),
    }),
  ),
});

const MarkRow = z.strictObject({
  bidId: z.string(),
  item: z.string(),
  verdict: z.enum(["pass", "fail"]),
  ground: z.string(),
  reason: z.string(),
  place: z.string(),
});
const ScoreRow = z.strictObject({
  bidId: z.string(),
  item: z.string(),
  scoreHundredths: z.number(),
  reason: z.string(),
});
const sheet = { memberId: z.string(), at: instant, statement: StatementJson };
export const SheetsItem = z.object({
  finishedAt: instant,
  sheets: z.array(
    z.discriminatedUnion("step", [
      z.object({ ...sheet, step: z.literal("preliminary"), rows: z.array(MarkRow) }),
      z.object({ ...sheet, step: z.literal("detailed"), rows: z.array(ScoreRow) }),
      // Signed is the result of the first envelopes, which stands in `evaluation/result.json`.
      z.object({ ...sheet, step: z.literal("first-envelope"), rows: z.array(z.unknown()).max(0) }),
    ]),
  ),
  report: z.array(z.object({ memberId: z.string(), kind: z.string(), at: instant })),
});

const Rejected = z.object({
  bidId: z.string(),
  item: z.string(),
  ground: z.string(),
  reason: z.string(),
  place: z.string(),
  votes: z.number(),
});
export const ResultItem = z.object({
  rejections: z.array(Rejected),
  /** Of a lot with two envelopes. */
  firstEnvelope: z.object({ passed: z.array(z.string()), scores: z.record(z.string(), z.string()) }).optional(),
  secondRejections: z.array(Rejected).optional(),
  computedAt: instant.optional(),
  outcome: z.looseObject({ ranking: z.array(z.object({ rank: z.number(), bid: z.string() })) }),
});

/** Drafts of the statement on competition and who answered them; an answer with a reason is a dissent. */
export const CompetitionItem = z.array(
  z.object({
    number: z.number(),
    validBids: z.number(),
    isLacking: z.boolean(),
    text: z.string(),
    signatures: z.array(z.object({ memberId: z.string(), dissent: z.string(), at: instant, statement: StatementJson })),
  }),
);

export const DecisionItem = z.object({
  candidates: z.array(
    z.object({
      rank: z.number(),
      bidId: z.string(),
      organisation: z.string(),
      creditCode: z.string(),
      priceFen: z.string(),
      total: z.string(),
    }),
  ),
  bidId: z.string(),
  priceFen: z.string(),
  ground: z.string(),
  at: instant,
  statement: StatementJson,
});

export const LettersItem = z.object({
  at: instant,
  statement: StatementJson,
  letters: z.array(
    z.object({
      number: z.string(),
      kind: z.string(),
      organisation: z.string(),
      creditCode: z.string(),
      payload: z.record(z.string(), z.string()),
    }),
  ),
});

export const HubLine = z.object({
  key: z.string(),
  bodyHash: hash,
  body: z.record(z.string(), z.unknown()),
  ack: z.looseObject({ key: z.string() }).optional(),
});

export const TrailLineItem = z.looseObject({
  chain: z.string(),
  seq: z.number(),
  action: z.string(),
  subject: z.string(),
  lotId: z.string().optional(),
  role: z.string(),
  at: z.string(),
  realAt: z.string(),
  facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string())])),
  prev: hash,
  hash,
});
