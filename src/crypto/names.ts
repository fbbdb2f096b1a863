import { type Bytes, equalBytes, hex } from "@/core/bytes";
import { type Certificate, type Name, readName } from "./certificate";
import { children, context, derSequence, type Node, parseDer, sequenceOf } from "./der";
import { OID } from "./oid";

/** Names are compared as RFC 5280 7.1 asks: attribute by attribute, letters folded, inner spaces compressed. */
export function sameName(a: Name, b: Name): boolean {
  if (equalBytes(a.raw, b.raw)) return true;
  const [x, y] = [rdnTexts(a.raw), rdnTexts(b.raw)];
  return x.length === y.length && x.every((text, i) => text === y[i]);
}

const fold = (text: string) => text.trim().replace(/\s+/g, " ").toLowerCase();

/** One comparable text for each RDN. */
const rdnTexts = (raw: Bytes): string[] =>
  sequenceOf(parseDer(raw), "name").map((rdn) =>
    readName(parseDer(derSequence(rdn.raw)))
      .attributes.map(({ oid, value }) => `${oid}=${fold(value)}`)
      .sort()
      .join("+"),
  );

type GeneralName =
  | { readonly kind: "email" | "dns" | "uri" | "other"; readonly text: string }
  /** An address, or in a constraint an address and a mask of the same length. */
  | { readonly kind: "ip"; readonly bytes: Bytes }
  | { readonly kind: "directory"; readonly rdns: readonly string[] };

export interface NameConstraints {
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
    case context(7, false):
      return { kind: "ip", bytes: node.content };
    case context(4):
      return { kind: "directory", rdns: rdnTexts(children(node)[0]!.raw) };
    default:
      return { kind: "other", text: hex(node.raw) };
  }
}

export function readConstraints(certificate: Certificate): NameConstraints | undefined {
  const extension = certificate.extensions.get(OID.nameConstraints);
  if (!extension) return undefined;
  const subtrees = (node: Node | undefined) =>
    node ? children(node).map((subtree) => readGeneralName(sequenceOf(subtree, "subtree")[0]!)) : [];
  const parts = sequenceOf(parseDer(extension.value), "name constraints");
  return {
    permitted: subtrees(parts.find(({ tag }) => tag === context(0))),
    excluded: subtrees(parts.find(({ tag }) => tag === context(1))),
  };
}

function namesOf(certificate: Certificate): GeneralName[] {
  const names: GeneralName[] = [];
  const rdns = rdnTexts(certificate.subject.raw);
  if (rdns.length) names.push({ kind: "directory", rdns });
  const alternative = certificate.extensions.get(OID.subjectAltName);
  if (alternative) names.push(...sequenceOf(parseDer(alternative.value), "alternative names").map(readGeneralName));
  for (const { oid, value } of certificate.subject.attributes) {
    if (oid === OID.emailAddress) names.push({ kind: "email", text: value });
  }
  return names;
}

function hostMatches(host: string, constraint: string): boolean {
  const [name, base] = [host.toLowerCase(), constraint.toLowerCase()];
  if (base === "") return true;
  return base.startsWith(".") ? name.endsWith(base) && name.length > base.length : name === base;
}

function within(name: GeneralName, base: GeneralName): boolean {
  if (name.kind === "directory" && base.kind === "directory") return base.rdns.every((rdn, i) => name.rdns[i] === rdn);
  if (name.kind === "ip" && base.kind === "ip") return isInNetwork(name.bytes, base.bytes);
  if (name.kind === "directory" || base.kind === "directory" || name.kind === "ip" || base.kind === "ip") return false;
  if (name.kind !== base.kind) return false;
  switch (name.kind) {
    case "dns": {
      const [host, domain] = [name.text.toLowerCase(), base.text.toLowerCase()];
      return domain === "" || host === domain || host.endsWith(`.${domain}`);
    }
    case "email": {
      const at = name.text.lastIndexOf("@");
      if (base.text.includes("@")) {
        const baseAt = base.text.lastIndexOf("@");
        return (
          name.text.slice(0, at) === base.text.slice(0, baseAt) &&
          hostMatches(name.text.slice(at + 1), base.text.slice(baseAt + 1))
        );
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

function isInNetwork(address: Bytes, network: Bytes): boolean {
  const { length } = address;
  if ((length !== 4 && length !== 16) || network.length !== 2 * length) return false;
  return address.every((byte, i) => (byte & network[length + i]!) === (network[i]! & network[length + i]!));
}

/** A wildcard name stands for names that may be excluded although it is not. */
function mayStandFor(name: GeneralName, base: GeneralName): boolean {
  if (name.kind !== "dns" || base.kind !== "dns" || !name.text.startsWith("*.")) return false;
  return base.text.toLowerCase().endsWith(name.text.slice(1).toLowerCase());
}

/** Comparisons of a name with a constraint that one certificate may cost. */
const MAX_COMPARISONS = 65_536;

/** Every name must lie inside a permitted subtree of its kind, where there are any, and in no excluded one. */
export function permitted(certificate: Certificate, constraints: readonly NameConstraints[]): boolean {
  if (!constraints.length) return true;
  const names = namesOf(certificate);
  const bases = constraints.reduce((sum, one) => sum + one.permitted.length + one.excluded.length, 0);
  // Thousands of names against thousands of constraints are an attack, not a certificate.
  if (names.length * bases > MAX_COMPARISONS) return false;
  return constraints.every(({ permitted: allowed, excluded }) =>
    names.every((name) => {
      const sameKind = allowed.filter(({ kind }) => kind === name.kind);
      const uriWithoutHost = name.kind === "uri" && !/^[a-z][a-z0-9+.-]*:\/\//i.test(name.text);
      if ((sameKind.length || excluded.some(({ kind }) => kind === name.kind)) && uriWithoutHost) return false;
      if (sameKind.length && !sameKind.some((base) => within(name, base))) return false;
      return !excluded.some((base) => within(name, base) || mayStandFor(name, base));
    }),
  );
}
