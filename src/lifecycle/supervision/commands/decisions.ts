import { formatInstant, ts14 } from "@/core/time";
import type { CommandScope, Service } from "@/kit/command";
import type { Tx } from "@/kit/db/connect";
import type { HubMessage, Job } from "@/kit/outbox";
import { awardOf, candidatesOf } from "@/lifecycle/award/queries";
import { standingBids } from "@/lifecycle/bidding/queries";
import { activeMembers, memberCodes } from "@/lifecycle/committee/queries";
import { replaceMember } from "@/lifecycle/committee/replace";
import { reopenEvaluation } from "@/lifecycle/evaluation/reopen";
import { voidMember } from "@/lifecycle/evaluation/replace-member";
import { moveLot } from "@/lifecycle/lot/move";
import type { Lot } from "@/lifecycle/lot/queries";
import { lotKeys } from "@/lifecycle/notice/hub-messages";
import { say } from "@/lifecycle/opening/events";
import { formHoldersOf } from "@/lifecycle/prequalification/queries";
import { holdersOf } from "@/lifecycle/tender-document/queries";
import type { TenderProject } from "@/lifecycle/tender-project/queries";
import type { Letter } from "@/platform/inbox/letters";
import { materialOf } from "../material";
import { DATA_CLASSES, INSTRUCTION_TYPES, type Instruction } from "../schema";

/** What carrying out an instruction has to tell. */
export interface Act {
  readonly letters: readonly Letter[];
  readonly clocks?: Readonly<Record<string, string>>;
  readonly material?: Readonly<Record<string, unknown>>;
  readonly withheld?: readonly string[];
  readonly hub?: readonly HubMessage[];
  readonly jobs?: readonly Job[];
}

type Scope = Pick<CommandScope<Service>, "tx" | "site">;

/** A lot that ends or begins anew is told to the hub at once, as an exception. */
const exception = (
  lot: Lot,
  tender: TenderProject,
  said: Instruction,
  { suffix, name, result }: { suffix: string; name: string; result: string },
  now: Date,
): HubMessage => ({
  dataset: "517",
  tenderProjectId: tender.id,
  lotId: lot.id,
  subject: `${lot.code}-${suffix}`,
  body: {
    ...lotKeys(lot, tender),
    EXCEPITON_NAME: `${lot.name}${name}`,
    EXCEPITON_INFOR: `${tender.superviseDept}${said.no}（${said.ground}）`,
    APPROVAL_RESULT: result,
    APPROVAL_TIME: ts14(now),
    EXCEPITON_TYPE: "9",
  },
});

/**
 * INVALIDATE (认定无效, transition 27, IR81): the lot ends, whatever its state. What was not opened stays sealed for ever, and whoever
 * was secret stays so: holders and bidders are told one by one.
 */
export async function invalidateLot(
  { tx, site }: Scope,
  said: Instruction,
  lot: Lot,
  tender: TenderProject,
  now: Date,
): Promise<Act> {
  await moveLot(tx, lot, "F4", now, { decisionNumber: said.no });
  if (["T1", "T2", "O1", "E1b"].includes(lot.state))
    await say(tx, site.id, lot.id, now, "invalidated", { no: said.no });
  const effect =
    "本标段的招标投标被认定无效，程序终止，依法重新招标。没有开启的投标文件不再开启，保持加密；投标保证金按规定退还。";
  return {
    letters: await lettersTo(tx, lot, tender, said, effect),
    hub: [exception(lot, tender, said, { suffix: "F4", name: "被认定无效", result: "依法重新招标" }, now)],
    jobs: [{ name: "deliver-outbox", payload: {}, key: `deliver:${site.id}` }],
  };
}

