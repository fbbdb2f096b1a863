import { capitalAmount, formatYuan } from "@/core/money";
import { formatClock, formatDate, formatInstant } from "@/core/time";
import type { Tx } from "@/kit/db/connect";
import { legalNow } from "@/kit/db/context";
import { clarificationsOf } from "@/lifecycle/clarification/queries";
import { clauseValue, profileOf } from "@/lifecycle/law/clauses";
import { type RoundWords, roundOf, roundWords } from "@/lifecycle/law/rounds";
import { type Lot, lotByCode } from "@/lifecycle/lot/queries";
import { hasReached, REGIME_TEXTS, type Regime } from "@/lifecycle/lot/states";
import { noticesOfLot, shownKind } from "@/lifecycle/notice/queries";
import { answersOf } from "@/lifecycle/objection/queries";
import { openingRecordOf } from "@/lifecycle/opening/queries";
import type { RecordPayload } from "@/lifecycle/opening/record";
import type { Round } from "@/lifecycle/opening/rounds";
import { formInForce } from "@/lifecycle/prequalification/queries";
import type { PrequalContent } from "@/lifecycle/prequalification/schema";
import { hasTwoEnvelopes } from "@/lifecycle/tender-document/envelopes";
import { documentInForce } from "@/lifecycle/tender-document/queries";
import { priceOf, securityTerms, type TenderDocumentContent } from "@/lifecycle/tender-document/schema";
import { tenderProjectOf } from "@/lifecycle/tender-project/queries";
import { organisationOf } from "@/platform/party/queries";

/** What is published of a first round, and what its end was. */
function prequalFacts(
  lot: Lot,
  words: RoundWords,
  { content, digest }: { content: PrequalContent; digest: string },
): (readonly [string, string])[] {
  return [
    content.items ? ["招标阶段", words.rule] : ["资格审查", words.rule],
    [`获取${words.document}`, `公告发布时起至 ${formatInstant(new Date(content.saleEnd))}`],
    [`${words.deadline}时间`, lot.applicationDeadline ? formatInstant(lot.applicationDeadline) : "—"],
    ["联合体", content.consortiumAllowed ? words.consortium : "不接受"],
    [`${words.document}校验值 SHA-256`, digest],
  ];
}

/** Why a first round failed, where it did: how few there were is nobody's to know. */
export const prequalFailureText = (
  lot: Pick<Lot, "prequalified" | "bidDeadline" | "resultsSentAt">,
  words: RoundWords,
): string => (!lot.prequalified || lot.bidDeadline ? "" : lot.resultsSentAt ? words.tooFewChosen : words.tooFewSent);

/** Spans that the law asks for after a step, as the timeline brackets them. */
function minimumsOf(
  lot: Lot,
  { mandatory, twoStage }: Regime,
  profileId: string,
  words: RoundWords,
): Record<string, string> {
  if (!lot.noticePublishedAt) return {};
  const profile = profileOf(profileId);
  const day = formatDate(lot.noticePublishedAt);
  const sale = `文件获取至少 ${clauseValue(profile, "CLK-01", day)} 日`;
  const bids = `至截止至少 ${clauseValue(profile, "CLK-03", day)} 日`;
  const form = `申请截止至少在停止获取后 ${clauseValue(profile, "CLK-02", day)} 日`;
  return {
    ...(lot.prequalified ? { [words.title]: `法定：${mandatory && !twoStage ? `${sale}，${form}` : sale}` } : {}),
    公告与文件获取: `法定：${mandatory ? `${sale}，${bids}` : sale}`,
  };
}

const money = (fen: string) => `${formatYuan(BigInt(fen))}（${capitalAmount(BigInt(fen))}）`;

/** What the tender document in force says of money and times. */
function documentFacts(lot: Lot, { content, digest }: { content: TenderDocumentContent; digest: string }) {
  return [
    ["最高投标限价", money(content.ceilingFen)],
    ["投标保证金", `${money(content.securityFen)}，${securityTerms(content)}`],
    [
      "获取招标文件",
      `${lot.saleStart ? formatClock(lot.saleStart) : "—"} 至 ${lot.saleEnd ? formatInstant(lot.saleEnd) : "—"}`,
    ],
    ...(content.winnerPays ? ([["招标代理服务费", content.winnerPays.text]] as const) : []),
    ["招标文件售价", priceOf(content) ? `${formatYuan(priceOf(content))}（仅补偿成本）` : "免费"],
    ["投标截止、开标时间", lot.bidDeadline ? formatInstant(lot.bidDeadline) : "—"],
    ...(hasTwoEnvelopes(content)
      ? ([
          ["信封", "双信封：先开启第一信封，评审后另行公布时间开启通过者的第二信封（报价）"],
          ["第二信封开标时间", secondTime(lot)],
        ] as const)
      : []),
    ["解密时间", `开标后 ${lot.decryptionWindowMinutes} 分钟`],
    ["投标有效期", `${content.validityDays} 天`],
    ["招标文件校验值 SHA-256", digest],
  ] as const satisfies readonly (readonly [string, string])[];
}

