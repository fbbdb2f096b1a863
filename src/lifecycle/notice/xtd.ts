import { hex } from "@/core/bytes";
import { type CanonicalValue, encodeCanonical } from "@/core/canonical-json";
import { Refused, refuse } from "@/core/refusal";
import type { ByteSource } from "@/crypto/pieces";
import { sha256 } from "@/crypto/sha256";
import { openZipWriter } from "@/documents/zip-write";
import type { Tx } from "@/kit/db/connect";
import { readLot } from "@/lifecycle/lot/queries";
import { documentInForce } from "@/lifecycle/tender-document/queries";
import { documentManifest } from "@/lifecycle/tender-document/rules";
import { XTD_FORMAT, XTD_PATHS, type XtdManifest, xtdFilePath } from "@/lifecycle/tender-document/xtd-schema";
import { tenderProjectOf } from "@/lifecycle/tender-project/queries";
import { filesOf } from "@/platform/file/queries";
import { oneChunk, type Storage } from "@/ports/storage";
import { twinBody } from "./fields";
import { noticesOfLot } from "./queries";

/** Everything of a package but the bytes of the files: read in one transaction, written afterwards. */
export async function xtdFacts(tx: Tx, lotId: string) {
  const lot = await readLot(tx, lotId);
  const tender = await tenderProjectOf(tx, lot.tenderProjectId);
  const document = await documentInForce(tx, lotId);
  const stored = await filesOf(tx, document.fileIds);
  const notice = (await noticesOfLot(tx, lotId)).find(({ kind }) => kind === "tender");
  if (!notice) throw new Refused(refuse("not_found", "general.not_found"));
  return { lot, tender, document, stored, notice };
}

const plain = (value: unknown): CanonicalValue => JSON.parse(JSON.stringify(value)) as CanonicalValue;

/**
 * Writes the tender document in force as one `.xtd` file: the bytes whose hash bids name, the same parts once more for
 * tools, the notice, the publisher's signature, and every file.
 */
export async function writeXtd(path: string, facts: Awaited<ReturnType<typeof xtdFacts>>, storage: Storage) {
  const { lot, tender, document, stored, notice } = facts;
  const { content, version } = document;
  const base = { lot: lot.code, version };
  const { number, title, fields, contentHash } = notice;
  const texts: readonly (readonly [path: string, title: string, value: unknown])[] = [
    [XTD_PATHS.document, "招标文件（结构化）", documentManifest(lot.code, version, content, stored)],
    [
      XTD_PATHS.priceForm,
      "开标一览表",
      { format: "xinbiao-price-form/1", ...base, ceilingFen: content.ceilingFen, form: content.form },
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
