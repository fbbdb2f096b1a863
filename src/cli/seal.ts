import { randomBytes } from "node:crypto";
import { open, rename, rm, stat } from "node:fs/promises";
import { type Bytes, u32be } from "@/core/bytes";
import { rootOf } from "@/crypto/merkle";
import { formatRecoveryCode } from "@/crypto/recovery-code";
import { type PreparedSeal, prepareSeal } from "@/crypto/xbid/write";
import { rehearseBoth } from "@/lifecycle/bidding/client/sealing";
import { DEVICE_FILE, encodeMarks, markRows } from "@/lifecycle/bidding/device/marks";
import { segmentsOf, sizeText } from "@/lifecycle/bidding/draft";
import { bidderCommand, type Call, NotHeld, type Told, WrongCall } from "./bid/call";
import { requireLeader } from "./bid/consortium-check";
import { commandLineMarks } from "./bid/device";
import { fileBytes, nodeEngine } from "./bid/disk";
import { placeAfter } from "./bid/earlier";
import { KEY_OPTIONS, KEY_USAGE, openKey } from "./bid/key";
import { type Pack, pathInPack, readPack } from "./bid/pack-file";
import { writeParts } from "./bid/part-writer";

const USAGE = `xinbiao seal bid.pack ${KEY_USAGE} --out bid.xbid --code-out code.txt [--replaces 回执.json] [--show-code] [--json]`;

/** Name and version of this tool, as it stands in a seal. */
const TOOL = "xinbiao-cli/0.1.0";
const OWN_EYES = 0o600;

async function seal(call: Call): Promise<Told> {
  if (!call.file) throw new WrongCall("请给出投标文件说明（bid.pack）。");
  const [out, codeOut] = [call.text("out"), call.text("code-out")];
  for (const path of [out, codeOut])
    if (await stat(path).catch(() => undefined))
      throw new WrongCall(`${path} 已经存在，没有覆盖。请另取名字，或先移走旧文件；旧的应急解密码仍对应旧的投标文件。`);
  const pack = await readPack(call.file);
  const { opened, signer } = await openKey(call);
  await requireLeader(call.file, pack, opened.signing.certificate);
  const { bid, seq } = await placeAfter(call.maybe("replaces"), pack.lot);
  const recoverySecret = new Uint8Array(randomBytes(32));
  const device = await commandLineMarks(TOOL);
  call.say("随投标文件加密封装的本机信息（开标前任何人不能读取，开标后供评标委员会比对）：");
  for (const [name, text] of markRows(device)) call.say(`  ${name}　${text}`);
  const prepared = await prepareSeal({
    suite: "XB-RSA-1",
    policy: "bidder",
    tender: pack.tender,
    lot: pack.lot,
    bid,
    seq,
    tenderDigest: pack.documentDigest,
    segments: segmentsOf(
      pack,
      pack.form,
      [...(await filesOf(call, pack)), deviceFile(encodeMarks(device))],
      pack.secondFields ?? [],
    ),
    encryptionCertificates: [opened.encryption.certificate],
    recoverySecret,
    signer,
    tool: TOOL,
    engine: nodeEngine,
    progress: tenths(call),
  });
  await rehearseBoth(prepared, opened.encryption, recoverySecret);
  call.say("解密演练：证书和应急解密码都能打开。");
  const code = formatRecoveryCode(recoverySecret);
  // The code is on the disk before the package is: a package whose code was lost would be half a package.
  const kept = await open(codeOut, "wx", OWN_EYES);
  await kept.writeFile(`${code}\n`);
  await kept.sync();
  await kept.close();
  try {
    await writeSealed(prepared, out, new Date().toISOString());
  } catch (error) {
    await rm(codeOut, { force: true });
    throw error;
  }
  const shown = call.flag("show-code") ? code : undefined;
  return {
    lines: [
      `已封装：标段 ${pack.lot}，第 ${seq} 次，${sizeText(prepared.bodyLength)}，写入 ${out}。`,
      `应急解密码写入 ${codeOut}（仅本人可读）。请另存一份；平台没有它，证书不能用时只有它能解密。`,
      ...(shown ? [`应急解密码：${shown}`] : []),
      `下一步：xinbiao upload ${out} --url https://平台地址 --p12 证书文件`,
    ],
    data: { package: out, codeFile: codeOut, lot: pack.lot, bid, seq, ...(shown ? { code: shown } : {}) },
  };
}

/** The files of a pack, which must still be what they were when it was made. */
async function filesOf({ file }: Call, pack: Pack) {
  const files = pack.files.map((each) => ({ ...each, path: pathInPack(file, each.path) }));
  const problems: string[] = [];
  for (const { name, path, size } of files) {
    const found = await stat(path).catch(() => undefined);
    if (!found?.isFile()) problems.push(`找不到“${name}”：${path}。`);
    else if (found.size !== size) problems.push(`“${name}”在检查之后改动过：${path}。`);
  }
  if (problems.length)
    throw new NotHeld("文件与说明不一致，没有封装。请重新运行 xinbiao pack。", "cli.pack_changed", problems);
  return files.map(({ name, path, size, sha256, envelope = 1 }) => ({
    ...{ name, size, sha256, envelope },
    open: () => fileBytes(path),
  }));
}

/** Of the computer that seals, whatever computer packed. */
const deviceFile = (bytes: Bytes) => ({
  name: DEVICE_FILE,
  envelope: 1 as const,
  size: bytes.length,
  async *open() {
    yield bytes;
  },
});

/** Writes body, seal and signature; the name is given when every byte is on the disk. */
async function writeSealed(prepared: PreparedSeal, out: string, sealedAt: string): Promise<void> {
  const part = `${out}.part`;
  const file = await open(part, "w", OWN_EYES);
  try {
    const leaves = await writeParts(file, prepared.body());
    const { sealBytes, signature } = await prepared.finish(rootOf(leaves), sealedAt);
    for (const bytes of [u32be(sealBytes.length), sealBytes, u32be(signature.length), signature])
      await file.writeFile(bytes);
    await file.sync();
    await file.close();
    await rename(part, out);
  } catch (error) {
    await file.close();
    await rm(part, { force: true });
    throw error;
  }
}

/** Progress in tenths of the two passes over the files. */
function tenths(call: Call): (done: number, total: number) => void {
  let told = 0;
  return (done, total) => {
    const now = Math.floor((10 * done) / Math.max(total, 1));
    if (now > told) call.say(`加密 ${now * 10}%`);
    told = Math.max(told, now);
  };
}

/** `xinbiao seal`: encrypts and signs what `pack` described, offline. */
export const run = bidderCommand({
  usage: USAGE,
  options: {
    ...KEY_OPTIONS,
    out: { type: "string" },
    "code-out": { type: "string" },
    replaces: { type: "string" },
    "show-code": { type: "boolean" },
  },
  work: seal,
});