/** A tender as anybody may see it. Nothing here depends on bids before the opening record is signed. */
export async function publicTender(tx: Tx, code: string, profileId: string) {
  const lot = await lotByCode(tx, code);
  const tender = await tenderProjectOf(tx, lot.tenderProjectId);
  const [tenderer, agency] = [
    await organisationOf(tx, tender.tendererOrgId),
    tender.agencyOrgId ? await organisationOf(tx, tender.agencyOrgId) : undefined,
  ];
  const notices = await noticesOfLot(tx, lot.id);
  const round = roundOf(tender.regime);
  const words = roundWords(tender.regime);
  // The tender document of a prequalified lot is told to those who were invited to bid.
  const isOpen = !lot.prequalified || notices.some(({ kind }) => kind === "tender");
  const document = isOpen ? await documentInForce(tx, lot.id) : undefined;
  const form = lot.prequalified ? await formInForce(tx, lot.id) : undefined;
  const [newest] = await clarificationsOf(tx, lot.id);
  const contact = ({ contact: person, phone }: { contact: string; phone: string }) => `${person} ${phone}`.trim();
  const times =
    lot.bidDeadline && !document
      ? ([
          ["招标文件", `只发给${words.chosen}`],
          ["投标截止、开标时间", formatInstant(lot.bidDeadline)],
        ] as const)
      : [];
  return {
    now: (await legalNow(tx)).toISOString(),
    lot: {
      id: lot.id,
      code: lot.code,
      name: lot.name,
      state: lot.state,
      flags: [...lot.flags],
      deadline: lot.bidDeadline?.toISOString(),
      prequalified: lot.prequalified,
      applicationDeadline: lot.applicationDeadline?.toISOString(),
      failure: prequalFailureText(lot, words),
      round,
      words: {
        round: words.round,
        title: words.title,
        deadline: words.deadline,
        join: words.join,
        document: words.document,
        short: words.short,
      },
      windowEndsAt: lot.windowEndsAt?.toISOString(),
      opened: lot.openedAt !== null,
    },
    title: `${tender.name} ${lot.name}`,
    documentDigest: (document ?? form)!.digest,
    parties: [
      { role: "招标人", name: tenderer.name, contact: contact(tenderer) },
      ...(agency ? [{ role: "招标代理机构", name: agency.name, contact: contact(agency) }] : []),
      { role: "监督部门", name: tender.superviseDept },
    ],
    facts: [
      ["招标方式", REGIME_TEXTS.tenderMode[tender.regime.tenderMode]],
      ...(form ? prequalFacts(lot, words, form) : []),
      ...(document ? documentFacts(lot, document) : times),
    ] as readonly (readonly [string, string])[],
    times: {
      [words.title]: lot.applicationDeadline ? `至 ${formatClock(lot.applicationDeadline)}` : undefined,
      公告与文件获取: lot.prequalified
        ? lot.bidDeadline && lot.saleStart
          ? formatClock(lot.saleStart)
          : undefined
        : lot.noticePublishedAt
          ? formatClock(lot.noticePublishedAt)
          : undefined,
      "投标截止、开标": lot.bidDeadline ? formatClock(lot.bidDeadline) : undefined,
      候选人公示: lot.candidatePeriodEndsAt ? `至 ${formatClock(lot.candidatePeriodEndsAt)}` : undefined,
      中标通知: lot.awardedAt ? formatClock(lot.awardedAt) : undefined,
    },
    minimums: minimumsOf(lot, tender.regime, profileId, words),
    notices: notices.map((notice) => ({
      number: notice.number,
      title: notice.title,
      kind: shownKind(notice),
      publishedAt: formatInstant(notice.publishedAt!),
    })),
    objectionAnswers: await answersOf(tx, lot.id),
    clarification: newest && {
      number: newest.number,
      documentVersion: newest.documentVersion,
      at: formatInstant(newest.publishedAt),
      ...(newest.newDeadline ? { newDeadline: formatInstant(newest.newDeadline) } : {}),
    },
    candidates: hasReached(lot.state, "A1") ? notices.find(({ kind }) => kind === "candidates")?.number : undefined,
  };
}
export type PublicTender = Awaited<ReturnType<typeof publicTender>>;

const secondTime = ({ secondOpenedAt, secondOpeningAt }: Lot): string => {
  const at = secondOpenedAt ?? secondOpeningAt;
  return at ? formatInstant(at) : "第一信封评审结束后公布";
};

/** The signed record of an opening, for everybody; undefined until the host has signed it. */
export async function publicRecord(tx: Tx, lotId: string, round: Round = 1) {
  const record = await openingRecordOf(tx, lotId, round);
  if (!record?.signedAt) return undefined;
  return {
    payload: record.payload as unknown as RecordPayload,
    hash: record.recordHash,
    signedAt: formatInstant(record.signedAt),
    pdfFileId: record.signedPdfFileId ?? undefined,
    statement: record.statement,
  };
}
