import { type Certificate, KEY_USAGE } from "./certificate";
import { type Crl, revocationStatus } from "./crl";
import { parseDer } from "./der";
import { type NameConstraints, permitted, readConstraints, sameName } from "./names";
import { type OcspResponse, ocspStatus } from "./ocsp";
import { OID } from "./oid";
import { profileFlaw } from "./profile";
import { readScheme, verifySignature } from "./signature";

export interface PathOptions {
  /** Trust list: self-signed entries are anchors, the others are allowed intermediates. */
  readonly trust: readonly Certificate[];
  /** Trusted as they are, whoever issued them, instead of the self-signed entries of `trust`; for test suites alone. */
  readonly anchors?: readonly Certificate[];
  /** Further intermediates; only for certificates of other people's test suites, the product uses its list alone. */
  readonly intermediates?: readonly Certificate[];
  readonly crls: readonly Crl[];
  /** Answers of responders; asked where no list decides. */
  readonly ocsp?: readonly OcspResponse[];
  /** Trusted time of the act, never the clock of the signer. */
  readonly time: Date;
  readonly use: "sign" | "encrypt" | "login" | "timestamp" | "any";
  /**
   * `product` also refuses weak keys and SHA-1; `rfc5280` is path validation of the standard alone; `profile` adds all
   * the standard asks of authorities.
   */
  readonly policy?: "product" | "rfc5280" | "profile";
}

export type PathVerdict =
  | { readonly ok: true; readonly path: readonly Certificate[]; readonly revocation: "good" | "unknown" }
  | { readonly ok: false; readonly reason: string };

const MAX_PATH = 8;

/** Critical extensions that are understood here. Certificate policies are parsed nowhere and constrain nothing we do. */
const UNDERSTOOD = new Set<string>([
  OID.keyUsage,
  OID.extKeyUsage,
  OID.basicConstraints,
  OID.subjectAltName,
  OID.nameConstraints,
  OID.certificatePolicies,
  OID.policyMappings,
  OID.policyConstraints,
  OID.inhibitAnyPolicy,
]);

const isAnchor = (certificate: Certificate) => certificate.selfIssued;

/** Steps that the search for a path may take: bags of look-alike intermediates must not cost exponential time. */
const MAX_STEPS = 500;

/**
 * Validates a certificate under a trust list (RFC 5280 6.1) by code of our own over a strict reader: widely used
 * libraries accept paths that the public test suites call invalid.
 */
export async function validatePath(leaf: Certificate, options: PathOptions): Promise<PathVerdict> {
  const [anchors, between] = [options.anchors ?? options.trust.filter(isAnchor), intermediatesOf(options)];
  let reason = "颁发机构不在本站信任列表内";
  // A certificate that is itself an anchor needs no path; it is never a leaf of the product.
  if (anchors.some((anchor) => anchor.fingerprint === leaf.fingerprint)) return { ok: false, reason };
  for (const path of candidatePaths(leaf, anchors, between)) {
    const verdict = await checkPath(path, options);
    if (verdict.ok) return verdict;
    reason = verdict.reason;
  }
  return { ok: false, reason };
}

const intermediatesOf = ({ trust, intermediates = [] }: PathOptions): Certificate[] => [
  ...trust.filter((certificate) => !isAnchor(certificate)),
  ...intermediates,
];

/** Chains by name from an anchor to the leaf, shortest detours last, within a budget. */
function candidatePaths(
  leaf: Certificate,
  anchors: readonly Certificate[],
  between: readonly Certificate[],
): Certificate[][] {
  const found: Certificate[][] = [];
  let steps = 0;
  const walk = (path: Certificate[]): void => {
    if (++steps > MAX_STEPS) return;
    const { issuer } = path[0]!;
    for (const anchor of anchors) if (sameName(anchor.subject, issuer)) found.push([anchor, ...path]);
    if (path.length >= MAX_PATH) return;
    for (const candidate of between) {
      if (sameName(candidate.subject, issuer) && !path.includes(candidate)) walk([candidate, ...path]);
    }
  };
  walk([leaf]);
  return found;
}

