import { type Bytes, utf8 } from "@/core/bytes";
import { type Certificate, KEY_USAGE, parseCertificate } from "../certificate";
import { type CmsSigner, webCryptoSigner } from "../cms";
import { type Crl, parseCrl } from "../crl";
import {
  context,
  der,
  derBits,
  derBoolean,
  derInteger,
  derNamedBits,
  derNull,
  derOctets,
  derOid,
  derSequence,
  derSetOf,
  derTime,
  TAG,
} from "../der";
import { OID } from "../oid";

/** A small certification world for tests: real keys, real signatures, made anew in every run. */
export interface TestPki {
  readonly trust: readonly Certificate[];
  readonly crls: readonly Crl[];
  readonly account: string;
  readonly signer: CmsSigner;
  /** The key of every signing certificate here. */
  readonly signingKey: CryptoKey;
  readonly encryption: { readonly certificate: Certificate; readonly privateKey: CryptoKey };
  /** A second encryption certificate of the same company. */
  readonly spare: { readonly certificate: Certificate; readonly privateKey: CryptoKey };
  readonly otherCompany: CmsSigner;
  readonly expired: CmsSigner;
  readonly revoked: CmsSigner;
  readonly untrusted: CmsSigner;
  readonly encryptionOnly: CmsSigner;
  readonly renewed: CmsSigner;
  /** A time-stamping authority. */
  readonly stamper: CmsSigner;
}

export const ACCOUNT = "91520000MA00000X0T";
export const TEST_TIME = new Date("2026-05-18T00:00:00Z");
const FROM = new Date("2026-01-01T00:00:00Z");
const TO = new Date("2036-01-01T00:00:00Z");

const SIGNING = {
  name: "RSASSA-PKCS1-v1_5",
  hash: "SHA-256",
  modulusLength: 2048,
  publicExponent: Uint8Array.of(1, 0, 1),
};
const OAEP = { ...SIGNING, name: "RSA-OAEP" };
const { subtle } = globalThis.crypto;
const SHA256_RSA = derSequence(derOid(OID.sha256WithRsa), derNull());

const nameOf = (parts: readonly (readonly [string, string])[]): Bytes =>
  derSequence(...parts.map(([oid, value]) => derSetOf([derSequence(derOid(oid), der(TAG.utf8, utf8(value)))])));

const extension = (oid: string, critical: boolean, value: Bytes): Bytes =>
  derSequence(derOid(oid), ...(critical ? [derBoolean(true)] : []), derOctets(value));

interface Plan {
  readonly serial: number;
  readonly subject: Bytes;
  readonly spki: Bytes;
  readonly usage: readonly number[];
  readonly ca?: boolean;
  readonly eku?: string;
  readonly from?: Date;
  readonly to?: Date;
}

async function signed(tbs: Bytes, key: CryptoKey): Promise<Bytes> {
  return derSequence(tbs, SHA256_RSA, derBits(new Uint8Array(await subtle.sign("RSASSA-PKCS1-v1_5", key, tbs))));
}

function issue(issuer: Bytes, key: CryptoKey, plan: Plan): Promise<Bytes> {
  const extensions = [
    extension(OID.basicConstraints, true, derSequence(...(plan.ca ? [derBoolean(true)] : []))),
    extension(OID.keyUsage, true, derNamedBits(plan.usage)),
    ...(plan.eku ? [extension(OID.extKeyUsage, true, derSequence(derOid(plan.eku)))] : []),
  ];
  const validity = derSequence(derTime(plan.from ?? FROM), derTime(plan.to ?? TO));
  const version = der(context(0), derInteger(2));
  return signed(
    derSequence(
      version,
      derInteger(plan.serial),
      SHA256_RSA,
      issuer,
      validity,
      plan.subject,
      plan.spki,
      der(context(3), derSequence(...extensions)),
    ),
    key,
  );
}

function revocationList(issuer: Bytes, key: CryptoKey, serials: readonly number[]): Promise<Bytes> {
  const entries = serials.map((serial) => derSequence(derInteger(serial), derTime(FROM)));
  const list = entries.length ? [derSequence(...entries)] : [];
  return signed(derSequence(derInteger(1), SHA256_RSA, issuer, derTime(FROM), derTime(TO), ...list), key);
}

let made: Promise<TestPki> | undefined;

/** The same world for every test file of a run: RSA keys take their time. */
export function testPki(): Promise<TestPki> {
  made ??= make(ACCOUNT, "91520000MA00000X1T");
  return made;
}

