import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { utf8 } from "@/core/bytes";
import { toPem } from "./certificate";
import { signDetached, verifyDetached } from "./cms";
import { testPki } from "./testing/pki";

/** What another, widely used implementation says about ours. */
const hasOpenssl = spawnSync("openssl", ["version"]).status === 0;
const folder = mkdtempSync(join(tmpdir(), "xinbiao-cms-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function openssl(...args: string[]): string {
  return execFileSync("openssl", args, { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

const title = hasOpenssl ? "openssl" : "skipped: the openssl command is not installed";
test.skipIf(!hasOpenssl)(
  `${title} accepts our signature under an authority with a Chinese name, and no other content`,
  async () => {
    const pki = await testPki();
    const content = utf8("投标函\n");
    writeFileSync(join(folder, "content"), content);
    writeFileSync(join(folder, "other"), utf8("投标函?\n"));
    writeFileSync(
      join(folder, "signed.der"),
      await signDetached(content, pki.signer, { signingTime: new Date("2026-05-18T00:00:00Z") }),
    );
    writeFileSync(join(folder, "trust.pem"), pki.trust.map(({ der }) => toPem(der)).join(""));
    const verify = (file: string) =>
      openssl(
        "cms",
        "-verify",
        "-binary",
        "-inform",
        "DER",
        "-in",
        "signed.der",
        "-content",
        file,
        "-CAfile",
        "trust.pem",
        "-purpose",
        "any",
        "-attime",
        "1779062400",
        "-out",
        "out",
      );
    expect(() => verify("content")).not.toThrow();
    expect(() => verify("other")).toThrow();
  },
);

test.skipIf(!hasOpenssl)(`${title} signs with RSA-PSS and ECDSA what we accept`, async () => {
  const content = utf8("content");
  writeFileSync(join(folder, "content"), content);
  const subject = "/C=CN/O=演示企业/CN=演示";
  for (const [name, key, extra] of [
    ["pss", ["rsa:2048"], ["-keyopt", "rsa_padding_mode:pss", "-keyopt", "rsa_pss_saltlen:32"]],
    ["ec", ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"], []],
  ] as const) {
    openssl(
      "req",
      "-x509",
      "-utf8",
      "-newkey",
      ...key,
      "-nodes",
      "-keyout",
      `${name}.key`,
      "-out",
      `${name}.crt`,
      "-subj",
      subject,
      "-days",
      "30",
    );
    openssl(
      "cms",
      "-sign",
      "-binary",
      "-in",
      "content",
      "-signer",
      `${name}.crt`,
      "-inkey",
      `${name}.key`,
      "-md",
      "sha256",
      "-outform",
      "DER",
      "-out",
      `${name}.der`,
      ...extra,
    );
    const cms = new Uint8Array(readFileSync(join(folder, `${name}.der`)));
    expect(await verifyDetached(cms, content), name).toMatchObject({ ok: true });
    expect((await verifyDetached(cms, utf8("other"))).ok).toBe(false);
  }
});
