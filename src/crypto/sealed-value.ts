import { type Bytes, base64url, fromBase64url, utf8 } from "@/core/bytes";
import { parseCertificate } from "./certificate";
import { chunkKeys, decryptChunked, encryptChunked, SALT_BYTES } from "./chunked";
import { gather } from "./pieces";
import { OpenError } from "./xbid/refusal";
import { SECRET_BYTES } from "./xbid/schema";
import { type UnwrapKey, unwrapStanza, wrapForCertificate } from "./xbid/wrap";

/** A small value that only the holder of one certificate's key can read: the parts of a sealed bid, without a package. */
export interface SealedValue {
  readonly format: "xb-sealed-value/1";
  /** Fingerprint of the encryption certificate. */
  readonly cert: string;
  /** Content key, wrapped (RSA-OAEP, SHA-256), base64url. */
  readonly key: string;
  /** Ciphertext, chunked as the bodies of bids are, base64url. */
  readonly body: string;
}

const random = (length: number): Bytes => globalThis.crypto.getRandomValues(new Uint8Array(length));
/** Context that the body is committed to. */
export const valueContext = (context: string): Bytes => utf8(`xb-sealed-value/1\n${context}`);

/**
 * Seals a value to a certificate, where it is typed. What is sealed should have one length for all its possible values:
 * the ciphertext tells it.
 *
 * @param certificate - DER of an RSA encryption certificate.
 * @param context - what the value belongs to; it opens in no other.
 */
export async function sealValue(plain: Bytes, certificate: Bytes, context: string): Promise<SealedValue> {
  return (await sealRecoverable(plain, certificate, context)).sealed;
}

/**
 * The same, with the secret that opens this one value without any certificate: as a recovery code it stays with its author
 * (`public/specs/recovery-code.md`), and goes nowhere else.
 */
export async function sealRecoverable(
  plain: Bytes,
  certificate: Bytes,
  context: string,
): Promise<{ sealed: SealedValue; secret: Bytes }> {
  const key = random(SECRET_BYTES);
  const to = parseCertificate(certificate);
  const keys = await chunkKeys(key, random(SALT_BYTES), valueContext(context));
  const sealed: SealedValue = {
    format: "xb-sealed-value/1",
    cert: to.fingerprint,
    key: base64url(await wrapForCertificate(key, to)),
    body: base64url(await gather(encryptChunked(keys, [plain]))),
  };
  return { sealed, secret: key };
}

/** Opens a sealed value at the key holder's. @throws OpenError, or ChunkedError when it was altered or belongs elsewhere. */
export async function openValue(sealed: SealedValue, key: UnwrapKey, context: string): Promise<Bytes> {
  if (sealed.cert !== key.fingerprint) throw new OpenError("no-stanza", "不是用这张证书加密的");
  return openBySecret(sealed, await unwrapStanza("RSA-OAEP-256", fromBase64url(sealed.key), key.privateKey), context);
}

/** Opens a sealed value by the secret of its recovery code. @throws ChunkedError when it is another value's */
export async function openBySecret(sealed: SealedValue, secret: Bytes, context: string): Promise<Bytes> {
  return gather(decryptChunked(secret, valueContext(context), [fromBase64url(sealed.body)]));
}
