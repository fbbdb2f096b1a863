import { beforeAll, expect, test } from "vitest";
import { type Bytes, utf8 } from "@/core/bytes";
import { signDetachedDigest } from "./cms";
import {
  children,
  DerError,
  derGeneralizedTime,
  derInteger,
  derNull,
  derOctets,
  derOid,
  derSequence,
  parseDer,
} from "./der";
import { OID } from "./oid";
import { sha256 } from "./sha256";
import { TEST_TIME, type TestPki, testPki } from "./testing/pki";
import { readTimestampResponse, timestampRequest, verifyTimestamp } from "./timestamp";

let pki: TestPki;
const data = utf8("what is stamped");
const nonce: Bytes = Uint8Array.of(0, 200, 1, 2, 3, 4, 5, 6);
beforeAll(async () => {
  pki = await testPki();
});

/** An authority's answer to a request for `content`. */
async function stamp(content: Bytes, signer = pki.stamper, repeated: Bytes = nonce): Promise<Bytes> {
  const imprint = derSequence(derSequence(derOid(OID.sha256), derNull()), derOctets(sha256(content)));
  const number = repeated.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
  const info = derSequence(
    derInteger(1),
    derOid("1.2.3.4"),
    imprint,
    derInteger(7),
    derGeneralizedTime(TEST_TIME),
    derInteger(number),
  );
  const token = await signDetachedDigest(sha256(info), signer, { contentType: OID.tstInfo, embed: info });
  return derSequence(derSequence(derInteger(0)), token);
}

const verify = async (response: Bytes, content = data) =>
  verifyTimestamp(readTimestampResponse(response), content, { trust: pki.trust, crls: pki.crls, nonce });

test("a request names version, imprint, nonce and asks for the certificate", () => {
  const [version, imprint, number, certificate, ...rest] = children(parseDer(timestampRequest(data, nonce)));
  expect([version!.content[0], certificate!.content[0], rest.length]).toEqual([1, 0xff, 0]);
  expect(children(imprint!)[1]!.content).toEqual(sha256(data));
  expect([...number!.content]).toEqual([0, 200, 1, 2, 3, 4, 5, 6]);
});

test("a token tells the time it was made at", async () => {
  const verdict = await verify(await stamp(data));
  expect(verdict).toMatchObject({ ok: true, time: TEST_TIME, revocation: "good" });
});

test("other data, another nonce, a signer who may not stamp, changed bytes and refusals are refused", async () => {
  expect((await verify(await stamp(utf8("other")))).ok).toBe(false);
  expect((await verify(await stamp(data, pki.stamper, Uint8Array.of(1)))).ok).toBe(false);
  expect((await verify(await stamp(data, pki.signer))).ok).toBe(false);
  const good = await stamp(data);
  for (let i = 0; i < good.length; i += 13) {
    const changed = good.slice();
    changed[i]! ^= 1;
    const verdict = await verify(changed).catch((error: unknown) => {
      if (error instanceof DerError) return { ok: false };
      throw error;
    });
    // The status of the response is outside of what is signed: 0 and 1 both mean granted.
    if (i !== 8) expect(verdict.ok, `byte ${i}`).toBe(false);
  }
  expect(() => readTimestampResponse(derSequence(derSequence(derInteger(2))))).toThrow(DerError);
});
