import { pemToDer, toPem } from "@/crypto/certificate";
import type { OpenedPkcs12 } from "@/crypto/pkcs12";
import type { Connection } from "@/kit/db/connect";
import { organisations } from "@/platform/party/tables";
import { insertVersion } from "@/platform/party/versions";
import { creditCodeWithCheck, enterHolder } from "./install";
import { inventedData } from "./newcomer";
import type { Person } from "./person";

const RSA = { modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: "SHA-256" };

/**
 * Many bidders, each with registration and certificates of its own from authority 1. They share two key pairs, because making
 * two thousand takes minutes and measures nothing.
 *
 * @param from - bidders that an earlier crowd has.
 */
export async function enterCrowd(owner: Connection, ca: string, count: number, now: Date, from = 0): Promise<Person[]> {
  const { subtle } = globalThis.crypto;
  const [signing, encryption] = await Promise.all([
    subtle.generateKey({ name: "RSASSA-PKCS1-v1_5", ...RSA }, true, ["sign", "verify"]),
    subtle.generateKey({ name: "RSA-OAEP", ...RSA }, true, ["encrypt", "decrypt"]),
  ]);
  const certificateOf = async (
    pair: CryptoKeyPair,
    use: string,
    who: { cn: string; o: string; creditCode: string },
  ) => {
    const spki = toPem(new Uint8Array(await subtle.exportKey("spki", pair.publicKey)), "PUBLIC KEY");
    const answer = await fetch(`${ca}/v1/ca/1/issue`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ ...who, spki, use }),
    });
    if (!answer.ok) throw new Error(`no certificate: ${answer.status} ${await answer.text()}`);
    const { certificate, issuing } = (await answer.json()) as { certificate: string; issuing: string };
    return { certificate: pemToDer(certificate), chain: [pemToDer(issuing)] };
  };
  const crowd: Person[] = [];
  for (let i = 0; i < count; i++) {
    const name = `众投标人${i + 1}（演示）`;
    const creditCode = creditCodeWithCheck(`91520100MA${String(9_000_000 + from + i).padStart(7, "0")}`);
    const data = inventedData({ orgName: name, creditCode }, { legalRepresent: `众${i + 1}代（演示）` });
    const [org] = await owner.db
      .insert(organisations)
      .values({
        ...{ name, creditCode, regionCode: "520100", address: data.address, contact: data.contact },
        ...{ email: data.email, verifiedBy: "核验员（演示）", verifiedAt: now },
      })
      .returning();
    const person = { key: `crowd-${i}`, person: `众${i + 1}（演示）`, role: "bidder" as const, title: "投标" };
    const by = { personId: org!.id, name: data.contact };
    await insertVersion(owner.db, org!.id, 1, { data, fromHub: [], evidence: [] }, by, now);
    const who = { cn: person.person, o: name, creditCode };
    const sign = await certificateOf(signing, "sign", who);
    const encrypt = await certificateOf(encryption, "encrypt", who);
    const opened: OpenedPkcs12 = {
      signing: { ...sign, key: signing.privateKey },
      encryption: { certificate: encrypt.certificate, key: encryption.privateKey },
    };
    crowd.push(await enterHolder(owner, person, { id: org!.id, name, creditCode }, opened, now));
  }
  return crowd;
}
