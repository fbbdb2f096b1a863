import { createHash, verify, X509Certificate } from "node:crypto";
import { z } from "zod";
import { base64url, fromBase64url, fromUtf8, hex, utf8 } from "@/core/bytes";
import { type CanonicalValue, encodeCanonical, NotCanonical } from "@/core/canonical-json";

/** Clocks may differ this much; more is refused. */
const SKEW_MS = 5 * 60_000;
const PLATFORM = /^[A-Z]\d{10}$/;
export const PlatformCode = z.string().regex(PLATFORM);

const Attachment = z.object({
  type: z.string().min(1).max(100),
  name: z.string().min(1).max(300),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  sm3: z.string().optional(),
  size: z.number().int().nonnegative(),
  uri: z.string().optional(),
});

/** XB-HUB/1: one act, in the hub's field names. */
export const Message = z.object({
  spec: z.literal("XB-HUB/1"),
  key: z.string().min(1).max(200),
  dataset: z.string().regex(/^(\d{3,4}|LOG)$/),
  op: z.enum(["upsert", "delete"]),
  seq: z.number().int().nonnegative(),
  lot: z.string().max(40).optional(),
  occurredAt: z.iso.datetime(),
  sentAt: z.iso.datetime(),
  platform: z.object({ tradePlat: PlatformCode, operator: z.string().length(18) }),
  ruleset: z.string().min(1).max(40),
  body: z.record(z.string(), z.unknown()),
  attachments: z.array(Attachment).max(50).optional(),
  ocds: z.unknown().optional(),
});
export type Message = z.infer<typeof Message>;

/** Why a message is not taken: a code for the machine, the field, a sentence for people. */
export interface Rejection {
  readonly code: string;
  readonly field: string;
  readonly text: string;
}

export const rejection = (code: string, field: string, text: string): Rejection => ({ code, field, text });

export type Opened =
  | { readonly ok: true; readonly message: Message; readonly bodyHash: string }
  | { readonly ok: false; readonly key: string; readonly platform: string; readonly rejection: Rejection };

/**
 * Reads `{message, jws}`: shape, canonical form, registered platform, detached JWS (RS256), clocks. What fails here is
 * answered and forgotten: a message that proves no sender must not occupy a key.
 */
export function openEnvelope(item: unknown, certificateOf: (code: string) => string | undefined, now: Date): Opened {
  const { message: raw, jws } = (item ?? {}) as { message?: unknown; jws?: unknown };
  const { key: givenKey } = (raw ?? {}) as { key?: unknown };
  const { tradePlat } = ((raw as { platform?: unknown })?.platform ?? {}) as { tradePlat?: unknown };
  const text = (value: unknown) => (typeof value === "string" ? value.slice(0, 200) : "");
  const no = (code: string, field: string, why: string): Opened => ({
    ok: false,
    key: text(givenKey),
    platform: text(tradePlat),
    rejection: rejection(code, field, why),
  });

  const parsed = Message.safeParse(raw);
  if (!parsed.success) return no("ENVELOPE", parsed.error.issues[0]?.path.join(".") ?? "", "信封不符合 XB-HUB/1");
  const message = parsed.data;
  let bytes: Uint8Array<ArrayBuffer>;
  let bodyBytes: Uint8Array;
  try {
    bytes = encodeCanonical(raw as CanonicalValue);
    bodyBytes = encodeCanonical(message.body as CanonicalValue);
  } catch (error) {
    if (error instanceof NotCanonical) return no("ENVELOPE", "message", `内容没有规范形式：${error.message}`);
    throw error;
  }
  const code = message.platform.tradePlat;
  const certificate = certificateOf(code);
  if (!certificate) return no("UNREGISTERED", "platform.tradePlat", "该交易平台尚未在本服务平台注册");
  const x509 = new X509Certificate(certificate);
  if (now < new Date(x509.validFrom) || now > new Date(x509.validTo)) {
    return no("CERTIFICATE", "platform.tradePlat", "交易平台的证书不在有效期内");
  }
  if (typeof jws !== "string" || !verifyJws(jws, bytes, x509)) return no("SIGNATURE", "jws", "签名验证失败");
  if (Math.abs(new Date(message.sentAt).getTime() - now.getTime()) > SKEW_MS) {
    return no("CLOCK_SKEW", "sentAt", "发送时间与服务平台时间相差超过 5 分钟");
  }
  if (!message.key.startsWith(`${code}-${message.dataset}-`)) {
    return no("KEY", "key", "键须以平台代码和数据集编号开头");
  }
  return { ok: true, message, bodyHash: hex(createHash("sha256").update(bodyBytes).digest()) };
}

/** Detached JWS (RFC 7515 appendix F): `header..signature`, RS256 over the canonical JSON. */
function verifyJws(jws: string, payload: Uint8Array, certificate: X509Certificate): boolean {
  const [header, middle, signature, ...rest] = jws.split(".");
  if (!header || middle !== "" || !signature || rest.length > 0) return false;
  try {
    const { alg, crit } = JSON.parse(fromUtf8(fromBase64url(header))) as { alg?: unknown; crit?: unknown };
    if (alg !== "RS256" || crit !== undefined) return false;
    const signed = utf8(`${header}.${base64url(payload)}`);
    return verify("sha256", signed, certificate.publicKey, fromBase64url(signature));
  } catch {
    return false;
  }
}
