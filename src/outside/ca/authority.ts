import { generateKeyPair, type KeyObject, randomBytes, sign } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Bytes, fromHex, hex } from "@/core/bytes";
import { parseCertificate, pemToDer, toPem } from "@/crypto/certificate";
import { type Journal, openJournal, writeWhole } from "../journal";
import {
  type CertificateUse,
  type DistinguishedName,
  type Issuer,
  privateKeyOf,
  spkiOf,
  writeCertificate,
  writeCrl,
  writeName,
} from "./certificate-writer";
import { ocspAnswer } from "./ocsp";

/** Certificates of the demonstration are valid from here on, whatever day it is. */
const VALID_FROM = new Date("2026-01-01T00:00:00Z");
const ROOT_UNTIL = new Date("2046-01-01T00:00:00Z");
const ISSUING_UNTIL = new Date("2036-01-01T00:00:00Z");
const LEAF_UNTIL = new Date("2029-01-01T00:00:00Z");
const YEAR_MS = 365 * 86_400_000;
const CRL_LIFE_MS = 86_400_000;

export interface Issued {
  readonly serialHex: string;
  readonly subject: string;
  readonly use: CertificateUse;
  readonly at: string;
  readonly certificate: string;
}
interface Revoked {
  readonly serialHex: string;
  readonly at: string;
}

/** A root, the authority below it that issues, and what it issued and revoked. */
export interface Authority {
  readonly number: number;
  readonly title: string;
  readonly root: Bytes;
  readonly issuing: Bytes;
  readonly issued: readonly Issued[];
  readonly revoked: readonly Revoked[];
  issue(order: LeafOrder, now: Date): Bytes;
  /** False when no such certificate was issued here. Revoking twice keeps the first instant. */
  revoke(serialHex: string, now: Date): boolean;
  crl(now: Date): Bytes;
  rootCrl(now: Date): Bytes;
  /** Answers an OCSP request about certificates issued here. */
  ocsp(request: Bytes, now: Date): Bytes;
}

export interface LeafOrder {
  readonly subject: DistinguishedName;
  readonly spki: Bytes;
  readonly use: Exclude<CertificateUse, "ca" | "root">;
  readonly notAfter?: Date;
  readonly email?: string;
}

const generate = promisify(generateKeyPair);
export type KeySource = () => Promise<KeyObject>;
export const freshKey: KeySource = async () => (await generate("rsa", { modulusLength: 2048 })).privateKey;
let source = freshKey;
/** A new RSA key of 2048 bits. */
export const newKey: KeySource = () => source();
/** Takes keys from elsewhere: making them is most of what a test world costs. */
export function takeKeysFrom(other: KeySource): void {
  source = other;
}

/** Positive, 16 bytes, random: a serial number tells nothing. */
function newSerial(): Bytes {
  const serial = new Uint8Array(randomBytes(16));
  serial[0] = (serial[0]! & 0x3f) | 0x40;
  return serial;
}

interface Keys {
  readonly rootKey: string;
  readonly issuingKey: string;
  readonly root: string;
  readonly issuing: string;
}

async function makeKeys(title: string): Promise<Keys> {
  const [rootKey, issuingKey] = await Promise.all([newKey(), newKey()]);
  const rootName = writeName({ o: title, cn: `${title}根证书` });
  const rootIssuer: Issuer = { name: rootName, spki: spkiOf(rootKey), key: rootKey };
  const common = { serial: newSerial(), notBefore: VALID_FROM };
  const root = writeCertificate(
    { ...common, subject: rootName, spki: rootIssuer.spki, use: "root", notAfter: ROOT_UNTIL },
    rootIssuer,
  );
  const issuing = writeCertificate(
    {
      serial: newSerial(),
      notBefore: VALID_FROM,
      subject: writeName({ o: title, cn: `${title}签发机构` }),
      spki: spkiOf(issuingKey),
      use: "ca",
      notAfter: ISSUING_UNTIL,
    },
    rootIssuer,
  );
  const pem = (key: KeyObject) => key.export({ type: "pkcs8", format: "pem" }).toString();
  return { rootKey: pem(rootKey), issuingKey: pem(issuingKey), root: toPem(root), issuing: toPem(issuing) };
}

/** Opens an authority in its folder; keys are made once. */
export async function openAuthority(folder: string, number: number, title: string): Promise<Authority> {
  const file = `authority-${number}.json`;
  if (!existsSync(join(folder, file))) writeWhole(folder, file, JSON.stringify(await makeKeys(title)));
  const keys = JSON.parse(readFileSync(join(folder, file), "utf8")) as Keys;
  const root = pemToDer(keys.root);
  const issuing = pemToDer(keys.issuing);
  const issuerOf = (certificate: Bytes, key: string): Issuer => {
    const { subject, spki } = parseCertificate(certificate);
    return { name: subject.raw as Bytes, spki, key: privateKeyOf(key) };
  };
  const rootIssuer = issuerOf(root, keys.rootKey);
  const issuer = issuerOf(issuing, keys.issuingKey);
  const issued: Journal<Issued> = openJournal(folder, `issued-${number}`);
  const revoked: Journal<Revoked> = openJournal(folder, `revoked-${number}`);

  return {
    number,
    title,
    root,
    issuing,
    issued: issued.entries,
    revoked: revoked.entries,
    issue(order, now) {
      const notAfter = order.notAfter ?? LEAF_UNTIL;
      // A certificate may be ordered that has expired already: then its life ended, but it had one.
      const notBefore = notAfter > VALID_FROM ? VALID_FROM : new Date(notAfter.getTime() - YEAR_MS);
      const serial = newSerial();
      const { email, spki, use } = order;
      const certificate = writeCertificate(
        { subject: writeName(order.subject), spki, use, serial, notBefore, notAfter, ...(email ? { email } : {}) },
        issuer,
      );
      const { subject } = parseCertificate(certificate);
      issued.append({
        serialHex: hex(serial),
        subject: subject.display,
        use,
        at: now.toISOString(),
        certificate: toPem(certificate),
      });
      return certificate;
    },
    revoke(serialHex, now) {
      if (!issued.entries.some((entry) => entry.serialHex === serialHex)) return false;
      if (!revoked.entries.some((entry) => entry.serialHex === serialHex))
        revoked.append({ serialHex, at: now.toISOString() });
      return true;
    },
    crl: (now) => list(issuer, now, revoked.entries),
    rootCrl: (now) => list(rootIssuer, now, []),
    ocsp: (request, now) =>
      ocspAnswer(
        request,
        {
          name: issuer.name,
          spki: issuer.spki,
          sign: (tbs) => new Uint8Array(sign("sha256", tbs, issuer.key)),
          statusOf(serial) {
            const is = ({ serialHex }: { serialHex: string }) => BigInt(`0x${serialHex}`) === serial;
            const ended = revoked.entries.find(is);
            if (ended) return { status: "revoked", at: new Date(ended.at) };
            return { status: issued.entries.some(is) ? "good" : "unknown" };
          },
        },
        now,
      ),
  };
}

/** A fresh list. It says "as of a minute ago", as real lists do, so that a reader whose clock is a little behind can use it. */
function list(issuer: Issuer, now: Date, revoked: readonly Revoked[]): Bytes {
  const second = Math.floor(now.getTime() / 1000);
  return writeCrl(issuer, {
    thisUpdate: new Date((second - 60) * 1000),
    nextUpdate: new Date(second * 1000 + CRL_LIFE_MS),
    number: BigInt(second),
    revoked: revoked.map(({ serialHex, at }) => ({ serial: fromHex(serialHex), at: new Date(at) })),
  });
}
