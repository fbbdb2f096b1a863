import { readFile } from "node:fs/promises";
import { type CmsSigner, webCryptoSigner } from "@/crypto/cms";
import { type OpenedPkcs12, openPkcs12, Pkcs12Error } from "@/crypto/pkcs12";
import { type Call, NotHeld, WrongCall } from "./call";

export const KEY_USAGE = "--p12 证书文件 --password-file 密码文件";
export const KEY_OPTIONS = { p12: { type: "string" }, "password-file": { type: "string" } } as const;

export interface BidderKey {
  readonly opened: OpenedPkcs12;
  readonly signer: CmsSigner;
}

const SENTENCES: Readonly<Record<Pkcs12Error["code"], string>> = {
  password: "证书文件的密码不正确，没有打开。请核对密码文件或 XINBIAO_PASSWORD 后再运行。",
  "not-pkcs12": "这不是证书文件（.p12 或 .pfx），或文件已损坏。请换用电子认证服务机构签发的文件。",
  "missing-pair": "证书文件中没有成对的签名证书和加密证书。请向电子认证服务机构申请含两对密钥的文件。",
};

/** The password: from a file, else from the environment, never from the command line. */
async function passwordOf({ maybe, io }: Call): Promise<string> {
  const file = maybe("password-file");
  if (file !== undefined) return (await readFile(file, "utf8")).replace(/\r?\n$/, "");
  const password = io.env.XINBIAO_PASSWORD;
  if (password === undefined)
    throw new WrongCall("没有给出证书密码。请用 --password-file 指明密码文件，或设环境变量 XINBIAO_PASSWORD。");
  return password;
}

/** Opens the bidder's certificate file. @throws NotHeld when the password is wrong or a pair is missing. */
export async function openKey(call: Call): Promise<BidderKey> {
  const bytes = new Uint8Array(await readFile(call.text("p12")));
  try {
    const opened = await openPkcs12(bytes, await passwordOf(call));
    const { key, certificate, chain } = opened.signing;
    return { opened, signer: webCryptoSigner(key, certificate, chain) };
  } catch (error) {
    if (error instanceof Pkcs12Error) throw new NotHeld(SENTENCES[error.code], `cli.${error.code.replace("-", "_")}`);
    throw error;
  }
}