let checked: Promise<TestPki> | undefined;
/** Another one, whose companies have credit codes with right check characters. */
export function checkedPki(): Promise<TestPki> {
  checked ??= make("91520000MA00000X0E", "91520000MA00000X1H");
  return checked;
}

async function make(account: string, otherAccount: string): Promise<TestPki> {
  const [caKeys, signKeys, encryptKeys, spareKeys] = await Promise.all([
    subtle.generateKey(SIGNING, true, ["sign", "verify"]),
    subtle.generateKey(SIGNING, true, ["sign", "verify"]),
    subtle.generateKey(OAEP, true, ["encrypt", "decrypt"]),
    subtle.generateKey(OAEP, true, ["encrypt", "decrypt"]),
  ]);
  const spkiOf = async (key: CryptoKey): Promise<Bytes> => new Uint8Array(await subtle.exportKey("spki", key));
  const [caSpki, signSpki, encryptSpki, spareSpki] = await Promise.all(
    [caKeys, signKeys, encryptKeys, spareKeys].map(({ publicKey }) => spkiOf(publicKey)),
  );
  const ca = { spki: caSpki!, usage: [KEY_USAGE.keyCertSign, KEY_USAGE.crlSign], ca: true };
  const rootName = nameOf([[OID.commonName, "演示根证书"]]);
  const issuingName = nameOf([[OID.commonName, "演示签发机构"]]);
  const strangerName = nameOf([[OID.commonName, "外来根证书"]]);
  const company = (name: string, code: string) =>
    nameOf([
      [OID.organization, name],
      [OID.commonName, name],
      [OID.serialNumber, code],
    ]);
  const bidder = company("黔山建设（演示）", account);
  const other = company("乌江工程（演示）", otherAccount);
  const sign = { spki: signSpki!, usage: [KEY_USAGE.digitalSignature, KEY_USAGE.nonRepudiation] };
  const encrypt = { spki: encryptSpki!, usage: [KEY_USAGE.keyEncipherment, KEY_USAGE.dataEncipherment] };
  const byIssuing = (plan: Plan) => issue(issuingName, caKeys.privateKey, plan);
  const root = await issue(rootName, caKeys.privateKey, { ...ca, serial: 1, subject: rootName });
  const issuing = await issue(rootName, caKeys.privateKey, { ...ca, serial: 2, subject: issuingName });
  const crls = await Promise.all([
    revocationList(rootName, caKeys.privateKey, []),
    revocationList(issuingName, caKeys.privateKey, [14]),
  ]);
  const signerOf = (certificate: Bytes) => webCryptoSigner(signKeys.privateKey, certificate);
  const plans: Plan[] = [
    { ...sign, serial: 11, subject: bidder },
    { ...sign, serial: 12, subject: other },
    { ...sign, serial: 13, subject: bidder, to: new Date("2026-02-01T00:00:00Z") },
    { ...sign, serial: 14, subject: bidder },
    { ...encrypt, spki: signSpki!, serial: 15, subject: bidder },
    { ...sign, serial: 16, subject: bidder, from: new Date("2026-03-01T00:00:00Z") },
    { ...sign, serial: 17, subject: nameOf([[OID.commonName, "演示时间戳"]]), eku: OID.ekuTimeStamping },
    { ...encrypt, serial: 21, subject: bidder },
    { ...encrypt, spki: spareSpki!, serial: 22, subject: bidder },
  ];
  const issued = await Promise.all(plans.map(byIssuing));
  const at = (serial: number): Bytes => issued[plans.findIndex((plan) => plan.serial === serial)]!;
  return {
    trust: [root, issuing].map(parseCertificate),
    crls: crls.map(parseCrl),
    account,
    signer: signerOf(at(11)),
    signingKey: signKeys.privateKey,
    encryption: { certificate: parseCertificate(at(21)), privateKey: encryptKeys.privateKey },
    spare: { certificate: parseCertificate(at(22)), privateKey: spareKeys.privateKey },
    otherCompany: signerOf(at(12)),
    expired: signerOf(at(13)),
    revoked: signerOf(at(14)),
    untrusted: signerOf(await issue(strangerName, signKeys.privateKey, { ...sign, serial: 31, subject: bidder })),
    encryptionOnly: signerOf(at(15)),
    renewed: signerOf(at(16)),
    stamper: signerOf(at(17)),
  };
}
