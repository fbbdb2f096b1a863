import { type Bytes, hex } from "@/core/bytes";
import { type CanonicalValue, encodeCanonical } from "@/core/canonical-json";
import { formatRecoveryCode } from "@/crypto/recovery-code";
import { openBySecret, openValue, type SealedValue, sealRecoverable } from "@/crypto/sealed-value";
import { sha256 } from "@/crypto/sha256";
import type { UnwrapKey } from "@/crypto/xbid/wrap";

/** A base estimate as its author knows it: fen as decimal text, and 32 random bytes without which its hash tells nothing. */
export interface BaseEstimate {
  readonly amountFen: string;
  readonly nonce: string;
}

const FORMAT = "xb-base-estimate/1";
/** Every amount takes as many digits: the length of the ciphertext tells none. */
const DIGITS = 18;
/** A base estimate opens for its own lot and no other. */
export const estimateContext = (lot: string): string => `base-estimate\n${lot}`;
const hashOf = (value: unknown): string => hex(sha256(encodeCanonical(value as CanonicalValue)));

/** The hash that the tender document prints, and that what is read out must have. */
export const estimateHash = (lot: string, { amountFen, nonce }: BaseEstimate): string =>
  hashOf({ format: FORMAT, lot, amountFen, nonce });

/** What the author signs: the hash with the envelope that holds what belongs to it. */
export const sealDigest = (hash: string, sealed: SealedValue): string => hashOf({ hash, sealed: { ...sealed } });

/** What the tenderer signs when it is read out, or when it cannot be. */
export const readOutDigest = (hash: string, said: BaseEstimate | { readonly unreadable: string }): string =>
  hashOf({ hash, ...said });

/**
 * Seals a base estimate where it is typed (IR27): to its author's certificate, and to no key of the platform.
 *
 * @returns what is handed in, and apart from it the recovery code, which stays with the author
 */
export async function sealEstimate(
  lot: string,
  amountFen: bigint,
  certificate: Bytes,
): Promise<{ kept: { hash: string; sealed: SealedValue }; recoveryCode: string }> {
  const nonce = hex(globalThis.crypto.getRandomValues(new Uint8Array(32)));
  const plain = encodeCanonical({ amountFen: String(amountFen).padStart(DIGITS, "0"), nonce });
  const { sealed, secret } = await sealRecoverable(plain, certificate, estimateContext(lot));
  const hash = estimateHash(lot, { amountFen: String(amountFen), nonce });
  return { kept: { hash, sealed }, recoveryCode: formatRecoveryCode(secret) };
}

/** Opens it again where the key is, or by the secret of its recovery code. @throws OpenError, ChunkedError */
export async function openEstimate(
  lot: string,
  sealed: SealedValue,
  by: UnwrapKey | { readonly secret: Bytes },
): Promise<BaseEstimate> {
  const context = estimateContext(lot);
  const plain = "secret" in by ? await openBySecret(sealed, by.secret, context) : await openValue(sealed, by, context);
  const { amountFen, nonce } = JSON.parse(new TextDecoder().decode(plain)) as BaseEstimate;
  return { amountFen: String(BigInt(amountFen)), nonce };
}
