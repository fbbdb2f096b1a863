"use client";

import { type Bytes, base64url, fromBase64url } from "@/core/bytes";
import { encodeCanonical } from "@/core/canonical-json";
import { parseCertificate } from "@/crypto/certificate";
import { type CmsSigner, signDetached, signDetachedDigest, webCryptoSigner } from "@/crypto/cms";
import { type OpenedPkcs12, openPkcs12, Pkcs12Error } from "@/crypto/pkcs12";
import { DEMO_KEY, heldKey, heldSeal, holdKey, holdSeal } from "./key-slot";

/** An opened certificate file. The keys live in this tab's memory, cannot be exported, and are gone when it closes. */
export interface OpenKey {
  readonly name: string;
  readonly notAfter: Date;
  readonly fingerprint: string;
  readonly opened: OpenedPkcs12;
  readonly signer: CmsSigner;
}

const SENTENCES = {
  "not-pkcs12": "这不是证书文件。请选择认证机构发放的 .p12 或 .pfx 文件。",
  password: "证书口令不正确，请重新输入。证书文件没有离开您的电脑。",
  "missing-pair": "证书文件中缺少签名证书或加密证书。请向认证机构索取含双证书的文件。",
} as const;

/** Largest certificate file. */
const MAX_FILE_BYTES = 262_144;

/** Opens a certificate file and keeps it for this tab. @throws Error with a sentence. */
export async function unlock(file: Bytes, password: string): Promise<OpenKey> {
  return holdKey(await openKeyFile(file, password));
}

/** Opens a certificate file in the browser; neither file nor password is sent anywhere. @throws Error with a sentence. */
export async function openKeyFile(file: Bytes, password: string): Promise<OpenKey> {
  if (!globalThis.crypto?.subtle)
    throw new Error("浏览器在不加密的连接上不提供密码功能。请使用 https 或 localhost 打开本页。");
  if (file.length > MAX_FILE_BYTES) throw new Error("文件过大，不是证书文件。");
  try {
    const opened = await openPkcs12(file, password);
    const certificate = parseCertificate(opened.signing.certificate);
    return {
      name: certificate.subject.display,
      notAfter: certificate.notAfter,
      fingerprint: certificate.fingerprint,
      opened,
      signer: webCryptoSigner(opened.signing.key, opened.signing.certificate, opened.signing.chain),
    };
  } catch (error) {
    if (error instanceof Pkcs12Error) throw new Error(SENTENCES[error.code]);
    throw error;
  }
}

/** The key of this tab, opened again from the demonstration's keys after a reload. */
export async function openKey(): Promise<OpenKey | undefined> {
  const remembered = sessionStorage.getItem(DEMO_KEY);
  if (!heldKey() && remembered) await openDemoKey(remembered).catch(() => sessionStorage.removeItem(DEMO_KEY));
  return heldKey();
}

/** The organisation's seal, where this tab has opened it or the demonstration gives it to the one who keeps it. */
export async function openSeal(): Promise<OpenKey | undefined> {
  const remembered = sessionStorage.getItem(DEMO_KEY);
  if (!heldSeal() && remembered) {
    const { seal } = await demoKey(remembered).catch(() => ({ seal: undefined }));
    if (seal) {
      const { p12, password } = await demoKey(seal);
      holdSeal(await openKeyFile(bytesOf(p12), password));
    }
  }
  return heldSeal();
}

const bytesOf = (p12: string): Bytes => Uint8Array.from(atob(p12), (character) => character.charCodeAt(0));

async function demoKey(name: string): Promise<{ p12: string; password: string; seal?: string }> {
  const answer = await fetch(`/demo/keys/${encodeURIComponent(name)}`);
  if (!answer.ok) throw new Error("没有这个演示证书。");
  return (await answer.json()) as { p12: string; password: string; seal?: string };
}

/** Fetches a demonstration key and opens it, the same way as a file that a person chose. */
export async function openDemoKey(name: string): Promise<OpenKey> {
  const { p12, password } = await demoKey(name);
  const key = await unlock(bytesOf(p12), password);
  sessionStorage.setItem(DEMO_KEY, name);
  return key;
}

/** Signs a challenge and opens a session. */
export async function signInWith(key: OpenKey, role?: string): Promise<void> {
  const challenge = await ask("/api/trpc/identity.challenge", { purpose: "sign-in" });
  const cms = await signDetached(encodeCanonical({ format: "xinbiao-challenge/1", ...challenge }), key.signer);
  const answer = await fetch("/api/session", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ nonce: challenge.nonce, cms: base64url(cms), ...(role ? { role } : {}) }),
  });
  const body = (await answer.json().catch(() => ({}))) as { error?: { sentence?: string } };
  if (!answer.ok) throw new Error(body.error?.sentence ?? "登录没有成功，请重试。");
}

async function ask(url: string, input: unknown): Promise<{ nonce: string; origin: string; purpose: string }> {
  const answer = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ json: input }),
  });
  if (!answer.ok) throw new Error("服务器没有答复，请稍后重试。");
  return ((await answer.json()) as { result: { data: { json: { nonce: string; origin: string; purpose: string } } } })
    .result.data.json;
}

export interface ActToSign {
  readonly act: string;
  readonly subject: string;
  readonly digest: string;
}

/** Signs one legal act: act, subject, digest, this site and a nonce used once. */
export async function signAct(
  key: OpenKey,
  { act, subject, digest }: ActToSign,
): Promise<{ payload: string; cms: string }> {
  const { nonce, origin } = await ask("/api/trpc/identity.challenge", { purpose: "act" });
  return signPayload(key, { format: "xinbiao-act/1", act, subject, origin, nonce, digest });
}

/** Seals what a person has signed: the seal's signature over the same payload bytes. */
export async function sealStatement<S extends { readonly payload: string }>(
  { signer }: OpenKey,
  statement: S,
): Promise<S & { seal: string }> {
  return { ...statement, seal: base64url(await signDetached(fromBase64url(statement.payload), signer)) };
}

/** Signs any canonical payload as a statement. */
export async function signPayload(
  key: OpenKey,
  payload: Record<string, string | number>,
): Promise<{ payload: string; cms: string }> {
  const bytes = encodeCanonical(payload);
  return { payload: base64url(bytes), cms: base64url(await signDetached(bytes, key.signer)) };
}

/** Signs the digest of a PDF. */
export async function signPdfDigest(key: OpenKey, digest: Bytes): Promise<string> {
  return base64url(await signDetachedDigest(digest, key.signer));
}
