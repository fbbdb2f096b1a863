import { type Bytes, fromBase64, fromBase64url } from "@/core/bytes";
import { formatInstant } from "@/core/time";
import { type Certificate, creditCodeOf, parseCertificate, pemToDer } from "@/crypto/certificate";
import { verifyDetached } from "@/crypto/cms";
import { type Crl, parseCrl } from "@/crypto/crl";
import { validatePath } from "@/crypto/path";
import { onlyTrustedCompany, payloadOf, type Statement } from "@/crypto/statement";
import { verifyTimestamp } from "@/crypto/timestamp";

/** What the site trusts, as the page hands it to the browser. */
export interface TrustMaterial {
  /** PEM. */
  readonly trust: readonly string[];
  readonly timestampTrust: readonly string[];
  /** Base64 of DER. */
  readonly crls: readonly string[];
  /** Legal time at which the page was made. */
  readonly now: string;
  readonly operatorCreditCode: string;
}

export interface OpenTrust {
  readonly trust: readonly Certificate[];
  readonly timestampTrust: readonly Certificate[];
  readonly crls: readonly Crl[];
  readonly now: Date;
  readonly operatorCreditCode: string;
}

/** One thing that was looked at. `ok` undefined: it cannot be judged, which is said. */
export interface Check {
  readonly title: string;
  readonly ok: boolean | undefined;
  readonly text: string;
}

export function openTrust(material: TrustMaterial): OpenTrust {
  const certificates = (pems: readonly string[]) => pems.map((pem) => parseCertificate(pemToDer(pem)));
  return {
    trust: certificates(material.trust),
    timestampTrust: certificates(material.timestampTrust),
    crls: material.crls.map((text) => parseCrl(fromBase64(text))),
    now: new Date(material.now),
    operatorCreditCode: material.operatorCreditCode,
  };
}

/** Names under which payloads state when the act was done. */
const TIME_NAMES = ["receivedAt", "withdrawnAt", "closedAt", "announcedAt", "decidedAt", "at"];

/** Time stamp, else what the payload says, else what stands beside it, else now: the time at which certificates are judged. */
async function timeOf(
  statement: Statement,
  bytes: Bytes,
  payload: Record<string, unknown>,
  beside: string | undefined,
  open: OpenTrust,
): Promise<{ time: Date; check: Check }> {
  const title = "时间依据";
  if (statement.tst !== undefined) {
    const verdict = await stamp(statement.tst, bytes, open);
    if (typeof verdict === "string")
      return { time: open.now, check: { title, ok: false, text: `时间戳无效：${verdict}` } };
    return { time: verdict, check: { title, ok: true, text: `可信时间戳证明：不晚于 ${formatInstant(verdict)}` } };
  }
  const stated = [...TIME_NAMES.map((name) => payload[name]), beside].find(
    (value): value is string => typeof value === "string" && !Number.isNaN(new Date(value).getTime()),
  );
  if (stated)
    return {
      time: new Date(stated),
      check: { title, ok: undefined, text: `没有时间戳，按文件所载时间 ${formatInstant(new Date(stated))} 检查证书` },
    };
  return {
    time: open.now,
    check: { title, ok: undefined, text: `没有时间戳，按平台当前时间 ${formatInstant(open.now)} 检查证书` },
  };
}

async function stamp(token: string, bytes: Bytes, { timestampTrust, crls }: OpenTrust): Promise<Date | string> {
  try {
    const verdict = await verifyTimestamp(fromBase64url(token), bytes, { trust: timestampTrust, crls });
    return verdict.ok ? verdict.time : verdict.reason;
  } catch {
    return "格式不正确";
  }
}

/** Is this certificate to be trusted at that time? */
export async function certificateCheck(
  signer: Certificate,
  carried: readonly Certificate[],
  open: OpenTrust,
  time: Date,
): Promise<Check> {
  const title = "签名证书";
  if (!onlyTrustedCompany(carried, signer, open.trust))
    return { title, ok: false, text: "签名附带了信任列表以外的证书" };
  const path = await validatePath(signer, { trust: open.trust, crls: open.crls, time, use: "sign" });
  if (!path.ok) return { title, ok: false, text: path.reason };
  const name = `${signer.subject.display}，序号 ${signer.serialHex}`;
  return {
    title,
    ok: true,
    text: `${name}；由本站信任的机构颁发，当时有效${path.revocation === "good" ? "，未被吊销" : "；本页没有当时的吊销清单"}`,
  };
}

export interface StatementChecks {
  readonly checks: readonly Check[];
  readonly payload?: Record<string, unknown>;
  readonly signer?: Certificate;
}

/** Looks at a statement step by step, so that it can be told which step failed. */
export async function statementChecks(
  statement: Statement,
  open: OpenTrust,
  beside?: string,
): Promise<StatementChecks> {
  let content: ReturnType<typeof payloadOf>;
  let cms: Bytes;
  try {
    content = payloadOf(statement);
    cms = fromBase64url(statement.cms);
  } catch {
    return { checks: [{ title: "格式", ok: false, text: "被签名的内容或签名已损坏，不是规范格式" }] };
  }
  const form: Check = { title: "格式", ok: true, text: `规范格式，${content.bytes.length} 字节` };
  const { time, check: timing } = await timeOf(statement, content.bytes, content.value, beside, open);
  const verdict = await verifyDetached(cms, content.bytes).catch(() => ({
    ok: false as const,
    reason: "签名数据不能读取",
  }));
  if (!verdict.ok)
    return {
      checks: [form, { title: "签名", ok: false, text: `内容与签名不符：${verdict.reason}` }, timing],
      payload: content.value,
    };
  const signature: Check = { title: "签名", ok: true, text: "内容自签名以来没有任何改动" };
  return {
    checks: [
      form,
      signature,
      await certificateCheck(verdict.signer, verdict.certificates, open, time),
      ...(await sealChecks(statement, content.bytes, verdict.signer, open, time)),
      timing,
    ],
    payload: content.value,
    signer: verdict.signer,
  };
}

/** The seal beside a person's signature (O10 art. 10): over the same bytes, of the same organisation. */
async function sealChecks(
  { seal }: Statement,
  bytes: Bytes,
  person: Certificate,
  open: OpenTrust,
  time: Date,
): Promise<Check[]> {
  if (seal === undefined) return [];
  const title = "单位印章";
  const verdict = await Promise.resolve()
    .then(() => verifyDetached(fromBase64url(seal), bytes))
    .catch(() => ({ ok: false as const, reason: "印章签名不能读取" }));
  if (!verdict.ok) return [{ title, ok: false, text: `内容与印章签名不符：${verdict.reason}` }];
  const { ok, text } = await certificateCheck(verdict.signer, verdict.certificates, open, time);
  const isOwn = creditCodeOf(verdict.signer) === creditCodeOf(person);
  return [{ title, ok: isOwn ? ok : false, text: isOwn ? text : "印章与签名人不属于同一单位" }];
}

/** Statements that the platform itself signs. */
const BY_PLATFORM = ["xbid-receipt/1", "xbid-withdrawal-receipt/1", "xb-closing/1"];

/** Receipts count only when the platform signed them, and not merely somebody trusted. */
export function issuerCheck(format: unknown, signer: Certificate | undefined, operatorCreditCode: string): Check[] {
  if (typeof format !== "string" || !BY_PLATFORM.includes(format) || !signer) return [];
  const own = creditCodeOf(signer) === operatorCreditCode;
  return [{ title: "签发者", ok: own, text: own ? "由本平台签发" : "不是由本平台的证书签发" }];
}
