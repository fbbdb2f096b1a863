import { equalBytes, hex } from "@/core/bytes";
import { type Certificate, KEY_USAGE, readName } from "./certificate";
import { type Crl, revocationStatus } from "./crl";
import { children, context, type Node, parseDer, sequenceOf } from "./der";
import { OID } from "./oid";
import { readScheme, verifySignature } from "./signature";

export interface PathOptions {
  /** Trust list: self-signed entries are anchors, the others are allowed intermediates. */
  readonly trust: readonly Certificate[];
  /** Further intermediates; only for certificates of other people's test suites, the product uses its list alone. */
  readonly intermediates?: readonly Certificate[];
  readonly crls: readonly Crl[];
  /** Trusted time of the act, never the clock of the signer. */
  readonly time: Date;
  readonly use: "sign" | "encrypt" | "login" | "timestamp" | "any";
  /** `product` also refuses weak keys and SHA-1; `rfc5280` is the standard alone. */
  readonly policy?: "product" | "rfc5280";
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

/**
 * Validates a certificate under a trust list (RFC 5280 6.1) by code of our own over a strict reader: widely used
 * libraries accept paths that the public test suites call invalid.
 */
export async function validatePath(leaf: Certificate, options: PathOptions): Promise<PathVerdict> {
  const anchors = options.trust.filter(isAnchor);
  const between = [...options.trust.filter((certificate) => !isAnchor(certificate)), ...(options.intermediates ?? [])];
  let reason = "颁发机构不在本站信任列表内";
  const tried: Certificate[][] = [];
  const walk = (path: Certificate[]): void => {
    const last = path[0]!;
    for (const anchor of anchors) {
      if (sameName(anchor.subject.raw, last.issuer.raw)) tried.push([anchor, ...path]);
    }
    if (path.length >= MAX_PATH) return;
    for (const candidate of between) {
      if (sameName(candidate.subject.raw, last.issuer.raw) && !path.includes(candidate)) walk([candidate, ...path]);
    }
  };
  // A certificate that is itself an anchor needs no path; it is never a leaf of the product.
  if (!anchors.some((anchor) => anchor.fingerprint === leaf.fingerprint)) walk([leaf]);
  for (const path of tried) {
    const verdict = await checkPath(path, options);
    if (verdict.ok) return verdict;
    reason = verdict.reason;
  }
  return { ok: false, reason };
}

async function checkPath(path: readonly Certificate[], options: PathOptions): Promise<PathVerdict> {
  const no = (reason: string): PathVerdict => ({ ok: false, reason });
  const { time, policy = "product" } = options;
  const anchor = path[0]!;
  let issuer = anchor;
  let pathLength = anchor.basicConstraints?.pathLength ?? Number.POSITIVE_INFINITY;
  let revocation: "good" | "unknown" = "good";
  const constraints: NameConstraints[] = [];
  if (policy === "product") {
    const weak = weakness(anchor, true);
    if (weak) return no(weak);
    if (time < anchor.notBefore || time > anchor.notAfter) return no("根证书不在有效期内");
  }
  for (let i = 1; i < path.length; i++) {
    const certificate = path[i]!;
    const isLeaf = i === path.length - 1;
    const scheme = readScheme(parseDer(certificate.signatureAlgorithm));
    if (!scheme) return no("证书的签名算法不被允许");
    if (policy === "product") {
      if (scheme.hash === "SHA-1") return no("证书使用了过时的摘要算法");
      const weak = weakness(certificate, false);
      if (weak) return no(weak);
    }
    if (!(await verifySignature(issuer, scheme, certificate.signature, certificate.tbs))) return no("证书签名验证失败");
    if (time < certificate.notBefore) return no(isLeaf ? "证书尚未生效" : "颁发机构证书尚未生效");
    if (time > certificate.notAfter) return no(isLeaf ? "证书已过期" : "颁发机构证书已过期");
    for (const extension of certificate.extensions.values()) {
      if (extension.critical && !UNDERSTOOD.has(extension.oid)) return no("证书含有不认识的关键扩展");
    }
    const status = await revocationStatus(certificate, issuer, options.crls, time);
    if (status === "revoked") return no(isLeaf ? "证书已被吊销" : "颁发机构证书已被吊销");
    if (status === "unknown") revocation = "unknown";
    if (!(certificate.selfIssued && !isLeaf) && !permitted(certificate, constraints)) return no("证书名称超出颁发机构的许可范围");
    if (!isLeaf) {
      if (certificate.version !== 3 || certificate.basicConstraints?.ca !== true) return no("颁发者不是认证机构");
      if (certificate.keyUsage && !certificate.keyUsage.has(KEY_USAGE.keyCertSign)) return no("颁发机构证书不能签发证书");
      if (!certificate.selfIssued) {
        if (pathLength <= 0) return no("证书链超过允许的长度");
        pathLength--;
      }
      pathLength = Math.min(pathLength, certificate.basicConstraints.pathLength ?? Number.POSITIVE_INFINITY);
      const own = readConstraints(certificate);
      if (own) constraints.push(own);
    }
    issuer = certificate;
  }
  const wrongUse = refusalOfUse(path[path.length - 1]!, options.use, policy);
  return wrongUse ? no(wrongUse) : { ok: true, path, revocation };
}

function weakness(certificate: Certificate, anchor: boolean): string | undefined {
  if (certificate.publicKeyAlgorithm === OID.rsaEncryption) {
    if (certificate.keyBits < 2048) return "证书密钥过短（RSA 不足 2048 位）";
    if ((certificate.rsaExponent ?? 0n) < 65_537n) return "证书密钥的公开指数过小";
  } else if (certificate.publicKeyAlgorithm !== OID.ecPublicKey || !certificate.keyBits) return "证书的密钥算法不被允许";
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
    const can = usage.has(KEY_USAGE.keyEncipherment) || usage.has(KEY_USAGE.keyAgreement) || usage.has(KEY_USAGE.dataEncipherment);
    return can ? undefined : "该证书不是加密证书";
  }
  if (!usage.has(KEY_USAGE.digitalSignature) && !usage.has(KEY_USAGE.nonRepudiation)) return "该证书不是签名证书";
  const extended = leaf.extKeyUsage;
  if (use === "timestamp") {
    return extended?.length === 1 && extended[0] === OID.ekuTimeStamping && leaf.extensions.get(OID.extKeyUsage)?.critical
      ? undefined
      : "该证书不能签发时间戳";
  }
  const allowed: string[] = [OID.ekuClientAuth, OID.ekuEmailProtection, OID.ekuDocumentSigning, OID.ekuAny];
  if (extended && !extended.some((oid) => allowed.includes(oid))) return "证书的扩展用途不含签名";
  return undefined;
}

