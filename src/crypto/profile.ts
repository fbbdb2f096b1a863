import { type Certificate, KEY_USAGE } from "./certificate";
import { context, parseDer, sequenceOf } from "./der";
import { OID } from "./oid";

/**
 * Where a certificate breaks the profile that RFC 5280 4 lays on authorities. Such faults let nobody in who should stay
 * out, and authorities in daily use commit them: they are told to whoever asks for the standard alone, and cost no
 * bidder its bid.
 */
export function profileFlaw(certificate: Certificate, isSelfSigned: boolean): string | undefined {
  const { extensions, keyUsage, basicConstraints, serial, serialHex } = certificate;
  const isCa = basicConstraints?.ca === true;
  const critical = (oid: string): boolean | undefined => extensions.get(oid)?.critical;
  if (certificate.version < 3) return undefined;
  if (serial <= 0n || serialHex.length > 40) return "证书序列号不合规定";
  if (!isSelfSigned && certificate.authorityKeyId === undefined) return "证书缺少颁发机构密钥标识";
  if (isCa && certificate.subjectKeyId === undefined) return "认证机构证书缺少主体密钥标识";
  // The public suites disagree about intermediates, and only the standard's "MUST" to authorities is at stake: roots alone.
  if (isSelfSigned && isCa && !critical(OID.basicConstraints)) return "根证书的基本约束未标为关键";
  if (!isCa && keyUsage?.has(KEY_USAGE.keyCertSign)) return "非认证机构证书标有签发证书的用途";
  if (critical(OID.nameConstraints) === false) return "名称约束未标为关键";
  if (critical(OID.policyConstraints) === false) return "策略约束未标为关键";
  const emptySubject = certificate.subject.attributes.length === 0;
  if (emptySubject && critical(OID.subjectAltName) === false) return "主体为空而备用名称未标为关键";
  return hasBadAlternativeName(certificate) ? "备用名称的格式不正确" : undefined;
}

const LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
/** Letters, digits and hyphens; the last label is not a number, or an address would pass for a name. */
const HOST = new RegExp(`^(?:${LABEL}\\.)*(?!\\d+$)${LABEL}$`, "i");
const MAILBOX = /^[!-?A-~]+@([^@]+)$/;

function hasBadAlternativeName(certificate: Certificate): boolean {
  const extension = certificate.extensions.get(OID.subjectAltName);
  if (!extension) return false;
  return sequenceOf(parseDer(extension.value), "alternative names").some(({ tag, content }) => {
    const text = String.fromCharCode(...content);
    if (tag === context(2, false)) return !HOST.test(text.replace(/^\*\./, ""));
    if (tag === context(1, false)) return !HOST.test(MAILBOX.exec(text)?.[1] ?? "");
    if (tag === context(7, false)) return content.length !== 4 && content.length !== 16;
    return false;
  });
}