async function checkPath(path: readonly Certificate[], options: PathOptions): Promise<PathVerdict> {
  const no = (reason: string): PathVerdict => ({ ok: false, reason });
  const { time, policy = "product" } = options;
  const anchor = path[0]!;
  let issuer = anchor;
  let pathLength = anchor.basicConstraints?.pathLength ?? Number.POSITIVE_INFINITY;
  let revocation: "good" | "unknown" = "good";
  const constraints: NameConstraints[] = [];
  if (hasUnknownCritical(anchor)) return no("根证书含有不认识的关键扩展");
  if (refusalToIssue(anchor, true)) return no("信任列表中的根证书不能签发证书");
  const ofAnchor = readConstraints(anchor);
  if (ofAnchor) constraints.push(ofAnchor);
  const fault = policy === "profile" ? profileFlaw(anchor, await isSelfSigned(anchor)) : faultOf(anchor, true, policy);
  if (fault) return no(fault);
  if (time < anchor.notBefore || time > anchor.notAfter) return no("根证书不在有效期内");
  for (let i = 1; i < path.length; i++) {
    const certificate = path[i]!;
    const isLeaf = i === path.length - 1;
    const flaw = await flawOf(certificate, issuer, isLeaf, time, policy);
    if (flaw) return no(flaw);
    let status = await revocationStatus(certificate, await crlSigners(issuer, path, options), options.crls, time);
    if (status === "unknown" && options.ocsp) status = await ocspStatus(certificate, issuer, options.ocsp, time);
    if (status === "revoked") return no(isLeaf ? "证书已被吊销" : "颁发机构证书已被吊销");
    if (status === "unknown") revocation = "unknown";
    if (!(certificate.selfIssued && !isLeaf) && !permitted(certificate, constraints)) {
      return no("证书名称超出颁发机构的许可范围");
    }
    if (!isLeaf) {
      const notIssuer = refusalToIssue(certificate);
      if (notIssuer) return no(notIssuer);
      if (!certificate.selfIssued) {
        if (pathLength <= 0) return no("证书链超过允许的长度");
        pathLength--;
      }
      pathLength = Math.min(pathLength, certificate.basicConstraints?.pathLength ?? Number.POSITIVE_INFINITY);
      const own = readConstraints(certificate);
      if (own) constraints.push(own);
    }
    issuer = certificate;
  }
  const wrongUse = refusalOfUse(path[path.length - 1]!, options.use, policy);
  return wrongUse ? no(wrongUse) : { ok: true, path, revocation };
}

/** What is wrong with one certificate of a path, seen with its issuer alone. */
async function flawOf(
  certificate: Certificate,
  issuer: Certificate,
  isLeaf: boolean,
  time: Date,
  policy: PathOptions["policy"],
): Promise<string | undefined> {
  const scheme = readScheme(parseDer(certificate.signatureAlgorithm));
  if (!scheme) return "证书的签名算法不被允许";
  if (policy === "product" && scheme.hash === "SHA-1") return "证书使用了过时的摘要算法";
  const fault = faultOf(certificate, false, policy);
  if (fault) return fault;
  if (!(await verifySignature(issuer, scheme, certificate.signature, certificate.tbs))) return "证书签名验证失败";
  if (time < certificate.notBefore) return isLeaf ? "证书尚未生效" : "颁发机构证书尚未生效";
  if (time > certificate.notAfter) return isLeaf ? "证书已过期" : "颁发机构证书已过期";
  if (hasUnknownCritical(certificate)) return "证书含有不认识的关键扩展";
  // RFC 5280 4.2.1.10: only an authority may constrain names, and only so that nobody can overlook it.
  const constraints = certificate.extensions.get(OID.nameConstraints);
  if (constraints && (!constraints.critical || certificate.basicConstraints?.ca !== true))
    return "证书的名称约束不合规定";
  return undefined;
}

const hasUnknownCritical = (certificate: Certificate): boolean =>
  [...certificate.extensions.values()].some(({ critical, oid }) => critical && !UNDERSTOOD.has(oid));

/** Old roots are of version 1 and have no extensions; trust in them was decided by people. */
function refusalToIssue(certificate: Certificate, isRoot = false): string | undefined {
  const exempt = isRoot && certificate.version < 3;
  if (!exempt && (certificate.version !== 3 || certificate.basicConstraints?.ca !== true)) return "颁发者不是认证机构";
  if (certificate.keyUsage && !certificate.keyUsage.has(KEY_USAGE.keyCertSign)) return "颁发机构证书不能签发证书";
  return undefined;
}

