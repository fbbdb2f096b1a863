import { type Bytes, fromBase64url, hex } from "@/core/bytes";
import { type CanonicalValue, encodeCanonical } from "@/core/canonical-json";
import { formatInstant } from "@/core/time";
import { type Certificate, creditCodeOf } from "@/crypto/certificate";
import type { Crl } from "@/crypto/crl";
import { type PathOptions, validatePath } from "@/crypto/path";
import { sha256 } from "@/crypto/sha256";
import { payloadOf, type Statement, statementHash, verifyStatement } from "@/crypto/statement";
import { verifyTimestamp } from "@/crypto/timestamp";

/** A signature or certificate that does not count; the message is a Chinese sentence. */
export class Unproved extends Error {}

export interface TrustMaterial {
  readonly trust: readonly Certificate[];
  readonly timestampTrust: readonly Certificate[];
  readonly crls: readonly Crl[];
  /** When the revocation lists were taken; undefined where there are none. */
  readonly listedAt?: Date;
}

export interface Proved {
  readonly signer: Certificate;
  readonly creditCode: string;
  readonly payload: Record<string, CanonicalValue>;
  /** SHA-256 of the payload bytes. */
  readonly hash: string;
}

/** Judges signatures by injected trust material alone; it never asks a server. */
export interface Judge {
  readonly material: TrustMaterial;
  /** @param time - trusted time of the act. @throws Unproved */
  statement(statement: Statement, time: Date): Promise<Proved>;
  /** Path and revocation of a certificate at the time of its act. @throws Unproved */
  certificate(certificate: Certificate, time: Date, use?: PathOptions["use"]): Promise<void>;
  /** The stamped time of a statement; undefined when it has no token. @throws Unproved */
  timestamp(statement: Statement): Promise<Date | undefined>;
}

export function judgeBy(material: TrustMaterial): Judge {
  const { trust, crls, listedAt } = material;
  const certificate: Judge["certificate"] = async (one, time, use = "sign") => {
    const path = await validatePath(one, { trust, crls, time, use });
    if (!path.ok) throw new Unproved(`${path.reason}（${one.subject.display}，${formatInstant(time)}）`);
    if (path.revocation === "good" || !listedAt) return;
    // A list made after the act still names whoever was revoked before it.
    const later = await validatePath(one, { trust, crls, time: listedAt, use });
    if (later.ok && later.revocation === "unknown") {
      throw new Unproved(`没有可用的吊销列表能证明证书当时未被吊销（${one.subject.display}）`);
    }
  };
  return {
    material,
    certificate,
    async statement(statement, time) {
      const verdict = await verifyStatement(statement, { trust, crls, time });
      if (!verdict.ok) throw new Unproved(verdict.reason);
      if (verdict.revocation === "unknown") await certificate(verdict.signer, time);
      return {
        signer: verdict.signer,
        creditCode: creditCodeOf(verdict.signer) ?? "",
        payload: verdict.payload,
        hash: statementHash(statement),
      };
    },
    async timestamp(statement) {
      if (!statement.tst) return undefined;
      const verdict = await verifyTimestamp(fromBase64url(statement.tst), payloadOf(statement).bytes, {
        trust: material.timestampTrust,
        crls,
      });
      if (!verdict.ok) throw new Unproved(`时间戳无效：${verdict.reason}`);
      return verdict.time;
    },
  };
}

/** SHA-256 (hex) of a canonical value: the digest that an act names. */
export const digestOf = (value: unknown): string => hex(sha256(encodeCanonical(value as CanonicalValue)));

export const hashOf = (bytes: Bytes): string => hex(sha256(bytes));
