import { concat, u32be, utf8 } from "@/core/bytes";
import { encodeCanonical } from "@/core/canonical-json";
import { formatScore } from "@/core/score";
import type { ChainedLine } from "@/core/trail-hash";
import type { ByteSource } from "@/crypto/pieces";
import { readHeader } from "@/crypto/xbid/schema";
import { readBody } from "@/lifecycle/bidding/stored-body";
import { DECLARATION } from "@/lifecycle/committee/declaration";
import { documentManifest } from "@/lifecycle/tender-document/rules";
import type { StoredFile } from "@/platform/file/queries";
import type { Storage } from "@/ports/storage";
import type { ArchivedBid, ArchiveFacts } from "./collect";
import type { Letter } from "./rules";
import { documentFilePath, openedFolder, type Standing } from "./schema";

/** One file of the archive before it is written. */
export interface PlannedItem {
  readonly path: string;
  readonly title: string;
  readonly catalogue: Letter;
  open(): Promise<ByteSource>;
}

const item = (catalogue: Letter, path: string, title: string, open: PlannedItem["open"]): PlannedItem => ({
  catalogue,
  path,
  title,
  open,
});
const text = (catalogue: Letter, path: string, title: string, content: string): PlannedItem =>
  item(catalogue, path, title, async () => [utf8(content)]);
/** Data for people to read too; members that are not there are left out. */
const json = (catalogue: Letter, path: string, title: string, value: unknown): PlannedItem =>
  text(
    catalogue,
    path,
    title,
    `${JSON.stringify(value, (_, v) => (v === null ? undefined : typeof v === "bigint" ? String(v) : v), 2)}\n`,
  );
