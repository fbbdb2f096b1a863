import { z } from "zod";
import { base64url, equalBytes, fromBase64url, fromUtf8, isBase64url } from "@/core/bytes";
import { creditCodeOf, parseCertificate } from "@/crypto/certificate";
import { type CmsSigner, verifyDetached } from "@/crypto/cms";
import { payloadOf, type Statement, signStatement } from "@/crypto/statement";
import { isPdf } from "./faults";
import { CONSORTIUM_BYTES, CONSORTIUM_LIMITS, digestOf, Terms, termsBytes } from "./part";

/** A file that passed between leader and member cannot be used. The sentence is for the person. */
export class ConsentRefused extends Error {}

/** What the leader gives a member to sign (签署请求): terms and agreement, and nothing of the bid. */
const Request = z.strictObject({
  format: z.literal("xb-consortium-request/1"),
  terms: Terms,
  agreement: z.string().refine(isBase64url),
});

/** What a member gives back (同意书): its signed statement over the terms. */
const Consent = z.strictObject({
  format: z.literal("xb-consortium-signature/1"),
  statement: z.strictObject({
    payload: z.string().max(60_000).refine(isBase64url),
    cms: z.string().max(40_000).refine(isBase64url),
  }),
});
const MAX_CONSENT_BYTES = 128 * 1024;

export interface ConsentRequest {
  readonly terms: Terms;
  readonly agreement: Uint8Array<ArrayBuffer>;
}

const pretty = (value: unknown): string => `${JSON.stringify(value, null, 1)}\n`;

export const requestFile = ({ terms, agreement }: ConsentRequest): string =>
  pretty({ format: "xb-consortium-request/1", terms, agreement: base64url(agreement) });

/** @throws ConsentRefused when it is no request, or its agreement is not the one that its terms name. */
export function readRequest(bytes: Uint8Array): ConsentRequest {
  if (bytes.length > CONSORTIUM_BYTES) throw new ConsentRefused("文件过大，不是联合体签署请求。请向牵头人重新索取。");
  const request = parsed(bytes, Request);
  if (!request)
    throw new ConsentRefused("这不是联合体签署请求，或文件已损坏。请选择牵头人发来的 .json 文件，不要改动内容。");
  const agreement = fromBase64url(request.agreement);
  if (digestOf(agreement) !== request.terms.agreement || !isPdf(agreement))
    throw new ConsentRefused("签署请求中的联合体协议与其校验值不符，没有打开。请向牵头人重新索取。");
  if (agreement.length > CONSORTIUM_LIMITS.agreementBytes)
    throw new ConsentRefused("签署请求中的联合体协议超过 4 MB，没有打开。请牵头人压缩后重新发出。");
  return { terms: request.terms, agreement };
}

/** Signs as a member, by the organisation's certificate. @throws ConsentRefused when it is nobody's in the list, or the leader's. */
export async function signConsent(terms: Terms, signer: CmsSigner): Promise<Statement> {
  const holder = creditCodeOf(parseCertificate(signer.certificate));
  const place = terms.parties.findIndex(({ creditCode }) => creditCode === holder);
  if (place < 0)
    throw new ConsentRefused(
      `所用证书的统一社会信用代码 ${holder ?? "（无）"} 不在联合体名单中，没有签署。请换用本单位的机构证书，或请牵头人核对名单。`,
    );
  if (place === 0)
    throw new ConsentRefused("所用证书属于牵头人。牵头人在递交投标文件时签章，不需要在这里签署；请由成员单位签署。");
  return signStatement(terms, signer);
}

export const consentFile = ({ payload, cms }: Statement): string =>
  pretty({ format: "xb-consortium-signature/1", statement: { payload, cms } });

/** @throws ConsentRefused when it is no consent. Whose it is, and to what, is asked by `holderOf` and `isFor`. */
export function readConsent(bytes: Uint8Array): Statement {
  const consent = bytes.length > MAX_CONSENT_BYTES ? undefined : parsed(bytes, Consent);
  if (!consent || !termsOf(consent.statement))
    throw new ConsentRefused("这不是成员返回的签署文件，或文件已损坏。请选择成员签署后保存的 .json 文件。");
  return consent.statement;
}

/** Credit code of the certificate that signed. @throws ConsentRefused when the signature does not hold, or names no company. */
export async function holderOf(consent: Statement): Promise<string> {
  const verdict = await verifyDetached(fromBase64url(consent.cms), payloadOf(consent).bytes);
  if (!verdict.ok)
    throw new ConsentRefused(`成员签署文件的签章无效（${verdict.reason}），没有导入。请该成员重新签章。`);
  const holder = creditCodeOf(verdict.signer);
  if (!holder)
    throw new ConsentRefused(
      "成员签署所用的证书没有统一社会信用代码，不是机构证书，没有导入。请该成员改用本单位的机构证书签章。",
    );
  return holder;
}

function parsed<T>(bytes: Uint8Array, schema: z.ZodType<T>): T | undefined {
  try {
    return schema.safeParse(JSON.parse(fromUtf8(bytes))).data;
  } catch {
    return undefined;
  }
}

/** Terms that a consent is about; undefined when it is about nothing of this kind. */
export function termsOf(consent: Statement): Terms | undefined {
  try {
    return Terms.safeParse(payloadOf(consent).value).data;
  } catch {
    return undefined;
  }
}

/** Is this consent to exactly these terms? */
export function isFor(consent: Statement, terms: Terms): boolean {
  return isBase64url(consent.payload) && equalBytes(fromBase64url(consent.payload), termsBytes(terms));
}
