import { eq } from "drizzle-orm";
import { hex } from "@/core/bytes";
import { type CanonicalValue, encodeCanonical } from "@/core/canonical-json";
import { Refused, refuse } from "@/core/refusal";
import type { ByteSource } from "@/crypto/pieces";
import { sha256 } from "@/crypto/sha256";
import { openZipWriter } from "@/documents/zip-write";
import type { Tx } from "@/kit/db/connect";
import { type Lot, readLot } from "@/lifecycle/lot/queries";
import { twinBody } from "@/lifecycle/notice/fields";
import { noticesOfLot } from "@/lifecycle/notice/queries";
import { documentInForce, issuedDigests } from "@/lifecycle/tender-document/queries";
import { documentManifest } from "@/lifecycle/tender-document/rules";
import {
  XTD_FORMAT,
  XTD_PATHS,
  type XtdManifest,
  xtdClarificationPaths,
  xtdFilePath,
} from "@/lifecycle/tender-document/xtd-schema";
import { tenderProjectOf } from "@/lifecycle/tender-project/queries";
import { filesOf } from "@/platform/file/queries";
import { oneChunk, type Storage } from "@/ports/storage";
import { clarificationsOf } from "./queries";
import type { ClarificationContent } from "./rules";
import { clarificationTexts } from "./tables";

/** Everything of a package but the bytes of the files: read in one transaction, written afterwards. */
export async function xtdFacts(tx: Tx, lotId: string) {
  const lot = await readLot(tx, lotId);
  const tender = await tenderProjectOf(tx, lot.tenderProjectId);
  const document = await documentInForce(tx, lotId);
  const stored = await filesOf(tx, document.fileIds);
  const notice = (await noticesOfLot(tx, lotId)).find(({ kind }) => kind === "tender");
  if (!notice) throw new Refused(refuse("not_found", "general.not_found"));
  return { lot, tender, document, stored, notice, clarifications: await signedClarifications(tx, lot) };
}

/** Clarifications in the order of their numbers: what was signed, as it was signed, with its signature. */
async function signedClarifications(
  tx: Tx,
  lot: Lot,
): Promise<readonly { readonly content: ClarificationContent; readonly statement: unknown }[]> {
  const heads = (await clarificationsOf(tx, lot.id)).toReversed();
  const texts = await tx.select().from(clarificationTexts).where(eq(clarificationTexts.lotId, lot.id));
  const digests = await issuedDigests(tx, lot.id);
  return heads.flatMap((head) => {
    const text = texts.find(({ clarificationId }) => clarificationId === head.id);
    if (!text) return [];
    const { number, title, documentVersion, affectsBids, obligatory, newDeadline } = head;
    const { items, changes, statement } = text;
    const documentDigest = digests.get(documentVersion) ?? "";
    const said = { lot: lot.code, number, title, documentVersion, items, changes, affectsBids, obligatory };
    const moved = newDeadline ? { newDeadline: newDeadline.toISOString() } : {};
    return [{ content: { ...said, ...moved, documentDigest }, statement }];
  });
}

const plain = (value: unknown): CanonicalValue => JSON.parse(JSON.stringify(value)) as CanonicalValue;

/**
 * Writes the tender document in force as one `.xtd` file: the bytes whose hash bids name, the same parts once more for
 * tools, the notice, the publisher's signature, every clarification with its own, and every file.
 */
export async function writeXtd(path: string, facts: Awaited<ReturnType<typeof xtdFacts>>, storage: Storage) {
  const { lot, tender, document, stored, notice, clarifications } = facts;
  const { content, version } = document;
  const base = { lot: lot.code, version };
  const { number, title, fields, contentHash } = notice;
  const texts: readonly (readonly [path: string, title: string, value: unknown])[] = [
    [XTD_PATHS.document, "招标文件（结构化）", documentManifest(lot.code, version, content, stored)],
    [
      XTD_PATHS.priceForm,
      "开标一览表",
      {
        format: "xinbiao-price-form/1",
        ...base,
        ceilingFen: content.ceilingFen,
        form: content.form,
        ...(content.bill ? { bill: content.bill } : {}),
      },
    ],
    [
      XTD_PATHS.evaluation,
      "评标办法参数",
      {
        format: "xinbiao-method/1",
        ...base,
        method: content.method,
        criteria: content.criteria,
        reviewItems: content.reviewItems,
      },
    ],
    [XTD_PATHS.notice, "招标公告", twinBody({ number, kind: "tender", lot: lot.code, title, fields, contentHash })],
    [XTD_PATHS.statement, "发布人签名", document.statement],
    ...clarifications.flatMap(({ content: said, statement }) => {
      const paths = xtdClarificationPaths(said.number);
      return [
        [
          paths.content,
          `第 ${said.number} 号澄清与修改：${said.title}`,
          { format: "xinbiao-clarification/1", ...said },
        ],
        [paths.statement, `第 ${said.number} 号澄清与修改：发布人签名`, statement],
      ] as const;
    }),
  ];
  const parts: { path: string; title: string; sha256: string; size: number; bytes: () => Promise<ByteSource> }[] = [
    ...texts.map(([name, label, value]) => {
      const bytes = encodeCanonical(plain(value));
      return {
        path: name,
        title: label,
        sha256: hex(sha256(bytes)),
        size: bytes.length,
        bytes: async () => oneChunk(bytes),
      };
    }),
    ...stored.map((file, i) => ({
      path: xtdFilePath(i, file.name),
      title: file.name,
      sha256: file.sha256,
      size: file.sizeBytes,
      bytes: () => storage.get(file.storageKey),
    })),
  ];
  const manifest: XtdManifest = {
    format: XTD_FORMAT,
    lot: { code: lot.code, name: lot.name },
    tenderProject: { code: tender.code, name: tender.name },
    version,
    documentDigest: document.digest,
    items: parts.map(({ bytes: _, ...item }) => item),
  };
  const zip = await openZipWriter(path);
  try {
    await zip.add(XTD_PATHS.manifest, oneChunk(encodeCanonical(plain(manifest))));
    for (const part of parts) await zip.add(part.path, await part.bytes());
    return { size: await zip.finish(), name: `${lot.code}-v${version}.xtd` };
  } catch (error) {
    await zip.abandon();
    throw error;
  }
}
