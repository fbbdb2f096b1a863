import { and, desc, eq, gte, sql } from "drizzle-orm";
import { z } from "zod";
import type { CanonicalValue } from "@/core/canonical-json";
import { Refused, refuse } from "@/core/refusal";
import { addHours, formatInstant } from "@/core/time";
import { creditCodeOf } from "@/crypto/certificate";
import { type Statement, signStatement, statementHash } from "@/crypto/statement";
import { byService, type CommandScope, defineServiceCommand, type Runtime, type Service } from "@/kit/command";
import type { Tx } from "@/kit/db/connect";
import { legalNow } from "@/kit/db/context";
import { activeMembers, memberCodes, standbyCount } from "@/lifecycle/committee/queries";
import { evaluationOf } from "@/lifecycle/evaluation/queries";
import { inWordsOf, roundOf } from "@/lifecycle/law/rounds";
import { lotFace } from "@/lifecycle/lot/move";
import { type Lot, lockLot, readLot, updateLot } from "@/lifecycle/lot/queries";
import { lots } from "@/lifecycle/lot/tables";
import { correctionFacts, publishCorrection } from "@/lifecycle/notice/correction";
import { noticeMessage } from "@/lifecycle/notice/hub-messages";
import { shiftObjections } from "@/lifecycle/objection/queries";
import { say } from "@/lifecycle/opening/events";
import { publishPostponement } from "@/lifecycle/prequalification/postponement";
import { documentInForce } from "@/lifecycle/tender-document/queries";
import { projectOf, type TenderProject, tenderProjectOf } from "@/lifecycle/tender-project/queries";
import { StatementInput } from "@/platform/identity/schema";
import { checkStatement } from "@/platform/identity/signer-check";
import { type Letter, writeLetters } from "@/platform/inbox/letters";
import { organisationOf } from "@/platform/party/queries";
import { ackOf, contentOf } from "../queries";
import { CLOCKS, type Clock, clocksAfterResume, refusalOfInstruction } from "../rules";
import { INSTRUCTION_TYPES, Instruction, type InstructionAck, REFUSAL_REASONS, type RefusalReason } from "../schema";
import { instructions } from "../tables";
import { type Act, invalidateLot, lettersTo, provideMaterial, reevaluateLot, replaceMemberOf } from "./decisions";

/** Refused instructions that are kept and answered in an hour: who forges thousands fills neither disk nor trail. */
const MAX_REFUSED_PER_HOUR = 100;

/** What came in: an instruction whose signature holds, or a reason why it is none. */
type Read =
  | { readonly ok: true; readonly said: Instruction; readonly signer: string | undefined }
  | { readonly ok: false; readonly said?: Instruction; readonly reason: RefusalReason };

async function readInstruction({ db, site, ports }: Runtime, statement: Statement): Promise<Read> {
  const parsed = Instruction.safeParse(contentOf(statement).value);
  const check = await checkStatement(statement, site, ports.revocation, await legalNow(db));
  // Whether the certificate was revoked cannot be known now: nothing is decided, the sender asks again.
  if (!check.ok && check.refusal.kind === "unavailable") throw new Refused(check.refusal);
  const said = parsed.success ? { said: parsed.data } : {};
  if (!check.ok) return { ok: false, ...said, reason: "SIGNATURE" };
  if (!parsed.success) return { ok: false, reason: "FORMAT" };
  return { ok: true, said: parsed.data, signer: creditCodeOf(check.signer) };
}

/**
 * Takes an instruction of a supervising body (O20 art. 52): verified, carried out and answered in one transaction.
 * SUSPEND stops the lot and its clocks, RESUME lets them go on with the time they had left; nobody of the platform or of
 * the parties can refuse or undo it. What is refused is kept, and the body in whose name it came is told.
 */