/**
 * Who may have signed the lists of `issuer`: itself, or another certificate of the same name (renewed key, key for
 * lists alone) with a path of its own to the same anchor that no list revokes (RFC 5280 6.3.3 f).
 */
async function crlSigners(
  issuer: Certificate,
  path: readonly Certificate[],
  options: PathOptions,
): Promise<Certificate[]> {
  const anchor = path[0]!;
  const signers = [issuer];
  if (!options.crls.length) return signers;
  const between = intermediatesOf(options);
  for (const other of [anchor, ...between]) {
    if (other === issuer || !sameName(other.subject, issuer.subject)) continue;
    if (other === anchor || (await isGoodCrlSigner(other, anchor, between, options))) signers.push(other);
  }
  return signers;
}

async function isGoodCrlSigner(
  certificate: Certificate,
  anchor: Certificate,
  between: readonly Certificate[],
  options: PathOptions,
): Promise<boolean> {
  const { time, policy = "product", crls } = options;
  for (const path of candidatePaths(certificate, [anchor], between)) {
    let good = true;
    for (let i = 1; good && i < path.length; i++) {
      const [issuer, one] = [path[i - 1]!, path[i]!];
      const isLeaf = i === path.length - 1;
      // Its own list may be the only one there is: it speaks for itself, and one that revokes itself is not believed.
      good =
        (await flawOf(one, issuer, isLeaf, time, policy)) === undefined &&
        (isLeaf || refusalToIssue(one) === undefined) &&
        (await revocationStatus(one, [issuer, certificate], crls, time)) !== "revoked";
    }
    if (good) return true;
  }
  return false;
}

/** What the policy finds in a certificate by itself. */
function faultOf(certificate: Certificate, isAnchor: boolean, policy: PathOptions["policy"]): string | undefined {
  if (policy === "product") return weakness(certificate, isAnchor);
  return policy === "profile" ? profileFlaw(certificate, false) : undefined;
}

/** Signed by its own key, whatever the names say. */
async function isSelfSigned(certificate: Certificate): Promise<boolean> {
  const scheme = readScheme(parseDer(certificate.signatureAlgorithm));
  return scheme !== undefined && verifySignature(certificate, scheme, certificate.signature, certificate.tbs);
}

function weakness(certificate: Certificate, anchor: boolean): string | undefined {
  if (certificate.publicKeyAlgorithm === OID.rsaEncryption) {
    if (certificate.keyBits < 2048) return "证书密钥过短（RSA 不足 2048 位）";
    if ((certificate.rsaExponent ?? 0n) < 65_537n) return "证书密钥的公开指数过小";
  } else if (certificate.publicKeyAlgorithm !== OID.ecPublicKey || !certificate.keyBits)
    return "证书的密钥算法不被允许";
  if (anchor && certificate.basicConstraints?.ca !== true) return "信任列表中的根证书不是认证机构";
  return undefined;
}

/** keyUsage and extended key usage of the leaf for what it is to do. */
function refusalOfUse(leaf: Certificate, use: PathOptions["use"], policy: string): string | undefined {
  if (use === "any") return undefined;
  if (policy === "product" && leaf.basicConstraints?.ca) return "认证机构证书不能用于业务";
  const usage = leaf.keyUsage;
  if (!usage) return "证书没有标明密钥用途";
  if (use === "encrypt") {
    const can =
      usage.has(KEY_USAGE.keyEncipherment) ||
      usage.has(KEY_USAGE.keyAgreement) ||
      usage.has(KEY_USAGE.dataEncipherment);
    return can ? undefined : "该证书不是加密证书";
  }
  if (!usage.has(KEY_USAGE.digitalSignature) && !usage.has(KEY_USAGE.nonRepudiation)) return "该证书不是签名证书";
  const extended = leaf.extKeyUsage;
  if (use === "timestamp") {
    return extended?.length === 1 &&
      extended[0] === OID.ekuTimeStamping &&
      leaf.extensions.get(OID.extKeyUsage)?.critical
      ? undefined
      : "该证书不能签发时间戳";
  }
  const allowed: string[] = [OID.ekuClientAuth, OID.ekuEmailProtection, OID.ekuDocumentSigning, OID.ekuAny];
  if (extended && !extended.some((oid) => allowed.includes(oid))) return "证书的扩展用途不含签名";
  return undefined;
}
