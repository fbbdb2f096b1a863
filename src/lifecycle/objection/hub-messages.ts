import { ts14 } from "@/core/time";
import type { HubMessage } from "@/kit/outbox";
import { roundOf } from "@/lifecycle/law/rounds";
import type { Lot } from "@/lifecycle/lot/queries";
import { lotKeys, PARTY_ROLES } from "@/lifecycle/notice/hub-messages";
import type { TenderProject } from "@/lifecycle/tender-project/queries";
import { type ObjectionAnswer, OUTCOMES, objectedTo } from "./schema";

/** Who files or answers, as the dataset names it. */
interface Author {
  readonly name: string;
  readonly creditCode: string;
  readonly codeType: string;
  readonly phone: string;
  readonly role: keyof typeof PARTY_ROLES;
}

/** Type of objection (CL25) and state of its answer (CL26). */
const TYPES: Record<string, string> = {
  notice: "1",
  prequalification_document: "1",
  tender_document: "1",
  opening: "2",
  result: "3",
};
const answerState = (outcome: ObjectionAnswer["outcome"]) => (outcome === "upheld" || outcome === "partly" ? "2" : "1");

interface About {
  readonly lot: Lot;
  readonly tender: TenderProject;
  readonly objection: { id: string; number: number; kind: string; clause: string; text: string; demand: string };
  readonly now: Date;
}

const titleOf = ({ objection, tender }: Pick<About, "objection" | "tender">) =>
  `对${objectedTo(objection.kind, roundOf(tender.regime))}的异议（第 ${objection.number} 号）：${objection.clause}`.slice(
    0,
    200,
  );
const authorFields = (prefix: string, { name, creditCode, codeType, phone, role }: Author) => ({
  [`${prefix}CREATOR`]: name,
  [`${prefix}CREATOR_TYPE`]: codeType,
  [`${prefix}CREATOR_ROLE`]: PARTY_ROLES[role],
  [`${prefix}CREATOR_CODE`]: creditCode,
  [`${prefix}CREATOR_CONTACT`]: phone,
});
const frame = ({ lot, tender, objection }: About) => ({
  tenderProjectId: tender.id,
  lotId: lot.id,
  subject: `${lot.code}-YY${String(objection.number).padStart(2, "0")}`,
});

/** Dataset 9019, objection: for the supervision at once; the hub shows it to nobody else with its filer. */
export const objectionMessage = (about: About, filer: Author): HubMessage => ({
  dataset: "9019",
  ...frame(about),
  body: {
    ...lotKeys(about.lot, about.tender),
    OBJECTIONG_GUID: about.objection.id,
    TITTLE: titleOf(about),
    CONTENT: `${about.objection.text}\n请求：${about.objection.demand}`,
    TYPE: TYPES[about.objection.kind] ?? "3",
    SUBMIT_TIME: ts14(about.now),
    ...authorFields("", filer),
  },
});

/** Dataset 9020, its answer. */
export const objectionAnswerMessage = (
  about: About,
  answer: Pick<ObjectionAnswer, "outcome" | "text">,
  by: Author,
): HubMessage => ({
  dataset: "9020",
  ...frame(about),
  body: {
    ...lotKeys(about.lot, about.tender),
    OBJECTIONG_GUID: about.objection.id,
    RESPONSE_TITTLE: `答复：${titleOf(about)}`.slice(0, 200),
    RESPONSE_CONTENT: `${OUTCOMES[answer.outcome]}。${answer.text}`,
    RESPONSE_SUBMIT_TIME: ts14(about.now),
    ...authorFields("RESPONSE_", by),
    RESPONSE_STATUS: answerState(answer.outcome),
  },
});
