import { readFile } from "node:fs/promises";
import { type Bytes, hex } from "@/core/bytes";
import { parseCertificate } from "@/crypto/certificate";
import { HEAD_BYTES } from "@/crypto/chunked";
import { verifyDetached } from "@/crypto/cms";
import { partLeaves, rootOf } from "@/crypto/merkle";
import { gather } from "@/crypto/pieces";
import { parseRecoveryCode } from "@/crypto/recovery-code";
import { blobOffsets } from "@/crypto/xbid/context";
import type { Manifest } from "@/crypto/xbid/manifest";
import { openFile, openManifest, rehearse } from "@/crypto/xbid/open";
import { type UnwrapKey, unwrapWithKey, unwrapWithRecovery } from "@/crypto/xbid/wrap";
import { DEVICE_FILE } from "@/lifecycle/bidding/device/marks";
import { sizeText } from "@/lifecycle/bidding/draft";
import { bidderCommand, type Call, NotHeld, type Told, WrongCall } from "./bid/call";
import { fileBytes } from "./bid/disk";
import { KEY_OPTIONS, KEY_USAGE, openKey } from "./bid/key";
import { type Pack, readPack } from "./bid/pack-file";
import { openSealed, type SealedFile } from "./bid/sealed-file";

const USAGE = `xinbiao rehearse bid.xbid [${KEY_USAGE}] [--code-file code.txt] [--pack bid.pack] [--json]（证书和应急解密码至少给出一种）`;

const CODE_PROBLEMS = {
  length: "长度不对",
  character: "含有不会出现的字符",
  check: "有一处抄写错误（校验符不符）",
} as const;

interface Holder {
  readonly name: string;
  readonly keys: readonly UnwrapKey[];
  readonly recoverySecret?: Bytes;
}

async function holdersOf(call: Call): Promise<Holder[]> {
  const holders: Holder[] = [];
  if (call.maybe("p12")) {
    const { certificate, key } = (await openKey(call)).opened.encryption;
    holders.push({ name: "证书", keys: [{ fingerprint: parseCertificate(certificate).fingerprint, privateKey: key }] });
  }
  const codeFile = call.maybe("code-file");
  if (codeFile) {
    const code = parseRecoveryCode((await readFile(codeFile, "utf8")).trim());
    if (!code.ok) throw new NotHeld(`应急解密码${CODE_PROBLEMS[code.problem]}。请核对 ${codeFile}。`, "cli.code");
    holders.push({ name: "应急解密码", keys: [], recoverySecret: code.secret });
  }
  if (!holders.length) throw new WrongCall("没有给出 --p12 或 --code-file，无从演练。");
  return holders;
}

async function rehearsal(call: Call): Promise<Told> {
  const sealed = await openSealed(call.file);
  const holders = await holdersOf(call);
  const pack = call.maybe("pack") ? await readPack(call.text("pack")) : undefined;
  await checkBody(sealed);
  const { header, headerBytes } = sealed;
  const places = blobOffsets(header, headerBytes);
  const blobHeads = await Promise.all(
    places.map((blobs) => Promise.all(blobs.map(({ start }) => gather(fileBytes(sealed.path, start, HEAD_BYTES))))),
  );
  for (const holder of holders) {
    const { name, ...keys } = holder;
    await rehearse({ header, headerBytes, blobHeads, ...keys }).catch((error: unknown) => {
      const reason = error instanceof Error && "reason" in error ? String(error.reason) : String(error);
      throw new NotHeld(
        `${name}不能解开 ${sealed.path}：${reason}。请核对是否为封装这份文件时所用的${name}；不能确定时重新封装。`,
        "cli.rehearsal",
      );
    });
    call.say(`${name}：能解开全部 ${header.segments.length} 个密钥段。`);
  }
  const manifests = await manifestsOf(sealed, holders[0]!);
  const problems = pack ? differences(pack, sealed, manifests) : [];
  if (problems.length)
    throw new NotHeld(
      "封装的内容与说明不一致。请重新运行 xinbiao pack 和 xinbiao seal。",
      "cli.rehearsal_differs",
      problems,
    );
  const files = manifests.flatMap((manifest) => manifest.files);
  return {
    lines: [
      ...files.map(({ name, size }) => `✔ ${name}（${sizeText(size)}）`),
      `演练通过：${holders.map(({ name }) => name).join("、")}能解开，${files.length} 个文件逐一解密核对${pack ? "，与说明一致" : ""}。`,
    ],
    data: {
      package: sealed.path,
      sealHash: sealed.sealHash,
      openedBy: holders.map(({ keys }) => (keys.length ? "certificate" : "code")),
      files: files.map(({ name, size, sha256 }) => ({ name, size, sha256 })),
      ...(pack ? { packMatches: true } : {}),
    },
  };
}

