import { hashOf } from "@/cli/verify/judge";
import { type Bytes, utf8 } from "@/core/bytes";
import { type CanonicalValue, encodeCanonical } from "@/core/canonical-json";
import type { CmsSigner } from "@/crypto/cms";
import { signStatement } from "@/crypto/statement";
import { openZip } from "@/documents/zip-read";
import { openZipWriter } from "@/documents/zip-write";
import { type ArchiveManifest, MANIFEST, MANIFEST_STATEMENT } from "@/lifecycle/archive/schema";

/** Other bytes for an item, or none: the item is left out. */
export type Edit = (path: string, bytes: Bytes) => Bytes | undefined;

/**
 * Writes an archive again with other contents, as somebody would who wants to deceive: with the manifest as it was, or with manifest
 * and signature written anew, as the operator could.
 */
export async function forgeArchive({
  from,
  to,
  edit,
  signAs,
}: {
  readonly from: string;
  readonly to: string;
  readonly edit: Edit;
  /** The operator's own key, by the code of its platform. */
  readonly signAs?: (platformCode: string) => CmsSigner;
}): Promise<void> {
  const source = await openZip(from);
  const zip = await openZipWriter(to);
  const manifest = JSON.parse(Buffer.from(await source.bytes(MANIFEST)).toString()) as ArchiveManifest;
  const items: ArchiveManifest["items"] = [];
  for (const item of manifest.items) {
    const bytes = edit(item.path, await source.bytes(item.path));
    if (!bytes) continue;
    items.push({ ...item, sha256: hashOf(bytes), size: bytes.length });
    await zip.add(item.path, [bytes]);
  }
  if (signAs) {
    const bytes = encodeCanonical({ ...manifest, items } as CanonicalValue);
    const { builtAt, lot, platform } = manifest;
    const payload = {
      ...{ format: "xinbiao-archive-statement/1", platform: platform.code, lot: lot.code },
      ...{ manifestHash: hashOf(bytes), items: items.length, builtAt },
    };
    const statement = await signStatement(payload, signAs(platform.code));
    await zip.add(MANIFEST, [bytes]);
    await zip.add(MANIFEST_STATEMENT, [utf8(JSON.stringify(statement))]);
  } else for (const name of [MANIFEST, MANIFEST_STATEMENT]) await zip.add(name, [await source.bytes(name)]);
  await zip.finish();
  await source.close();
}