/** REEVALUATE (责令重新评标, transitions 19 and 27): the original committee evaluates again; its report is a new version. */
export async function reevaluateLot(
  { tx, site }: Scope,
  said: Instruction,
  lot: Lot,
  tender: TenderProject,
  now: Date,
): Promise<Act> {
  const ground = {
    kind: "reevaluate" as const,
    authority: said.authority,
    no: said.no,
    article: said.ground,
    text: said.text,
  };
  const list = (await candidatesOf(tx, lot.id)).map(({ bidId, rank, priceFen, totalHundredths }) => ({
    ...{ bidId, rank, priceFen: String(priceFen), totalHundredths },
  }));
  const award = await awardOf(tx, lot.id);
  const decision = award && { bidId: award.bidId, ground: award.ground, statement: award.decision };
  const outcome = { state: lot.state, candidates: list, ...(decision ? { decision } : {}) };
  const { version, jobs } = await reopenEvaluation({ tx, site }, lot, ground, outcome, now);
  const effect = `原评标委员会重新评标（第 ${version} 次）。此前的评标报告、中标候选人公示和定标决定不再作为依据；新的评标报告提交后重新公示中标候选人。`;
  const name = `重新评标（第 ${version} 次）`;
  return {
    letters: await lettersTo(tx, lot, tender, said, effect),
    hub: [exception(lot, tender, said, { suffix: `PB${version}`, name, result: "原评标委员会重新评标" }, now)],
    jobs: [...jobs, { name: "deliver-outbox", payload: {}, key: `deliver:${site.id}` }],
  };
}

/**
 * REPLACE_MEMBER (更换评标委员会成员, IR48): the next expert on standby takes place and seat. Who it is stays as secret as the committee is:
 * those who run the tender are told that a member was replaced.
 */
export async function replaceMemberOf(
  { tx, site }: Scope,
  said: Instruction,
  lot: Lot,
  tender: TenderProject,
  now: Date,
): Promise<Act> {
  const members = await activeMembers(tx, lot.id);
  const codes = await memberCodes(tx, members);
  const member = members.find(({ id }) => codes.get(id) === said.member)!;
  const next = await replaceMember(tx, member);
  const ground = { authority: said.authority, no: said.no, article: said.ground, text: "更换评标委员会成员" };
  if (lot.state === "E1") await voidMember({ tx, site }, lot.id, member.id, { kind: "replace", ...ground }, now);
  const letters = (await lettersTo(tx, lot, tender, said, "", true)).map((letter) => ({
    ...letter,
    body: `${tender.superviseDept}签发${said.no}（依据：${said.ground}），更换评标委员会成员一名，由候补专家接替。被更换成员的评审结论无效，由接替的成员重新评审。`,
  }));
  return { letters, jobs: [{ name: "invite-expert", payload: { memberId: next }, key: `invite:${next}` }] };
}

/** PROVIDE (调取资料): what is asked for and may be read now, and the names of what may not. */
export async function provideMaterial({ tx }: Scope, said: Instruction, lot: Lot, tender: TenderProject): Promise<Act> {
  const found = await materialOf(tx, lot, said.classes ?? []);
  const names = (said.classes ?? []).map((one) => DATA_CLASSES[one]).join("、");
  return { ...found, letters: await lettersTo(tx, lot, tender, said, `调取：${names}。`, true) };
}

/** Who holds the tender document; until there is one, who holds that of the prequalification. */
const concerned = (tx: Tx, lot: Lot): Promise<string[]> =>
  lot.prequalified && !lot.bidDeadline ? formHoldersOf(tx, lot.id) : holdersOf(tx, lot.id);

/** Everybody whom the instruction concerns: those who run the tender; of what stops or moves it, the holders as well. */
export async function lettersTo(
  tx: Tx,
  lot: Lot,
  tender: TenderProject,
  said: Instruction,
  effect: string,
  ownersOnly = false,
): Promise<Letter[]> {
  const owners = [tender.tendererOrgId, tender.agencyOrgId].filter((org) => org !== null);
  const orgs = new Set([...owners, ...(ownersOnly ? [] : await others(tx, lot))]);
  const title = INSTRUCTION_TYPES[said.type];
  return [...orgs].map((orgId) => ({
    orgId,
    lotId: lot.id,
    kind: "instruction",
    subject: `监督指令（${title}）：标段 ${lot.code}`,
    body: `${tender.superviseDept}于 ${formatInstant(new Date(said.issuedAt))} 签发${said.no}（依据：${said.ground}）：${said.text}\n${effect}`.trim(),
    byPhone: true,
  }));
}

/** Holders of the document, and those who bid without one: each is told, one by one. */
const others = async (tx: Tx, lot: Lot): Promise<string[]> => [
  ...(await concerned(tx, lot)),
  ...(await standingBids(tx, lot.id)).map(({ orgId }) => orgId),
];
