import { concat, u32be } from "@/core/bytes";
import { readHeader } from "@/crypto/xbid/schema";
import { readBody } from "@/lifecycle/bidding/stored-body";
import { PERSONAL_FIELDS } from "@/platform/party/schema";
import type { Storage } from "@/ports/storage";
import type { ArchivedBid, ArchiveFacts } from "./collect";
import { item, json, type PlannedItem, partyOf } from "./planned-item";
import { openedFolder, type Standing } from "./schema";

const standingOf = ({ bid }: ArchivedBid): Standing =>
  bid.withdrawnAt ? "withdrawn" : bid.replacedAt ? "replaced" : "standing";
const STANDING_TEXTS = { standing: "", replaced: "（已被替换）", withdrawn: "（已撤回）" } as const;

/** Everything about one delivery: the package as it was received, what proves it, and what it held once opened. */
export function bidItems(facts: ArchiveFacts, archived: ArchivedBid, storage: Storage): PlannedItem[] {
  const { bid, registration, units, openings, files } = archived;
  const folder = `bids/${bid.sealHash}`;
  const standing = standingOf(archived);
  const { organisation, creditCode } = partyOf(facts, bid.orgId);
  const who = `${organisation}${STANDING_TEXTS[standing]}`;
  const segments = readHeader(bid.header).segments.map(({ id }) => id);
  async function* sealed() {
    yield* readBody(storage, units, 0, bid.bodyLength);
    yield concat(u32be(bid.seal.length), bid.seal, u32be(bid.signature.length), bid.signature);
  }
  const revocation = facts.revocations.get(bid.id);
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
    // As the bidder's data were at receipt, whatever it changed since.
    ...(registration
      ? [
          json("F", `${folder}/registration.json`, `投标时的注册信息：${who}`, {
            format: "xinbiao-archived-registration/1",
            version: registration.version,
            enteredAt: registration.enteredAt,
            data: Object.fromEntries(
              Object.entries(registration.data).filter(([field]) => !PERSONAL_FIELDS.has(field)),
            ),
          }),
        ]
      : []),
    ...(bid.withdrawal && bid.withdrawnAt
      ? [
          json("F", `${folder}/withdrawal.json`, `撤回：${organisation}`, {
            at: bid.withdrawnAt,
            statement: bid.withdrawal,
            receipt: bid.withdrawalReceipt,
          }),
        ]
      : []),
    ...(revocation
      ? [
          json("F", `${folder}/revocation.json`, `撤销：${organisation}`, {
            at: revocation.at,
            reason: revocation.reason,
            statement: revocation.statement,
          }),
        ]
      : []),
    ...facts.circumstances
      .filter(({ orgId }) => orgId === bid.orgId && standing === "standing")
      .flatMap(({ statement, documentHash, paper, view }, i) => [
        json("F", `${folder}/change-${i + 1}.json`, `重大变化告知：${organisation}`, {
          ...{ at: view.at, kind: view.kind, occurredOn: view.occurredOn, text: view.text },
          document: { name: view.documentName, sha256: documentHash },
          statement,
        }),
        item("F", `${folder}/change-${i + 1}.pdf`, `${view.kind}的证明文件：${organisation}`, () =>
          storage.get(paper.storageKey),
        ),
      ]),
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

/** Which content keys were released, and which the platform never held. */
export function keyRecord({ bids }: ArchiveFacts): PlannedItem {
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