const lines = (rows: readonly unknown[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join("");

/** Plans every file of the archive but manifest, index and trust lists. */
export function plannedItems(facts: ArchiveFacts, storage: Storage): PlannedItem[] {
  const stored = (catalogue: Letter, path: string, title: string, file: StoredFile | undefined) =>
    file ? [item(catalogue, path, title, () => storage.get(file.storageKey))] : [];
  return [
    ...projectItems(facts),
    ...facts.notices.map((notice) =>
      json("C", `notices/${notice.number}.json`, notice.title, {
        format: "xinbiao-archived-notice/1",
        number: notice.number,
        kind: notice.kind,
        title: notice.title,
        fields: notice.fields,
        contentHash: notice.contentHash,
        publishedAt: notice.publishedAt,
        media: notice.mediaPublishedAt
          ? { url: notice.mediaUrl ?? "", publishedAt: notice.mediaPublishedAt }
          : undefined,
        statement: notice.statement,
      }),
    ),
    ...facts.documents.flatMap(({ version, files }) => [
      // Exactly the bytes whose hash bids name as `tenderDigest`.
      item("D", `documents/v${version.version}.json`, `招标文件第 ${version.version} 版`, async () => [
        encodeCanonical(documentManifest(facts.lot.code, version.version, version.content, files)),
      ]),
      ...files.flatMap((file, i) =>
        stored(
          "D",
          documentFilePath(version.version, i, file.name),
          `招标文件第 ${version.version} 版：${file.name}`,
          file,
        ),
      ),
    ]),
    ...facts.bids.flatMap((bid) => bidItems(facts, bid, storage)),
    json(
      "F",
      "refusals.json",
      "拒收记录",
      facts.refusals.map(({ orgId, code, facts: reasons, at }) => ({
        ...partyOf(facts, orgId),
        code,
        facts: reasons,
        at,
      })),
    ),
    ...openingItems(facts),
    ...stored("G", "opening/record.pdf", "开标记录", facts.recordPdf),
    ...evaluationItems(facts),
    ...stored("H", "evaluation/report.pdf", "评标报告", facts.reportPdf),
    ...awardItems(facts),
    text("N", "trail/project.jsonl", "招标项目留痕", lines(facts.projectTrail satisfies ChainedLine[])),
    text("N", "trail/sealed.jsonl", "标段密封留痕", lines(facts.sealedTrail satisfies ChainedLine[])),
    text(
      "M",
      "hub/messages.jsonl",
      "交换报文与回执",
      lines(
        facts.messages.map(({ key, dataset, op, version, occurredAt, state, body, bodyHash, ack, ackAt }) => ({
          ...{ key, dataset, op, version, occurredAt, state, bodyHash, body },
          ...(ack ? { ack, ackAt } : {}),
        })),
      ),
    ),
    keyRecord(facts),
  ];
}

const partyOf = (facts: ArchiveFacts, orgId: string) => {
  const party = facts.parties.get(orgId)!;
  return { organisation: party.name, creditCode: party.creditCode };
};

function projectItems({ project, tender, lot, tenderer, agency }: ArchiveFacts): PlannedItem[] {
  const { id: _p, siteId: _s, ownerOrgId: _o, ...registered } = project;
  const { code, name, regime, superviseDept, regionCode, mandateNumber } = tender;
  const { tenderProjectId: _t, siteId: _l, ...lotFacts } = lot;
  return [
    json("A", "project/project.json", "项目与招标项目登记", {
      project: registered,
      tenderProject: { code, name, regime, superviseDept, regionCode },
      lot: lotFacts,
    }),
    ...(agency
      ? [
          json("B", "project/mandate.json", "招标代理委托", {
            mandateNumber: mandateNumber ?? "",
            tenderer: { name: tenderer.name, creditCode: tenderer.creditCode },
            agency: { name: agency.name, creditCode: agency.creditCode },
          }),
        ]
      : []),
  ];
}

const standingOf = ({ bid }: ArchivedBid): Standing =>
  bid.withdrawnAt ? "withdrawn" : bid.replacedAt ? "replaced" : "standing";
const STANDING_TEXTS = { standing: "", replaced: "（已被替换）", withdrawn: "（已撤回）" } as const;

function bidItems(facts: ArchiveFacts, archived: ArchivedBid, storage: Storage): PlannedItem[] {
  const { bid, units, openings, files } = archived;
  const folder = `bids/${bid.sealHash}`;
  const standing = standingOf(archived);
  const { organisation, creditCode } = partyOf(facts, bid.orgId);
  const who = `${organisation}${STANDING_TEXTS[standing]}`;
  const segments = readHeader(bid.header).segments.map(({ id }) => id);
  async function* sealed() {
    yield* readBody(storage, units, 0, bid.bodyLength);
    yield concat(u32be(bid.seal.length), bid.seal, u32be(bid.signature.length), bid.signature);
  }
  const released = openings.filter(({ release }) => release);
  const opened = openings.filter(({ state }) => state === "decrypted");
  return [
    item("F", `${folder}/package.xbid`, `加密投标文件：${who}`, async () => sealed()),
    json("F", `${folder}/bid.json`, `投标登记：${who}`, {
      format: "xinbiao-archived-bid/1",
      ...{
        bidId: bid.id,
        organisation,
        creditCode,
        bid: bid.bidUuid,
        seq: bid.seq,
        sealHash: bid.sealHash,
        receivedAt: bid.receivedAt,
        flags: bid.flags,
      },
      ...{ standing, replacedAt: bid.replacedAt, withdrawnAt: bid.withdrawnAt },
      openings: openings.map(
        ({ segment, state, releasedAt, failureClass, failureEvidence, legalEffect, finalAt, files: listed }) => ({
          ...{ segment, state, releasedAt, failureClass, failureEvidence, legalEffect, finalAt },
          files: (listed ?? []).map(({ name, size, sha256 }) => ({ name, size, sha256 })),
        }),
      ),
    }),
    json("F", `${folder}/receipt.json`, `递交回执：${who}`, bid.receipt),
    ...(bid.withdrawal && bid.withdrawnAt
      ? [
          json("F", `${folder}/withdrawal.json`, `撤回：${organisation}`, {
            at: bid.withdrawnAt,
            statement: bid.withdrawal,
            receipt: bid.withdrawalReceipt,
          }),
        ]
      : []),
    ...(released.length
      ? [
          json(
            "F",
            `${folder}/release.json`,
            `解密声明：${organisation}`,
            released.map(({ segment, releasedAt, release }) => ({ segment, at: releasedAt, statement: release })),
          ),
        ]
      : []),
    ...(opened.length
      ? [
          json(
            "F",
            `${folder}/form.json`,
            `开标一览表：${organisation}`,
            Object.fromEntries(opened.map(({ segment, form }) => [segment, form ?? {}])),
          ),
        ]
      : []),
    ...opened.flatMap(({ segment }) => {
      const place = `${folder}/${openedFolder(segments.indexOf(segment))}`;
      return (files.get(segment) ?? []).map((file) =>
        item("F", `${place}/${file.name}`, `投标文件：${organisation}，${file.name}`, () =>
          storage.get(file.storageKey),
        ),
      );
    }),
  ];
}

function openingItems(facts: ArchiveFacts): PlannedItem[] {
  const { closing, record, signIns, remarks } = facts;
  return [
    ...(closing
      ? [json("G", "opening/closing-record.json", "截标记录", { at: closing.closedAt, statement: closing.statement })]
      : []),
    ...(record.statement
      ? [
          json("G", "opening/record.json", "开标记录数据", {
            at: record.signedAt,
            recordHash: record.recordHash,
            payload: record.payload,
            statement: record.statement,
          }),
        ]
      : []),
    json("G", "opening/remarks.json", "开标签到、确认与异议", {
      signIns: signIns.map(({ orgId, at, address }) => ({ ...partyOf(facts, orgId), at, address })),
      remarks: remarks.map(({ orgId, kind, text: words, answer, answeredAt, at, statement }) => ({
        ...partyOf(facts, orgId),
        kind,
        text: words,
        answer,
        answeredAt,
        at,
        statement,
      })),
    }),
  ];
}

function evaluationItems(facts: ArchiveFacts): PlannedItem[] {
  const { evaluation, request, members } = facts;
  const sheets = facts.sheets.map(({ memberId, step, at, statement }) => ({
    memberId,
    step,
    at,
    rows: sheetRows(facts, memberId, step),
    statement,
  }));
  return [
    json("H", "committee/draws.json", "抽取记录", {
      nonces: facts.nonces.map(({ party, commitment, nonce }) => ({ party, commitment, nonce })),
      draws: facts.draws.map(({ label, at, record }) => ({ label, at, record })),
    }),
    json("H", "committee/declarations.json", "评标委员会名单与回避声明", {
      request: request && {
        ...{ speciality: request.speciality, memberCount: request.memberCount, standbyCount: request.standbyCount },
        ...{ avoidance: request.avoidance, evaluationAt: request.evaluationAt, at: request.at },
      },
      text: DECLARATION,
      members: members.map(({ member, code, name, seat }) => ({
        ...{
          memberId: member.id,
          place: member.place,
          expert: code,
          name,
          state: member.state,
          chair: member.isChair === 1,
          seat,
        },
        ...{ signedInAt: member.signedInAt, declaredAt: member.declaredAt, declaration: member.declaration },
      })),
    }),
    ...(evaluation.caseFile ? [json("H", "evaluation/case.json", "评标输入", evaluation.caseFile)] : []),
    ...(evaluation.result ? [json("H", "evaluation/result.json", "评标结果", evaluation.result)] : []),
    json("H", "evaluation/sheets.json", "评审表", {
      ...{ version: evaluation.version, startedAt: evaluation.startedAt, finishedAt: evaluation.finishedAt, sheets },
      report: facts.reportSignatures.map(({ memberId, kind, text: words, at }) => ({
        memberId,
        kind,
        text: words,
        at,
      })),
    }),
    ...(facts.report ? [json("H", "evaluation/report.json", "评标报告数据", facts.report.payload)] : []),
  ];
}

/** The rows of a sheet as its member signed them: same members, same order. */
function sheetRows({ marks, scores }: ArchiveFacts, memberId: string, step: string) {
  const own = <T extends { memberId: string; bidId: string; item: string }>(rows: readonly T[]) =>
    rows
      .filter((row) => row.memberId === memberId)
      .sort((a, b) => (`${a.bidId}${a.item}` < `${b.bidId}${b.item}` ? -1 : 1));
  return step === "preliminary"
    ? own(marks).map(({ bidId, item: id, verdict, ground, reason, place }) => ({
        bidId,
        item: id,
        verdict,
        ground: ground ?? "",
        reason,
        place,
      }))
    : own(scores).map(({ bidId, item: id, scoreHundredths, reason }) => ({ bidId, item: id, scoreHundredths, reason }));
}

function awardItems(facts: ArchiveFacts): PlannedItem[] {
  const { award, letters } = facts;
  if (!award) return [];
  // As they were signed: the award notice first, the others by credit code, which ends their numbers.
  const ordered = [
    ...letters.filter(({ kind }) => kind === "award"),
    ...letters.filter(({ kind }) => kind !== "award"),
  ];
  const list = facts.candidates.map(({ rank, bidId, orgId, priceFen, totalHundredths }) => ({
    rank,
    bidId,
    ...partyOf(facts, orgId),
    priceFen,
    total: formatScore(totalHundredths),
  }));
  const { bidId, priceFen, ground, decidedAt, sentAt, decision } = award;
  return [
    json("I", "award/decision.json", "中标候选人与定标决定", {
      candidates: list,
      bidId,
      priceFen,
      ground,
      at: decidedAt,
      sentAt,
      statement: decision,
    }),
    ...(ordered[0]
      ? [
          json("I", "award/letters.json", "中标通知书与中标结果通知书", {
            at: ordered[0].at,
            statement: ordered[0].statement,
            letters: ordered.map(({ number, kind, orgId, payload }) => ({
              number,
              kind,
              ...partyOf(facts, orgId),
              payload,
            })),
          }),
        ]
      : []),
  ];
}

function keyRecord({ bids }: ArchiveFacts): PlannedItem {
  const packages = bids.flatMap(({ bid, openings }) =>
    readHeader(bid.header).segments.map(({ id: segment }) => ({
      sealHash: bid.sealHash,
      segment,
      key: openings.some((opening) => opening.segment === segment && opening.release)
        ? "投标人已释放，见 release.json"
        : "平台从未持有",
    })),
  );
  return json("O", "keys.json", "密钥记录", { format: "xinbiao-archived-keys/1", packages });
}
