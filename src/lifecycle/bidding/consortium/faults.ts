import { fromBase64url } from "@/core/bytes";
import { creditCodeOf } from "@/crypto/certificate";
import { verifyDetached } from "@/crypto/cms";
import { validatePath } from "@/crypto/path";
import { onlyTrustedCompany, type TrustContext } from "@/crypto/statement";
import { agreementOf, type Declared, digestOf, type Party, termsBytes, WHOLE_SHARE } from "./part";

/** Something in a consortium's part that does not hold. */
export interface ConsortiumFault {
  readonly code: keyof typeof SENTENCES;
  /** Company that it is about. */
  readonly party?: string;
  readonly reason?: string;
}

export interface ConsortiumFacts {
  readonly tender: string;
  readonly lot: string;
  /** Credit code of the organisation that hands the bid in; undefined while it is not known. */
  readonly bidder?: string | undefined;
  /** Does the tender document allow consortia? */
  readonly isAllowed: boolean;
  /** What the members' certificates are judged by; without it only their signatures and credit codes are. */
  readonly trust?: TrustContext | undefined;
}

type Say = (fault: { party: string; reason: string }) => string;
/** For the committee what is there, and for the bidder what to do; both name the company. */
const SENTENCES = {
  "not-allowed": [
    () => "招标文件不接受联合体投标，投标文件却以联合体名义编制。",
    () => "招标文件不接受联合体投标。请改为单独投标，或联系招标人。",
  ],
  "other-lot": [
    () => "联合体各方签署的内容不是针对本标段的。",
    () => "联合体签署请求属于其他标段。请在本标段重新生成签署请求，交各成员签章。",
  ],
  leader: [
    ({ party }) => `所列牵头人“${party}”不是递交投标文件的单位。`,
    ({ party }) => `牵头人“${party}”的统一社会信用代码与递交投标文件的单位不同。请改为本单位，并重新请各成员签章。`,
  ],
  "leader-member": [
    ({ party }) => `牵头人“${party}”又列为成员。`,
    ({ party }) => `牵头人“${party}”又列为成员。请删去重复的一方。`,
  ],
  twice: [
    ({ party }) => `“${party}”的统一社会信用代码在联合体中出现不止一次。`,
    ({ party }) => `“${party}”的统一社会信用代码与另一方相同。请核对，每家只列一次。`,
  ],
  shares: [() => "联合体各方的份额合计不是 100%。", () => "联合体各方的份额合计须为 100%。请核对每一方的份额。"],
  agreement: [
    () => "所附联合体协议不是各方签署的那一份，或不是 PDF 文件。",
    () => "联合体协议与签署请求中的不是同一份，或不是 PDF 文件。请重新添加协议并请各成员重新签章。",
  ],
  missing: [
    ({ party }) => `缺少成员“${party}”对联合体协议的签章。`,
    ({ party }) => `缺少成员“${party}”的签章。请把签署请求交给该成员，签章后导入返回的文件。`,
  ],
  invalid: [
    ({ party, reason }) => `成员“${party}”的签章无效（${reason}）。`,
    ({ party, reason }) => `成员“${party}”的签章无效（${reason}）。请该成员重新签章后再导入。`,
  ],
  other: [
    ({ party }) => `成员“${party}”签署的是另一份协议或另一组成员。`,
    ({ party }) => `成员“${party}”签署的是另一份协议或另一组成员。内容改动后须重新签章，请重新发出签署请求。`,
  ],
  holder: [
    ({ party, reason }) => `成员“${party}”的签章所用证书不属于该单位（证书的统一社会信用代码 ${reason}）。`,
    ({ party, reason }) =>
      `成员“${party}”的签章所用证书不属于该单位（证书的统一社会信用代码 ${reason}）。请该成员改用本单位的证书签章。`,
  ],
  certificate: [
    ({ party, reason }) => `成员“${party}”的签章证书不能采信（${reason}）。`,
    ({ party, reason }) => `成员“${party}”的签章证书不能采信（${reason}）。请该成员换用有效的机构证书签章。`,
  ],
  stranger: [
    ({ reason }) => `附有不属于联合体成员的签章（统一社会信用代码 ${reason}）。`,
    ({ reason }) => `附有不属于联合体成员的签章（统一社会信用代码 ${reason}）。请移除这份签章。`,
  ],
} satisfies Record<string, readonly [finding: Say, problem: Say]>;