export const takeInstruction = defineServiceCommand({
  name: "supervision.take-instruction",
  input: z.object({ statement: StatementInput }),
  may: byService,
  prepare: async (runtime, _actor, { statement }) => readInstruction(runtime, statement),
  async run(scope, { statement }) {
    const { tx, site, ports, prepared: read } = scope;
    const found = read.said ? await lotNamed(tx, read.said.lot) : undefined;
    const lot = found && (await lockLot(tx, found.id));
    const now = await scope.clock();
    const before = await ackOf(tx, statement);
    if (before)
      return {
        result: { ack: before },
        trail: [{ action: "instruction.asked-again", subject: read.said?.no ?? "", chain: "site", facts: {} }],
      };
    const tender = lot && (await tenderProjectOf(tx, lot.tenderProjectId));
    const reason = read.ok ? await refusalNow(tx, read.said, read.signer, lot, tender, now) : read.reason;
    if (reason && (await refusedLately(tx, now)) >= MAX_REFUSED_PER_HOUR)
      throw new Refused(refuse("unavailable", "supervision.too_many_refused"));
    const act = !reason && lot && tender ? await carryOut(scope, read.said!, lot, tender, now) : undefined;
    const ack: InstructionAck = {
      format: "xinbiao-instruction-ack/1",
      platform: site.platformCode,
      authority: read.said?.authority ?? "",
      no: read.said?.no ?? "",
      instruction: statementHash(statement),
      state: reason ? "refused" : "executed",
      ...(reason ? { reason } : {}),
      text: reason ? REFUSAL_REASONS[reason] : `已执行：${INSTRUCTION_TYPES[read.said!.type]}`,
      receivedAt: now.toISOString(),
      ...(act?.clocks ? { clocks: act.clocks } : {}),
      ...(act?.material
        ? { material: JSON.parse(JSON.stringify(act.material)) as Record<string, CanonicalValue> }
        : {}),
      ...(act?.withheld?.length ? { withheld: act.withheld } : {}),
    };
    const signed = await signStatement({ ...ack }, ports.platformKeys.signerOf(site.platformCode), {
      signingTime: now,
    });
    await tx.insert(instructions).values({
      siteId: site.id,
      lotId: lot?.id,
      type: read.said?.type ?? "",
      no: ack.no,
      authority: ack.authority,
      ground: read.said?.ground ?? "",
      text: read.said?.text ?? "",
      nonce: read.said?.nonce ?? "",
      state: ack.state,
      reason,
      hash: ack.instruction,
      statement,
      ack: signed,
      receivedAt: now,
    });
    const letters = act ? act.letters : reason ? warnings(reason, read.said, lot, tender) : [];
    const jobs = await writeLetters(tx, site.id, now, letters);
    return {
      result: { ack: signed },
      trail: [
        {
          action: reason ? "instruction.refused" : "instruction.executed",
          subject: ack.no,
          ...(lot && !reason ? { lotId: lot.id } : {}),
          // What was forged must not lengthen the record of a tender.
          chain: lot && !reason ? `project:${lot.tenderProjectId}` : "site",
          facts: {
            type: read.said?.type ?? "",
            authority: ack.authority,
            instruction: ack.instruction,
            ...(reason ? { reason } : {}),
            ...(act?.clocks ?? {}),
          },
          ...(act && lot ? { changed: { before: lotFace(lot), after: lotFace(await readLot(tx, lot.id)) } } : {}),
        },
      ],
      hub: act?.hub ?? [],
      jobs: [...jobs, ...(act?.jobs ?? [])],
    };
  },
});

async function lotNamed(tx: Tx, code: string): Promise<{ id: string } | undefined> {
  const [row] = await tx.select({ id: lots.id, state: lots.state }).from(lots).where(eq(lots.code, code));
  return row && !row.state.startsWith("D") ? row : undefined;
}

async function refusalNow(
  tx: Tx,
  said: Instruction,
  signer: string | undefined,
  lot: Lot | undefined,
  tender: TenderProject | undefined,
  now: Date,
): Promise<RefusalReason | undefined> {
  const used = async (what: typeof instructions.no | typeof instructions.nonce, value: string) =>
    (
      await tx
        .select({ id: instructions.id })
        .from(instructions)
        .where(and(eq(instructions.authority, said.authority), eq(what, value), eq(instructions.state, "executed")))
        .limit(1)
    ).length > 0;
  const facts = lot &&
    tender && {
      lot: {
        ...lot,
        twoEnvelopes: tender.regime.envelopes === 2,
        region: (await projectOf(tx, tender.projectId)).regionCode,
        supervisor: tender.supervisorOrgId ? (await organisationOf(tx, tender.supervisorOrgId)).creditCode : undefined,
      },
    };
  return refusalOfInstruction(
    said,
    {
      signer,
      ...facts,
      ...(lot && said.type === "REPLACE_MEMBER" ? { committee: await committeeNow(tx, lot) } : {}),
      numberUsed: await used(instructions.no, said.no),
      nonceUsed: await used(instructions.nonce, said.nonce),
    },
    now,
  );
}

async function committeeNow(tx: Tx, lot: Lot) {
  const members = await activeMembers(tx, lot.id);
  return {
    codes: [...(await memberCodes(tx, members)).values()],
    standby: await standbyCount(tx, lot.id),
    step: lot.state === "E1" ? (await evaluationOf(tx, lot.id)).step : undefined,
  };
}

async function refusedLately(tx: Tx, now: Date): Promise<number> {
  const [row] = await tx
    .select({ n: sql<string>`count(*)` })
    .from(instructions)
    .where(and(eq(instructions.state, "refused"), gte(instructions.receivedAt, addHours(now, -1))));
  return Number(row?.n ?? 0);
}

type Scope = CommandScope<Service, Read>;

async function carryOut(scope: Scope, said: Instruction, lot: Lot, tender: TenderProject, now: Date): Promise<Act> {
  switch (said.type) {
    case "SUSPEND":
      await updateLot(scope.tx, lot, { flags: [...lot.flags, "SUSPENDED_ORDER"] });
      await tellHall(scope, lot, now, "suspended", said);
      return {
        letters: await lettersTo(
          scope.tx,
          lot,
          tender,
          said,
          "各项期限停止计算，恢复前不能递交、开标、解密、评标、定标；可以撤回投标文件。",
        ),
      };
    case "RESUME":
      return resume(scope, said, lot, tender, now);
    case "EXTEND":
      return moveClocks(scope, said, lot, tender, now, { bidDeadline: new Date(said.until!) }, lot.flags);
    case "INVALIDATE":
      return invalidateLot(scope, said, lot, tender, now);
    case "REEVALUATE":
      return reevaluateLot(scope, said, lot, tender, now);
    case "REPLACE_MEMBER":
      return replaceMemberOf(scope, said, lot, tender, now);
    case "PROVIDE":
      return provideMaterial(scope, said, lot, tender);
    default:
      return { letters: await lettersTo(scope.tx, lot, tender, said, "", true) };
  }
}

