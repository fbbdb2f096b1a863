import { fromBase64url } from "@/core/bytes";
import { parseCertificate } from "@/crypto/certificate";
import { parseRecoveryCode } from "@/crypto/recovery-code";
import { payloadOf, statementHash } from "@/crypto/statement";
import { checkCommitments } from "@/crypto/xbid/open";
import { OpenError } from "@/crypto/xbid/refusal";
import { releasePayload } from "@/crypto/xbid/release";
import { readHeader } from "@/crypto/xbid/schema";
import { unwrapWithKey, unwrapWithRecovery } from "@/crypto/xbid/wrap";

/** What the platform gives for unlocking the own package: a few KiB, never the bid. */
export interface UnlockMaterial {
  readonly lotCode: string;
  /** Place of the envelope that is opened now, from 1; left out, the first. */
  readonly envelope?: number;
  readonly bid: string;
  readonly seq: number;
  readonly sealHash: string;
  readonly header: string;
  readonly blobHeads: readonly { readonly segment: string; readonly heads: readonly string[] }[];
  readonly closing: { readonly hash: string; readonly statement: { readonly payload: string } } | undefined;
}

/** By the certificate that the package was sealed to, or by the recovery code that was kept. */
export type UnlockWay =
  | { readonly by: "certificate"; readonly certificate: Uint8Array<ArrayBuffer>; readonly key: CryptoKey }
  | { readonly by: "code"; readonly code: string };

/** The package could not be unlocked here; nothing was sent. `message` says why and what to do. */
export class UnlockProblem extends Error {}

const CODE_PROBLEMS = {
  length: "应急解密码的长度不对：应为 13 组、每组 4 个字符，再加 1 个校验字符。请对照保存的文件检查是否漏输或多输。",
  character: "应急解密码中有不可能出现的字符。请检查是否看错，例如 U 不会出现在前 13 组中。",
  check: "应急解密码的校验字符不符：有一处输错，或两个相邻字符颠倒了。请逐组核对。",
} as const;

/** Reads a typed code. @throws UnlockProblem that says what is wrong with it. */
export function readCode(typed: string) {
  const read = parseRecoveryCode(typed);
  if (!read.ok) throw new UnlockProblem(CODE_PROBLEMS[read.problem]);
  return read.secret;
}

/**
 * Unlocks the own package where its key is, and makes the release that the person then signs: the content key for this
 * opening and no other. The private key stays where it is.
 *
 * @param nonce - 32 random bytes.
 * @throws UnlockProblem
 */
export async function unlockOwn(
  material: UnlockMaterial,
  way: UnlockWay,
  nonce: Uint8Array<ArrayBuffer>,
): Promise<Record<string, string | number>> {
  const { closing, sealHash } = material;
  if (!closing) throw new UnlockProblem("截标记录还没有生成，请稍候再解密。");
  // Before any key leaves: is this package, as it was received, among those that were frozen at the deadline?
  const { value } = payloadOf(closing.statement);
  const listed =
    Array.isArray(value.bids) &&
    value.bids.some((one) => typeof one === "object" && "sealHash" in one && one.sealHash === sealHash);
  if (statementHash(closing.statement) !== closing.hash || !listed) {
    throw new UnlockProblem(
      "截标记录与本单位的回执不一致：记录中没有这份投标文件。密钥没有发出。请立即联系主持人和监督人员，并保留回执。",
    );
  }
  const headerBytes = fromBase64url(material.header);
  const header = readHeader(headerBytes);
  // One envelope at each opening, and the one that the plan has in this place: no other key is unwrapped, let alone sent.
  const [first, more] = material.blobHeads;
  if (!first || more || header.segments[(material.envelope ?? 1) - 1]?.id !== first.segment)
    throw new UnlockProblem("投标文件的封装信息不完整，请联系平台客服。");
  try {
    const cek =
      way.by === "certificate"
        ? await unwrapWithKey(header, first.segment, {
            fingerprint: parseCertificate(way.certificate).fingerprint,
            privateKey: way.key,
          })
        : await unwrapWithRecovery(header, first.segment, readCode(way.code));
    checkCommitments(header, headerBytes, first.segment, cek, first.heads.map(fromBase64url));
    const { lotCode: lot, bid, seq } = material;
    return releasePayload({
      lot,
      bid,
      seq,
      segment: first.segment,
      key: cek,
      sealHash,
      closingHash: closing.hash,
      nonce,
    }) as Record<string, string | number>;
  } catch (error) {
    if (error instanceof OpenError) throw new UnlockProblem(sentenceOf(error, way.by));
    throw error;
  }
}

function sentenceOf(error: OpenError, by: UnlockWay["by"]): string {
  if (error.problem === "no-stanza")
    return `${error.reason}（证书可能已更换）。请改用封装时的证书，或在下方输入应急解密码。密钥没有发出。`;
  if (error.problem === "unwrap") {
    return by === "certificate"
      ? "这张证书解不开本单位的投标文件。请改用封装时的证书，或在下方输入应急解密码。密钥没有发出。"
      : "应急解密码不是这份投标文件的（可能是此前版本的）。请使用最后一次递交时保存的那一个。";
  }
  return `${error.reason}。平台保存的数据可能已损坏，请立即联系主持人，并保留回执。密钥没有发出。`;
}
