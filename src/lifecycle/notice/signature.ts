import { fromBase64url } from "@/core/bytes";
import { formatDate } from "@/core/time";
import { attributeOf, creditCodeOf } from "@/crypto/certificate";
import { verifyDetached } from "@/crypto/cms";
import { OID } from "@/crypto/oid";
import { payloadOf, type Statement } from "@/crypto/statement";
import type { Authority } from "@/lifecycle/signing/schema";

export interface SignerFacts {
  readonly name: string;
  readonly organisation: string;
  readonly creditCode: string;
  readonly serial: string;
}

/** The seal beside the person's signature (O10 art. 10); undefined under what was published with one signature. */
export const sealOf = async (statement: Statement | null): Promise<SignerFacts | undefined> =>
  statement?.seal ? signerOf({ payload: statement.payload, cms: statement.seal }) : undefined;

/** In which capacity a person signed a publication, as the page says it. */
export function capacityOf({ basis, chief, authorisation }: Authority): string {
  if (basis === "chief" || !authorisation) return "主要负责人";
  return `项目负责人，主要负责人${chief}授权，${authorisation.scope}，至 ${formatDate(new Date(authorisation.until))}`;
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
