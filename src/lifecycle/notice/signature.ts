import { fromBase64url } from "@/core/bytes";
import { attributeOf, creditCodeOf } from "@/crypto/certificate";
import { verifyDetached } from "@/crypto/cms";
import { OID } from "@/crypto/oid";
import { payloadOf, type Statement } from "@/crypto/statement";

export interface SignerFacts {
  readonly name: string;
  readonly organisation: string;
  readonly creditCode: string;
  readonly serial: string;
}

/** Who signed a published statement; it was checked in full before it was published. Undefined when it is not readable. */
export async function signerOf(statement: Statement | null): Promise<SignerFacts | undefined> {
  if (!statement) return undefined;
  const verdict = await verifyDetached(fromBase64url(statement.cms), payloadOf(statement).bytes);
  if (!verdict.ok) return undefined;
  const { subject, serialHex } = verdict.signer;
  return {
    name: attributeOf(subject, OID.commonName) ?? subject.display,
    organisation: attributeOf(subject, OID.organization) ?? "",
    creditCode: creditCodeOf(verdict.signer) ?? "",
    serial: serialHex,
  };
}