// Names.

/** Names are compared as RFC 5280 7.1 asks: attribute by attribute, letters folded, inner spaces compressed. */
export function sameName(a: Uint8Array<ArrayBuffer>, b: Uint8Array<ArrayBuffer>): boolean {
  if (equalBytes(a, b)) return true;
  const [x, y] = [a, b].map((raw) => rdnTexts(raw));
  return x!.length === y!.length && x!.every((text, i) => text === y![i]);
}

const fold = (text: string) => text.trim().replace(/\s+/g, " ").toLowerCase();

function rdnTexts(raw: Uint8Array<ArrayBuffer>): string[] {
  return sequenceOf(parseDer(raw), "name").map((rdn) => {
    const { attributes } = readName(parseDer(wrapSequence(rdn.raw)));
    return attributes.map(({ oid, value }) => `${oid}=${fold(value)}`).sort().join("+");
  });
}

function wrapSequence(content: Uint8Array): Uint8Array<ArrayBuffer> {
  const { length } = content;
  const head = length < 0x80 ? [0x30, length] : length < 0x100 ? [0x30, 0x81, length] : [0x30, 0x82, length >> 8, length & 0xff];
  const all = new Uint8Array(head.length + length);
  all.set(head);
  all.set(content, head.length);
  return all;
}

type GeneralName = { readonly kind: "email" | "dns" | "uri" | "other"; readonly text: string } | { readonly kind: "directory"; readonly rdns: readonly string[] };

