import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, statSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { testPki } from "@/crypto/testing/pki";
import { joinPairs, pairFile } from "@/testing/p12";
import { tenderFile } from "@/testing/tender-file";

const MIB = 1024 * 1024;
const PASSWORD = "bench-2026";
const ROUNDS = 3;
const FORM = { price: "4,800,000.00", period_days: 260, quality: "合格", project_lead: "甲", lead_certificate: "0001" };

export const hasAge = (): boolean => spawnSync("age", ["--version"]).status === 0;

/**
 * Seconds in which the command line seals a bid of `mib` MiB, rehearsal included, against `age` that encrypts the same file
 * to one recipient; in turns, from a page cache that both have warm, each to a new file of the same disk.
 */
export async function commandLineSealing(dataDir: string, mib: number) {
  const folder = mkdtempSync(join(dataDir, "sealing-"));
  const at = (name: string) => join(folder, name);
  try {
    const pki = await testPki();
    await tenderFile(at("t.xtd"), pki.signer);
    const { certificate, privateKey } = pki.encryption;
    const signing = await pairFile(pki.signer.certificate, pki.signingKey, PASSWORD);
    writeFileSync(at("bidder.p12"), joinPairs(signing, await pairFile(certificate.der, privateKey, PASSWORD)));
    writeFileSync(at("password.txt"), PASSWORD);
    writeFileSync(at("form.json"), JSON.stringify(FORM));
    writeFileSync(at("letter.pdf"), "%PDF-1.7\n");
    bigPdf(at("technical.pdf"), mib);
    const files = [`投标函=${at("letter.pdf")}`, `technical=${at("technical.pdf")}`];
    run(
      ["bin/xinbiao.mjs", "pack", "--document", at("t.xtd"), "--form", at("form.json")].concat(
        files.flatMap((file) => ["--file", file]),
        "--out",
        at("bid.pack"),
      ),
    );
    const keygen = spawnSync("age-keygen", ["-o", at("age.key")], { encoding: "utf8" });
    const recipient = /age1[a-z0-9]+/.exec(keygen.stderr)?.[0] ?? "";
    const [ours, theirs]: [number[], number[]] = [[], []];
    for (let i = 0; i < ROUNDS; i++) {
      const key = ["--p12", at("bidder.p12"), "--password-file", at("password.txt")];
      const out = ["--out", at(`${i}.xbid`), "--code-out", at(`${i}.txt`)];
      ours.push(timed(() => run(["bin/xinbiao.mjs", "seal", at("bid.pack"), ...key, ...out])));
      theirs.push(timed(() => age(["-r", recipient, "-o", at(`${i}.age`), at("technical.pdf")], at(`${i}.age`))));
      for (const name of [`${i}.xbid`, `${i}.age`]) rmSync(at(name));
    }
    const best = (list: number[]) => Math.min(...list);
    return {
      mib,
      seconds: Number(best(ours).toFixed(2)),
      ageSeconds: Number(best(theirs).toFixed(2)),
      ratio: Number((best(ours) / best(theirs)).toFixed(2)),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function bigPdf(path: string, mib: number): void {
  const file = openSync(path, "w");
  const piece = randomBytes(MIB);
  piece.write("%PDF-1.7\n");
  for (let i = 0; i < mib; i++) writeSync(file, piece);
  closeSync(file);
}

function timed(work: () => void): number {
  const began = performance.now();
  work();
  return (performance.now() - began) / 1000;
}

function run(args: string[]): void {
  const { status, stderr, stdout } = spawnSync(process.execPath, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${args[1]}: ${stderr}${stdout}`);
}

/** Its bytes are on the disk when it is done, as ours are. */
function age(args: string[], out: string): void {
  const { status, stderr } = spawnSync("age", args, { encoding: "utf8" });
  if (status !== 0 || statSync(out).size === 0) throw new Error(`age: ${stderr}`);
  const file = openSync(out, "r");
  fsyncSync(file);
  closeSync(file);
}
