import { stat } from "node:fs/promises";
import { hex } from "@/core/bytes";
import { NotCanonical } from "@/core/canonical-json";
import { sha256 } from "@/crypto/sha256";
import { PackageRefused } from "@/crypto/xbid/refusal";
import { readSeal, type Seal } from "@/crypto/xbid/schema";
import { Unproved } from "../verify/judge";
import { framesOf, type PackageFile } from "../verify/package-file";
import { WrongCall } from "./call";
import { fileBytes } from "./disk";

/** A sealed package on the disk, without its blobs. */
export interface SealedFile extends PackageFile {
  readonly path: string;
  readonly seal: Seal;
  /** SHA-256 of the seal: what a receipt names the package by. */
  readonly sealHash: string;
}

/** Opens a package (`.xbid`). @throws WrongCall when it is none, or not a whole one. */
export async function openSealed(path: string): Promise<SealedFile> {
  if (!path) throw new WrongCall("请给出加密投标文件（.xbid）。");
  const { size } = await stat(path);
  try {
    const frames = await framesOf({ size, read: (start, length) => fileBytes(path, start, length) });
    return { ...frames, path, seal: readSeal(frames.sealBytes), sealHash: hex(sha256(frames.sealBytes)) };
  } catch (error) {
    const reason =
      error instanceof PackageRefused ? error.reason : error instanceof Unproved ? error.message : undefined;
    if (!reason && !(error instanceof NotCanonical)) throw error;
    throw new WrongCall(
      `${path} 不是完整的加密投标文件（${reason ?? "封条不符合格式"}）。请用 xinbiao seal 重新封装。`,
    );
  }
}
