import { encodeCanonical } from "@/core/canonical-json";
import type { ChainedLine } from "@/core/trail-hash";
import { documentManifest } from "@/lifecycle/tender-document/rules";
import { APPROVAL_BY_HAND } from "@/lifecycle/tender-project/schema";
import type { StoredFile } from "@/platform/file/queries";
import type { Storage } from "@/ports/storage";
import { bidItems, keyRecord } from "./bid-items";
import type { ArchiveFacts } from "./collect";
import { awardItems, evaluationItems } from "./evaluation-items";
import { item, json, lines, type PlannedItem, partyOf, text } from "./planned-item";
import { prequalItems } from "./prequal-items";
import type { Letter } from "./rules";
import { documentFilePath } from "./schema";

/** How the seal of a refused package was found; `sealed` of all that were refused for another reason (IR36). */
const SEALING: Readonly<Record<string, string>> = {
  "RF-02": "not sealed",
  "RF-04": "altered",
  "RF-05": "signature broken",
  "RF-06": "unknown format",
};

/** Plans every file of the archive but manifest, index and trust lists. */
export function plannedItems(facts: ArchiveFacts, storage: Storage): PlannedItem[] {
  const stored = (catalogue: Letter, path: string, title: string, file: StoredFile | undefined) =>
    file ? [item(catalogue, path, title, () => storage.get(file.storageKey))] : [];
  const { approvalFile } = facts;
  return [
    ...projectItems(facts),
    ...stored(
      "A",
      `project/approval${/\.\w+$/.exec(approvalFile?.name ?? "")?.[0] ?? ""}`,
      "审批、核准文件",
      approvalFile,
    ),
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
        authority: notice.authority ?? undefined,
      }),
    ),
    ...(facts.invitees.length
      ? [
          json(
            "C",
            "invitees.json",
            "邀请名单和回执",
            facts.invitees.map(({ orgId, invitedAt, replyBy, reply, reason, repliedAt, statement }) => ({
              ...partyOf(facts, orgId),
              ...{ invitedAt, replyBy, reply, reason, repliedAt, statement },
            })),
          ),
        ]
      : []),
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
    ...(facts.prequalification ? prequalItems(facts.lot.code, facts.prequalification, storage) : []),
    ...facts.bids.flatMap((bid) => bidItems(facts, bid, storage)),
    json(
      "F",
      "refusals.json",
      "拒收记录",
      facts.refusals.map(({ orgId, code, facts: reasons, at }) => ({
        ...partyOf(facts, orgId),
        code,
        sealing: SEALING[code] ?? "sealed",
        facts: reasons,
        at,
      })),
    ),
    ...openingItems(facts),
    ...stored("G", "opening/record.pdf", "开标记录", facts.recordPdf),
    ...stored("G", "opening/second/record.pdf", "第二信封开标记录", facts.second?.recordPdf),
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

function projectItems(facts: ArchiveFacts): PlannedItem[] {
  const { project, tender, lot, tenderer, agency, approval, mandate, serviceContracts } = facts;
  const { id: _p, siteId: _s, ownerOrgId: _o, ...registered } = project;
  const { code, name, regime, superviseDept, regionCode, mandateNumber } = tender;
  const { tenderProjectId: _t, siteId: _l, ...lotFacts } = lot;
  return [
    json("A", "project/project.json", "项目与招标项目登记", {
      project: registered,
      tenderProject: { code, name, regime, superviseDept, regionCode },
      lot: lotFacts,
    }),
    ...(approval
      ? [
          json("A", "project/approval.json", "招标内容审批、核准", {
            kind: approval.kind,
            authority: approval.authority,
            document: { name: approval.documentName, number: approval.documentNumber, decidedOn: approval.decidedOn },
            scope: approval.scope,
            tenderMode: approval.tenderMode,
            orgForm: approval.orgForm,
            ground: approval.ground,
            entered: APPROVAL_BY_HAND,
            recordedAt: approval.at,
          }),
        ]
      : []),
    ...serviceContracts.map(({ terms, digest, statement, operatorStatement, signedAt }) =>
      json("B", `project/service-contract-${terms.customer.creditCode}-${digest.slice(0, 8)}.json`, "平台服务合同", {
        ...{ terms, digest, signedAt },
        signatures: { customer: statement, operator: operatorStatement },
      }),
    ),
    ...(agency
      ? [
          json("B", "project/mandate.json", "招标代理委托", {
            mandateNumber: mandateNumber ?? "",
            tenderer: { name: tenderer.name, creditCode: tenderer.creditCode },
            agency: { name: agency.name, creditCode: agency.creditCode },
            ...(mandate
              ? {
                  version: mandate.version,
                  terms: mandate.terms,
                  digest: mandate.digest,
                  signatures: {
                    tenderer: { at: mandate.tendererSignedAt, statement: mandate.tendererStatement },
                    agency: { at: mandate.agencySignedAt, statement: mandate.agencyStatement },
                  },
                }
              : {}),
          }),
        ]
      : []),
  ];
}

function openingItems(facts: ArchiveFacts): PlannedItem[] {
  const { closing, outages, transcript, baseEstimate } = facts;
  return [
    ...(baseEstimate?.readOutAt
      ? [
          json("G", "opening/base-estimate.json", "标底", {
            at: baseEstimate.readOutAt,
            hash: baseEstimate.hash,
            said:
              baseEstimate.amountFen === null
                ? { unreadable: baseEstimate.unreadable }
                : { amountFen: String(baseEstimate.amountFen), nonce: baseEstimate.nonce },
            statement: baseEstimate.announcement,
          }),
        ]
      : []),
    ...(outages.length
      ? [
          json(
            "G",
            "opening/outages.json",
            "平台中断与顺延",
            outages.map(({ span, silences, seconds, oldEnd, newEnd, at }) => ({
              ...{ span, silences, seconds, oldEnd, newEnd, at },
            })),
          ),
        ]
      : []),
    ...(closing
      ? [json("G", "opening/closing-record.json", "截标记录", { at: closing.closedAt, statement: closing.statement })]
      : []),
    ...recordItems("opening", "开标", facts, facts),
    ...(facts.second ? recordItems("opening/second", "第二信封开标", facts, facts.second) : []),
    json(
      "G",
      "opening/transcript.json",
      "开标大厅过程与发言",
      transcript.map(({ seq, at, kind, payload }) => ({ seq, at, kind, payload })),
    ),
  ];
}

/** Record of one opening, and who came, confirmed and objected. */
function recordItems(
  folder: string,
  name: string,
  facts: ArchiveFacts,
  { record, remarks, signIns }: Pick<ArchiveFacts, "record" | "remarks" | "signIns">,
): PlannedItem[] {
  return [
    ...(record.statement
      ? [
          json("G", `${folder}/record.json`, `${name}记录数据`, {
            at: record.signedAt,
            recordHash: record.recordHash,
            payload: record.payload,
            statement: record.statement,
          }),
        ]
      : []),
    json("G", `${folder}/remarks.json`, `${name}签到、确认与异议`, {
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