interface NameConstraints {
  readonly permitted: readonly GeneralName[];
  readonly excluded: readonly GeneralName[];
}

function readGeneralName(node: Node): GeneralName {
  const text = () => String.fromCharCode(...node.content);
  switch (node.tag) {
    case context(1, false):
      return { kind: "email", text: text() };
    case context(2, false):
      return { kind: "dns", text: text() };
    case context(6, false):
      return { kind: "uri", text: text() };
    case context(4):
      return { kind: "directory", rdns: rdnTexts(children(node)[0]!.raw) };
    default:
      return { kind: "other", text: hex(node.raw) };
  }
}

function readConstraints(certificate: Certificate): NameConstraints | undefined {
  const extension = certificate.extensions.get(OID.nameConstraints);
  if (!extension) return undefined;
  const subtrees = (node: Node | undefined) => (node ? children(node).map((subtree) => readGeneralName(sequenceOf(subtree, "subtree")[0]!)) : []);
  const parts = sequenceOf(parseDer(extension.value), "name constraints");
  return { permitted: subtrees(parts.find(({ tag }) => tag === context(0))), excluded: subtrees(parts.find(({ tag }) => tag === context(1))) };
}

function namesOf(certificate: Certificate): GeneralName[] {
  const names: GeneralName[] = [];
  const rdns = rdnTexts(certificate.subject.raw);
  if (rdns.length) names.push({ kind: "directory", rdns });
  const alternative = certificate.extensions.get(OID.subjectAltName);
  if (alternative) names.push(...sequenceOf(parseDer(alternative.value), "alternative names").map(readGeneralName));
  else for (const { oid, value } of certificate.subject.attributes) if (oid === OID.emailAddress) names.push({ kind: "email", text: value });
  if (alternative) for (const { oid, value } of certificate.subject.attributes) if (oid === OID.emailAddress) names.push({ kind: "email", text: value });
  return names;
}

function hostMatches(host: string, constraint: string): boolean {
  const [name, base] = [host.toLowerCase(), constraint.toLowerCase()];
  if (base === "") return true;
  return base.startsWith(".") ? name.endsWith(base) && name.length > base.length : name === base;
}

function within(name: GeneralName, base: GeneralName): boolean {
  if (name.kind === "directory" && base.kind === "directory") return base.rdns.every((rdn, i) => name.rdns[i] === rdn);
  if (name.kind === "directory" || base.kind === "directory" || name.kind !== base.kind) return false;
  switch (name.kind) {
    case "dns": {
      const [host, domain] = [name.text.toLowerCase(), base.text.toLowerCase()];
      return domain === "" || host === domain || host.endsWith(`.${domain}`);
    }
    case "email": {
      const at = name.text.lastIndexOf("@");
      if (base.text.includes("@")) {
        const baseAt = base.text.lastIndexOf("@");
        return name.text.slice(0, at) === base.text.slice(0, baseAt) && hostMatches(name.text.slice(at + 1), base.text.slice(baseAt + 1));
      }
      return hostMatches(name.text.slice(at + 1), base.text);
    }
    case "uri": {
      const host = /^[a-z][a-z0-9+.-]*:\/\/(?:[^@/]*@)?([^:/?#]+)/i.exec(name.text)?.[1];
      return host !== undefined && hostMatches(host, base.text);
    }
    default:
      return name.text === base.text;
  }
}

/** Every name must lie inside a permitted subtree of its kind, where there are any, and in no excluded one. */
function permitted(certificate: Certificate, constraints: readonly NameConstraints[]): boolean {
  if (!constraints.length) return true;
  const names = namesOf(certificate);
  return constraints.every(({ permitted: allowed, excluded }) =>
    names.every((name) => {
      const sameKind = allowed.filter(({ kind }) => kind === name.kind);
      const uriWithoutHost = name.kind === "uri" && !/^[a-z][a-z0-9+.-]*:\/\//i.test(name.text);
      if ((sameKind.length || excluded.some(({ kind }) => kind === name.kind)) && uriWithoutHost) return false;
      if (sameKind.length && !sameKind.some((base) => within(name, base))) return false;
      return !excluded.some((base) => within(name, base));
    }),
  );
}