async function resume(scope: Scope, said: Instruction, lot: Lot, tender: TenderProject, now: Date): Promise<Act> {
  const [order] = await scope.tx
    .select({ at: instructions.receivedAt })
    .from(instructions)
    .where(and(eq(instructions.lotId, lot.id), eq(instructions.type, "SUSPEND"), eq(instructions.state, "executed")))
    .orderBy(desc(instructions.receivedAt))
    .limit(1);
  // The flag without its order is a fault of ours: the clocks stand where they stood.
  const since = order?.at ?? now;
  await shiftObjections(scope.tx, lot.id, since, now);
  const flags = lot.flags.filter((flag) => flag !== "SUSPENDED_ORDER");
  const act = await moveClocks(scope, said, lot, tender, now, clocksAfterResume(lot, since, now), flags);
  await tellHall(scope, lot, now, "resumed", said);
  return act;
}

/** Writes the moved clocks; a moved deadline is published as a correction of the notice, to page, medium and holders. */
async function moveClocks(
  scope: Scope,
  said: Instruction,
  lot: Lot,
  tender: TenderProject,
  now: Date,
  moved: Partial<Record<Clock, Date>>,
  flags: Lot["flags"],
): Promise<Act> {
  const { tx, site } = scope;
  const updated = await updateLot(tx, lot, { ...moved, flags: [...flags] });
  const nameOf = (clock: Clock) => inWordsOf(roundOf(tender.regime), CLOCKS[clock]);
  const names = (Object.keys(moved) as Clock[]).map((clock) => `${nameOf(clock)}改为 ${formatInstant(moved[clock]!)}`);
  const clocks = Object.fromEntries(Object.entries(moved).map(([clock, at]) => [clock, at.toISOString()]));
  const effect = names.length ? `${names.join("；")}。` : "各项期限不变。";
  const letters = await lettersTo(tx, lot, tender, said, effect);
  if (lot.state === "P1" && lot.applicationDeadline && moved.applicationDeadline) {
    const summary = `根据${tender.superviseDept}${said.no}${INSTRUCTION_TYPES[said.type]}指令，${effect}`;
    await publishPostponement({ ...scope, now }, updated, tender, lot.applicationDeadline, summary);
    return { letters, clocks };
  }
  if (lot.state !== "T1" || !lot.bidDeadline || !moved.bidDeadline) return { letters, clocks };
  const { content } = await documentInForce(tx, lot.id);
  const facts = await correctionFacts({ ...scope, now }, updated, tender, content);
  const summary = `根据${tender.superviseDept}${said.no}${INSTRUCTION_TYPES[said.type]}指令，${effect}`;
  const notice = await publishCorrection({ ...scope, now }, facts, { summary, oldDeadline: lot.bidDeadline });
  return {
    letters,
    clocks,
    hub: [noticeMessage({ ...facts, notice }, "2")],
    jobs: [{ name: "deliver-outbox", payload: {}, key: `deliver:${site.id}` }],
  };
}

/** The hall is told where there is one to be in. */
async function tellHall(
  { tx, site }: Scope,
  lot: Lot,
  now: Date,
  kind: "suspended" | "resumed",
  { no }: Instruction,
): Promise<void> {
  if (["T1", "T2", "O1", "E1b"].includes(lot.state)) await say(tx, site.id, lot.id, now, kind, { no });
}

/** Reasons for which those who run the tender have to act themselves. */
const TOLD_ON: readonly RefusalReason[] = ["TYPE", "TWO_ENVELOPES", "STANDBY"];

/** The body in whose name something was refused learns of it: it may not have been its own. */
function warnings(
  reason: RefusalReason,
  said: Instruction | undefined,
  lot: Lot | undefined,
  tender: TenderProject | undefined,
): Letter[] {
  if (!said || !lot || !tender?.supervisorOrgId) return [];
  const owners = TOLD_ON.includes(reason)
    ? [tender.tendererOrgId, tender.agencyOrgId].filter((org) => org !== null)
    : [];
  return [tender.supervisorOrgId, ...owners].map((orgId) => ({
    orgId,
    lotId: lot.id,
    kind: "instruction",
    subject: `监督指令未执行：标段 ${lot.code}`,
    body: `以贵单位名义或对贵单位项目发来的监督指令（${INSTRUCTION_TYPES[said.type]}，文号 ${said.no}）没有执行：${REFUSAL_REASONS[reason]}。如非贵单位签发，请核查证书保管情况。`,
    byPhone: true,
  }));
}