const said = ({ code, party = "", reason = "" }: ConsortiumFault, which: 0 | 1): string =>
  SENTENCES[code][which]({ party, reason });
/** The fault as the committee reads it. */
export const findingOf = (fault: ConsortiumFault): string => said(fault, 0);
/** The fault as the bidder reads it, with what to do. */
export const problemOf = (fault: ConsortiumFault): string => said(fault, 1);

/**
 * Everything in a declared consortium that does not hold (BL31, IR51(2)): the bidder's tool refuses to seal it, and after the
 * opening the same faults are findings for the committee, which decides. Revocation that cannot be asked is none.
 */
export async function consortiumFaults(declared: Declared, facts: ConsortiumFacts): Promise<ConsortiumFault[]> {
  const { terms } = declared;
  const [leader, ...members] = terms.parties as [Party, ...Party[]];
  const faults: ConsortiumFault[] = [];
  if (!facts.isAllowed) faults.push({ code: "not-allowed" });
  if (terms.tender !== facts.tender || terms.lot !== facts.lot) faults.push({ code: "other-lot" });
  if (facts.bidder !== undefined && leader.creditCode !== facts.bidder)
    faults.push({ code: "leader", party: leader.name });
  faults.push(...partyFaults(terms.parties));
  const agreement = agreementOf(declared);
  if (digestOf(agreement) !== terms.agreement || !isPdf(agreement)) faults.push({ code: "agreement" });
  for (const member of members) faults.push(...(await consentFaults(declared, member, facts.trust)));
  for (const { creditCode } of declared.consents)
    if (!members.some((member) => member.creditCode === creditCode))
      faults.push({ code: "stranger", reason: creditCode });
  return faults;
}

/** Every company once, the leader no member, all shares together the whole. */
export function partyFaults(parties: readonly Party[]): ConsortiumFault[] {
  const faults: ConsortiumFault[] = [];
  for (const [i, { creditCode, name }] of parties.entries()) {
    const first = parties.findIndex((party) => party.creditCode === creditCode);
    if (first < i) faults.push({ code: first === 0 ? "leader-member" : "twice", party: name });
  }
  if (parties.reduce((sum, { shareBasisPoints }) => sum + shareBasisPoints, 0) !== WHOLE_SHARE)
    faults.push({ code: "shares" });
  return faults;
}

export const isPdf = (bytes: Uint8Array): boolean =>
  [0x25, 0x50, 0x44, 0x46, 0x2d].every((byte, i) => bytes[i] === byte);

async function consentFaults(
  { terms, consents }: Declared,
  { name: party, creditCode }: Party,
  trust: TrustContext | undefined,
): Promise<ConsortiumFault[]> {
  const consent = consents.find((one) => one.creditCode === creditCode);
  if (!consent) return [{ code: "missing", party }];
  const verdict = await verifyDetached(fromBase64url(consent.cms), termsBytes(terms));
  if (!verdict.ok) return [{ code: "invalid", party, reason: verdict.reason }];
  const holder = creditCodeOf(verdict.signer);
  if (holder !== creditCode) return [{ code: "holder", party, reason: holder ?? "无" }];
  if (!trust) return [];
  if (!onlyTrustedCompany(verdict.certificates, verdict.signer, trust.trust))
    return [{ code: "certificate", party, reason: "签名附带了信任列表以外的证书" }];
  const path = await validatePath(verdict.signer, { ...trust, use: "sign" });
  return path.ok ? [] : [{ code: "certificate", party, reason: path.reason }];
}
