import type { Bytes } from "@/core/bytes";
import type { Certificate } from "@/crypto/certificate";
import { gather } from "@/crypto/pieces";
import { blobOffsets } from "@/crypto/xbid/context";
import { checkCommitments, openFile, openManifest } from "@/crypto/xbid/open";
import { OpenError } from "@/crypto/xbid/refusal";
import { mayRelease, readRelease } from "@/crypto/xbid/release";
import { openedFolder } from "@/lifecycle/archive/schema";
import { type BidItem, FormItem, ReleaseItem } from "./items";
import { Unproved } from "./judge";
import { type OpenArchive, sameJson } from "./open-archive";
import type { PackageFile, PackageSource } from "./package-file";

/** Salt and key commitment of a blob. */
const BLOB_HEAD_BYTES = 56;

export interface Opening {
  readonly bid: BidItem;
  readonly folder: string;
  readonly source: PackageSource;
  readonly frames: PackageFile;
  readonly signer: Certificate;
  readonly segment: string;
  readonly usesDraws: boolean;
}

type Problem = (what: string) => void;

/** The archived release of the segment, judged as a statement. @throws Unproved when there is none. */
async function releaseOf(archive: OpenArchive, { folder, segment }: Opening) {
  const released = (await archive.json(`${folder}/release.json`, ReleaseItem)).find((one) => one.segment === segment);
  if (!released) throw new Unproved(`${folder}/release.json 中没有信封 ${segment} 的解密声明`);
  const proved = await archive.judge.statement(released.statement, released.at);
  return { signer: proved.signer, release: readRelease(proved.payload) };
}

/** Opens the segment with the released key. @throws OpenError, Unproved */
async function unseal({ source, frames, segment, usesDraws }: Opening, cek: Bytes) {
  const { header, headerBytes } = frames;
  const index = header.segments.findIndex(({ id }) => id === segment);
  const places = blobOffsets(header, headerBytes)[index];
  if (!places) throw new Unproved(`投标文件中没有信封 ${segment}`);
  const heads = await Promise.all(places.map(({ start }) => gather(source.read(start, BLOB_HEAD_BYTES))));
  checkCommitments(header, headerBytes, segment, cek, heads);
  const open = { header, headerBytes, segmentId: segment, cek };
  const blob = (i: number) => source.read(places[i]!.start, places[i]!.length);
  const manifest = await openManifest(open, blob(0), usesDraws);
  // Decrypts each file to the very hash that the sealed manifest names.
  for (const [i, file] of manifest.files.entries()) for await (const _ of openFile(open, file, i, blob(i + 1)));
  return { manifest, index };
}

/**
 * The released key is this package's, and what it opens is what was archived as opened.
 *
 * @returns the form as the package holds it.
 */
export async function checkOpened(archive: OpenArchive, o: Opening, problem: Problem): Promise<Record<string, string>> {
  const { bid, folder, segment } = o;
  const { signer, release } = await releaseOf(archive, o);
  if (!mayRelease(signer, o.signer)) problem("解密声明的签名人不能释放这份投标文件的密钥");
  const closingHash = (await archive.closing()).proved.hash;
  const wanted = { lot: o.frames.header.lot, bid: bid.bid, seq: bid.seq, segment, sealHash: bid.sealHash, closingHash };
  for (const [member, value] of Object.entries(wanted))
    if (release[member as keyof typeof wanted] !== value) problem(`解密声明的 ${member} 不符`);

  const { manifest, index } = await unseal(o, release.key);
  const listed = bid.openings.find((one) => one.segment === segment)?.files ?? [];
  if (!sameJson(manifest.files, listed)) problem(`${folder}/bid.json 所列文件与密文中的清单不符`);
  const place = `${folder}/${openedFolder(index)}`;
  for (const file of manifest.files)
    if (archive.hashOf(`${place}/${file.name}`) !== file.sha256) problem(`${place}/${file.name} 不是密文中的文件`);
  const known = new Set(manifest.files.map(({ name }) => `${place}/${name}`));
  for (const path of archive.paths(`${place}/`)) if (!known.has(path)) problem(`${path} 不在密文中`);
  const form = Object.fromEntries(Object.entries(manifest.form).map(([key, value]) => [key, String(value)]));
  const archived = (await archive.json(`${folder}/form.json`, FormItem))[segment];
  if (!sameJson(form, archived ?? {})) problem(`${folder}/form.json 与密文中的开标一览表不符`);
  return form;
}

/** A package on record as one that its own key does not open (DF-3): the released key must indeed not open it. */
export async function checkUnopened(archive: OpenArchive, o: Opening, problem: Problem): Promise<string | undefined> {
  const { release } = await releaseOf(archive, o);
  try {
    await unseal(o, release.key);
  } catch (error) {
    if (error instanceof OpenError) return error.reason;
    throw error;
  }
  problem("记录为投标文件自身无法打开，但所释放的密钥能打开");
  return undefined;
}