/** Is the body the one that was signed? */
async function checkBody({ path, bodyLength, seal, sealBytes, signature }: SealedFile): Promise<void> {
  const signed = await verifyDetached(signature, sealBytes);
  if (!signed.ok) throw new NotHeld(`封条的签名无效：${signed.reason}。请重新封装。`, "cli.rehearsal");
  const leaves: Bytes[] = [];
  for await (const leaf of partLeaves(fileBytes(path, 0, bodyLength))) leaves.push(leaf);
  if (hex(rootOf(leaves)) !== seal.bodyRoot)
    throw new NotHeld(`${path} 的内容与封条不符，文件已损坏。请重新封装。`, "cli.rehearsal");
}

/** Opens every manifest and every file to its last byte; nothing of it is written anywhere. */
async function manifestsOf({ path, header, headerBytes }: SealedFile, holder: Holder): Promise<Manifest[]> {
  const places = blobOffsets(header, headerBytes);
  const manifests: Manifest[] = [];
  for (const [index, { id }] of header.segments.entries()) {
    const cek = holder.recoverySecret
      ? await unwrapWithRecovery(header, id, holder.recoverySecret)
      : await unwrapWithKey(header, id, holder.keys[0]!);
    const segment = { header, headerBytes, segmentId: id, cek };
    const blob = (i: number) => fileBytes(path, places[index]![i]!.start, places[index]![i]!.length);
    const manifest = await openManifest(segment, blob(0));
    for (const [i, file] of manifest.files.entries()) for await (const _ of openFile(segment, file, i, blob(i + 1)));
    manifests.push(manifest);
  }
  return manifests;
}

function differences(pack: Pack, { header }: SealedFile, manifests: readonly Manifest[]): string[] {
  const problems: string[] = [];
  if (header.lot !== pack.lot || header.tender !== pack.tender) problems.push("标段或项目编号不同。");
  if (header.tenderDigest !== pack.documentDigest) problems.push("招标文件的版本不同。");
  for (const [i, { form, files }] of manifests.entries()) {
    const isHere = (second: boolean) => second === (i === 1);
    const wanted = Object.fromEntries(
      Object.entries(pack.form).filter(([name]) => isHere(pack.secondFields?.includes(name) ?? false)),
    );
    for (const name of new Set([...Object.keys(form), ...Object.keys(wanted)]))
      if (form[name] !== wanted[name]) problems.push(`开标一览表字段 ${name} 的内容不同。`);
    const listed = pack.files.filter(({ envelope }) => isHere(envelope === 2));
    for (const { name, sha256 } of listed)
      if (!files.some((file) => file.name === name && file.sha256 === sha256))
        problems.push(`文件“${name}”没有封装，或内容不同。`);
    for (const { name } of files)
      if (name !== DEVICE_FILE && !listed.some((file) => file.name === name))
        problems.push(`文件“${name}”不在说明中。`);
  }
  return problems;
}

/** `xinbiao rehearse`: opens what was sealed with certificate and code, offline, before anybody relies on it. */
export const run = bidderCommand({
  usage: USAGE,
  options: { ...KEY_OPTIONS, "code-file": { type: "string" }, pack: { type: "string" } },
  work: rehearsal,
});
