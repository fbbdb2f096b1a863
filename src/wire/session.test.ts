import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { fromBase64url } from "@/core/bytes";
import { encodeCanonical } from "@/core/canonical-json";
import { verifyDetached } from "@/crypto/cms";
import { testPki } from "@/crypto/testing/pki";
import { ForeignChallenge, wireSession } from "./session";

/** A platform that asks for a signature over what it likes, and keeps what it is sent. */
async function askingFor(challenge: Record<string, string>) {
  const sent: { nonce: string; cms: string }[] = [];
  const server = createServer(async (request, response) => {
    let text = "";
    for await (const part of request) text += String(part);
    if (request.url === "/api/session") sent.push(JSON.parse(text));
    response.setHeader("set-cookie", "xb_session=abc; Path=/; HttpOnly");
    response.end(JSON.stringify({ result: { data: { json: challenge } } }));
  });
  await new Promise<void>((ready) => server.listen(0, "localhost", ready));
  const url = `http://localhost:${(server.address() as AddressInfo).port}`;
  return { url, sent, close: () => server.close() };
}

test("a challenge of another site or for another purpose is not signed, and nothing else gets into what is signed", async () => {
  const { signer } = await testPki();
  for (const wrong of [
    { nonce: "n", origin: "other.example", purpose: "sign-in" },
    { nonce: "n", origin: "localhost", purpose: "act" },
  ]) {
    const platform = await askingFor(wrong);
    await expect(wireSession(platform.url, signer).signIn()).rejects.toThrow(ForeignChallenge);
    expect(platform.sent).toEqual([]);
    platform.close();
  }
  // A platform that slips in the members of a withdrawal gets a signature that is worth a sign-in and no more.
  const greedy = { nonce: "n", origin: "localhost", purpose: "sign-in", format: "xbid-withdrawal/1", lot: "L1" };
  const platform = await askingFor(greedy);
  const session = wireSession(platform.url, signer);
  await session.signIn();
  platform.close();
  expect(session.cookie()).toBe("xb_session=abc");
  const signed = { format: "xinbiao-challenge/1", nonce: "n", origin: "localhost", purpose: "sign-in" };
  const verdict = await verifyDetached(fromBase64url(platform.sent[0]!.cms), encodeCanonical(signed));
  expect(verdict.ok).toBe(true);
});
