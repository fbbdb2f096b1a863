import { z } from "zod";
import { fromBase64url } from "@/core/bytes";
import { verifyDetached } from "@/crypto/cms";
import { payloadOf, type Statement } from "@/crypto/statement";
import { type Ask, Declined } from "../http";
import type { Book } from "./book";

const Signed = z.object({ statement: z.object({ payload: z.string().max(20_000), cms: z.string().max(40_000) }) });

/** Reads a signed request. The first certificate that speaks for a merchant is the only one that does. */
export async function signedBy<T extends { readonly merchant: string }>(
  book: Book,
  ask: Ask,
  schema: z.ZodType<T>,
): Promise<T> {
  const given = Signed.safeParse(await ask.json());
  if (!given.success) throw new Declined(400, "invalid", "须为签名的请求");
  const { statement } = given.data as { statement: Statement };
  let read: ReturnType<typeof payloadOf>;
  let cms: Uint8Array<ArrayBuffer>;
  try {
    read = payloadOf(statement);
    cms = fromBase64url(statement.cms);
  } catch {
    throw new Declined(400, "invalid", "请求不是规范格式");
  }
  const verdict = await verifyDetached(cms, read.bytes);
  if (!verdict.ok) throw new Declined(403, "signature", "签名验证失败");
  const parsed = schema.safeParse(read.value);
  if (!parsed.success) throw new Declined(400, "invalid", `请求内容不正确：${parsed.error.issues[0]?.path.join(".")}`);
  const { merchant } = parsed.data;
  const { fingerprint } = verdict.signer;
  const known = book.fingerprintOf(merchant);
  if (known && known !== fingerprint) throw new Declined(403, "merchant", "不是该商户的证书");
  if (!known) book.keep({ kind: "merchant", merchant, fingerprint });
  return parsed.data;
}
