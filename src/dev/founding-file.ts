import { readFileSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { Founding } from "@/platform/site/founding-schema";
import { LaunchError } from "./launch-error";

const MAX_BYTES = 1024 * 1024;
/** Where certificates stand, by the name of a file beside the form. */
const CERTIFICATES = new Set([
  "signCertificate",
  "encryptCertificate",
  "siteCertificate",
  "bankCertificate",
  "trustList",
  "timestampTrust",
]);

/**
 * Reads a founding file: JSON as `Founding` says, where a certificate may stand as the name of its PEM file, from the
 * folder of the form.
 *
 * @throws LaunchError that names the file and each field that is wrong.
 */
export function readFoundingFile(file: string): Founding {
  const folder = dirname(resolve(file));
  const form = parse(file, read(file));
  const parsed = Founding.safeParse(withCertificates(form, folder));
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map((issue) => `  ${issue.path.join(".") || "（整个文件）"}：${issue.message}`);
  throw new LaunchError(`${file} 不能使用，未写入任何内容，请修改后重新运行：\n${lines.join("\n")}`);
}

function read(file: string): string {
  try {
    const { size } = statSync(file);
    if (size > MAX_BYTES) throw new LaunchError(`${file} 超过 1 MB，不是初始化文件或者证书。`);
    return readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof LaunchError) throw error;
    throw new LaunchError(`读不到文件 ${file}。请核对文件名和权限。`);
  }
}

function parse(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new LaunchError(`${file} 不是 JSON：${error instanceof Error ? error.message : error}`);
  }
}

/** Puts the text of a certificate in place of its file's name; a text that is a certificate stays. */
function withCertificates(value: unknown, folder: string, key = ""): unknown {
  if (Array.isArray(value)) return value.map((each) => withCertificates(each, folder, key));
  if (value && typeof value === "object")
    return Object.fromEntries(
      Object.entries(value).map(([name, each]) => [name, withCertificates(each, folder, name)]),
    );
  if (typeof value !== "string" || !CERTIFICATES.has(key) || !value || value.includes("-----BEGIN")) return value;
  return read(resolve(folder, value));
}
