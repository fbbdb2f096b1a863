import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Bytes } from "@/core/bytes";
import { type Certificate, parseCertificate, pemToDer } from "@/crypto/certificate";
import { type Crl, parseCrl } from "@/crypto/crl";

/** Files of a case, read relative to the folder of the case file. */
export function filesOf(folder: string) {
  const bytes = async (path: string): Promise<Bytes> => new Uint8Array(await readFile(join(folder, path)));
  const der = async (path: string, label: string): Promise<Bytes> => {
    const content = await bytes(path);
    return content[0] === 0x2d ? pemToDer(new TextDecoder().decode(content), label) : content;
  };
  return {
    bytes,
    certificate: async (path: string): Promise<Certificate> => parseCertificate(await der(path, "CERTIFICATE")),
    crl: async (path: string): Promise<Crl> => parseCrl(await der(path, "X509 CRL")),
  };
}
