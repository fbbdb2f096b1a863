import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { base64url } from "@/core/bytes";
import { type Statement, signStatement } from "@/crypto/statement";
import type { BidStanding } from "@/lifecycle/bidding/room";
import { type UnlockMaterial, UnlockProblem, type UnlockWay, unlockOwn } from "@/lifecycle/opening/client/unlock";
import { bidderCommand, type Call, NotHeld, type Told, WrongCall } from "./bid/call";
import { deliveryOf } from "./bid/delivery";
import { keep } from "./bid/kept-state";
import { KEY_OPTIONS, KEY_USAGE, openKey } from "./bid/key";
import { openPlatform, PLATFORM_OPTIONS, type Platform } from "./bid/platform";
import { openSealed, type SealedFile } from "./bid/sealed-file";
import { judgeBy } from "./verify/judge";
import { trustFile } from "./verify/trust-files";

const USAGE = `xinbiao release bid.xbid --url https://平台地址 ${KEY_USAGE} [--code-file code.txt] [--wait 分钟] [--out 截标记录.json] [--trust ROOTS.pem] [--json]`;
const LOOK_AGAIN_MS = 2_000;

type Material = Omit<UnlockMaterial, "closing"> & {
  readonly closing: { readonly hash: string; readonly statement: Statement } | undefined;
};

/** What the platform holds is the package on this disk, byte for byte where it counts. @throws NotHeld */
function requireSame({ path, sealHash, headerBytes }: SealedFile, material: Material): void {
  if (material.sealHash !== sealHash || material.header !== base64url(headerBytes))
    throw new NotHeld(
      `平台现存的有效投标文件不是 ${path}（已被替换，或保存的内容与本机不同）。密钥没有发出。请用最后一次递交的文件；确认无误仍不一致的，立即联系主持人和监督人员。`,
      "cli.other_package",
    );
}

/** Signs in at the hall and waits, as long as was asked, for the closing record. @throws NotHeld */
async function materialOf(call: Call, platform: Platform, lotId: string): Promise<Material> {
  const minutes = Number(call.maybe("wait") ?? 0);
  if (!Number.isInteger(minutes) || minutes < 0) throw new WrongCall("--wait 须为分钟数。");
  await platform.mutate("opening.signIn", { lotId }, randomUUID());
  call.say("已签到。");
  const until = performance.now() + minutes * 60_000;
  for (;;) {
    const material = await platform.query<Material>("opening.unlockMaterial", { lotId });
    if (material.closing) return material;
    if (performance.now() >= until)
      throw new NotHeld(
        "还没有截标记录，不能解密，密钥没有发出。请在开标后再次运行，或用 --wait 等候。",
        "cli.not_open",
      );
    await new Promise((done) => setTimeout(done, LOOK_AGAIN_MS));
  }
}

async function release(call: Call): Promise<Told> {
  const sealed = await openSealed(call.file);
  const { signer, opened } = await openKey(call);
  const codeFile = call.maybe("code-file");
  const way: UnlockWay = codeFile
    ? { by: "code", code: (await readFile(codeFile, "utf8")).trim() }
    : { by: "certificate", ...opened.encryption };
  const platform = await openPlatform(call, signer);
  const { lot: code } = sealed.header;
  const standing = await platform.query<BidStanding>("bid.standing", { lot: code });
  deliveryOf(sealed, standing);
  const { id: lotId } = standing.lot;
  const material = await materialOf(call, platform, lotId);
  requireSame(sealed, material);
  const closing = material.closing!;
  const out = call.maybe("out") ?? `${call.file}.closing.json`;
  await keep(out, closing.statement);
  const trust = call.maybe("trust");
  if (trust !== undefined) {
    const given = await trustFile(trust);
    const judge = judgeBy({ trust: given, timestampTrust: given, crls: [] });
    await judge.statement(closing.statement, new Date(standing.now)).catch((error: Error) => {
      throw new NotHeld(`截标记录的签名不可用：${error.message}。已存为 ${out}。密钥没有发出。`, "cli.closing");
    });
  }
  const payload = await unlockOwn(material, way, globalThis.crypto.getRandomValues(new Uint8Array(32))).catch(
    (error: unknown) => {
      throw error instanceof UnlockProblem ? new NotHeld(error.message, "cli.unlock") : error;
    },
  );
  const statement = await signStatement(payload, signer);
  const answer = await platform.mutate<{ opened: boolean; code: string; reason: string }>(
    "opening.release",
    { lotId, statement },
    randomUUID(),
  );
  if (!answer.opened) throw new NotHeld(`平台没有接受解密：${answer.reason}。`, answer.code);
  const envelope = material.envelope ?? 1;
  return {
    lines: [
      `已解密：标段 ${code}，第 ${envelope} 信封。全部投标人解密结束后一并公布。`,
      `截标记录写入 ${out}，其中有本单位的投标文件。`,
    ],
    data: { lot: code, envelope, sealHash: sealed.sealHash, closingHash: closing.hash, closing: out },
  };
}

/** `xinbiao release`: signs in at the hall and releases the key of the own package for this opening, and for no other. */
export const run = bidderCommand({
  usage: USAGE,
  options: {
    ...KEY_OPTIONS,
    ...PLATFORM_OPTIONS,
    "code-file": { type: "string" },
    wait: { type: "string" },
    out: { type: "string" },
    trust: { type: "string" },
  },
  work: release,
});
