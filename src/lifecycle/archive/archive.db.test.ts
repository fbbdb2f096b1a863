import { execFile } from "node:child_process";
import { createWriteStream, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { verify } from "@/cli/verify";
import { type Bytes, utf8 } from "@/core/bytes";
import { addDays } from "@/core/time";
import { parseCertificate, pemToDer } from "@/crypto/certificate";
import { playToAward } from "@/dev/scenarios/play";
import { openZip } from "@/documents/zip-read";
import { executeAsService } from "@/kit/command";
import { inContext } from "@/kit/db/context";
import { trailOf } from "@/kit/trail-queries";
import { receiptView } from "@/lifecycle/bidding/queries";
import { bids } from "@/lifecycle/bidding/tables";
import { attachTimestamp } from "@/lifecycle/bidding/timestamp";
import { fileOf } from "@/platform/file/queries";
import { type Edit, forgeArchive } from "@/testing/forge-archive";
import { type TestStage, testStage } from "@/testing/stage";
import { buildArchive } from "./build";
import { type ArchiveManifest, MANIFEST } from "./schema";
import { archives } from "./tables";

let t: TestStage;
let lotId: string;
let folder: string;
let package_: string;

const service = () => ({ siteId: t.stage.app.site.id, role: "platform" });

beforeAll(async () => {
  t = await testStage();
  folder = mkdtempSync(join(tmpdir(), "xinbiao-archive-test-"));
  ({ lotId } = await playToAward(t.stage, {
    replacing: "jia",
    withdrawing: "ji",
    late: "ji",
    moving: "yi",
    baseEstimateFen: 951_000_000n,
    miscounting: "bing",
    sharing: ["bing", "yi"],
    leading: { key: "wu", signed: "yi", unsigned: "ding" },
    speaking: "bing",
    revoking: "ding",
  }));
  const file = await inContext(t.stage.worker.db, service(), async (tx) => {
    const [row] = await tx.select().from(archives).where(eq(archives.lotId, lotId));
    return fileOf(tx, row!.fileId);
  });
  package_ = join(folder, "package.zip");
  await pipeline(await t.ports.storage.get(file.storageKey), createWriteStream(package_));
}, 300_000);
afterAll(async () => {
  if (folder) rmSync(folder, { recursive: true, force: true });
  await t?.close();
});

/** The command line as somebody else runs it: a process of its own, in an empty folder. */
function command(args: readonly string[], cwd: string): Promise<{ code: number; output: string }> {
  const program = resolve("bin/xinbiao.mjs");
  return new Promise((done) => {
    execFile(process.execPath, [program, "verify", ...args], { cwd }, (error, stdout, stderr) =>
      done({ code: error ? Number(error.code) : 0, output: stdout + stderr }),
    );
  });
}

async function here(args: readonly string[]): Promise<{ code: number; lines: string[] }> {
  const lines: string[] = [];
  return { code: await verify(args, (line) => lines.push(line)), lines };
}

/** Writes the package again with other contents; `sign` writes manifest and signature anew, as the operator could. */
async function forged(name: string, edit: Edit, sign = false): Promise<string> {
  const to = join(folder, `${name}.zip`);
  const signAs = (code: string) => t.ports.platformKeys.signerOf(code);
  await forgeArchive({ from: package_, to, edit, ...(sign ? { signAs } : {}) });
  return to;
}

const flip = (bytes: Bytes, at: number): Bytes => bytes.map((byte, i) => (i === at ? byte ^ 1 : byte)) as Bytes;
const only =
  (wanted: RegExp, change: (bytes: Bytes) => Bytes | undefined): Edit =>
  (path, bytes) =>
    wanted.test(path) ? change(bytes) : bytes;
const replaceText = (from: RegExp, to: (found: string) => string) => (bytes: Bytes) =>
  utf8(Buffer.from(bytes).toString().replace(from, to));

test("R-5.1.3: a bidder changed its address after submission: the archive shows the one the bid was made under", async () => {
  const zip = await openZip(package_);
  onTestFinished(() => zip.close());
  const manifest = JSON.parse(Buffer.from(await zip.bytes(MANIFEST)).toString()) as ArchiveManifest;
  const registrations = [];
  for (const { path } of manifest.items.filter(({ path: each }) => each.endsWith("/registration.json")))
    registrations.push(JSON.parse(Buffer.from(await zip.bytes(path)).toString()));
  const yi = registrations.find(({ data }) => data.creditCode === t.stage.person("yi").creditCode);
  expect(yi).toMatchObject({ version: 1, data: { address: "黔中省清溪市演示路 1 号" } });
  expect(registrations).toHaveLength(7);
});

test("R-5.12.2 R-O.49b: the archive of an awarded lot verifies in an empty folder, without the platform", {
  timeout: 120_000,
}, async () => {
  const empty = join(folder, "empty");
  mkdirSync(empty);
  const own = await command([package_], empty);
  expect(own.output).not.toContain("✘");
  expect(own.output).toContain("核验通过");
  expect(own.output).toContain("归档清单的时间戳");
  expect(own.code).toBe(0);

  const roots = join(folder, "roots.pem");
  writeFileSync(roots, t.stage.app.site.trustList.join("\n"));
  const injected = await command([package_, "--trust", roots], empty);
  expect(injected.output).toContain("使用 --trust 给出的 2 个根证书");
  expect(injected.code).toBe(0);

  const other = join(folder, "other.pem");
  const strange = t.stage.person("jia").opened.signing.certificate;
  writeFileSync(
    other,
    `-----BEGIN CERTIFICATE-----\n${Buffer.from(strange).toString("base64")}\n-----END CERTIFICATE-----\n`,
  );
  expect((await here([package_, "--trust", other])).code).toBe(1);
});

test("R-K.6 R-E.3: fifteen and fifty years later, when every certificate has ended, all signatures still verify, those of the experts too", {
  timeout: 120_000,
}, async () => {
  const roots = t.stage.app.site.trustList.map((pem) => parseCertificate(pemToDer(pem)).notAfter);
  const experts = ["expert-01", "expert-02"].map(
    (key) => parseCertificate(t.stage.person(key).opened.signing.certificate).notAfter,
  );
  for (const years of [15, 50]) {
    const then = addDays(await t.stage.now(), years * 366);
    for (const notAfter of experts) expect(notAfter < then).toBe(true);
    if (years === 50) for (const notAfter of roots) expect(notAfter < then).toBe(true);
    vi.useFakeTimers({ now: then, toFake: ["Date"] });
    try {
      expect(new Date().getFullYear()).toBe(then.getFullYear());
      const { code, lines } = await here([package_]);
      expect(lines.join("\n")).not.toContain("✘");
      expect(lines.join("\n")).toMatch(/✔ .*评标报告/);
      expect(code, String(years)).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  }
});

test("R-O.49b: the archive holds every part of the catalogue that is due, replaced and withdrawn packages only sealed", async () => {
  const zip = await openZip(package_);
  const manifest = JSON.parse(Buffer.from(await zip.bytes(MANIFEST)).toString()) as ArchiveManifest;
  expect(new Set(manifest.items.map(({ catalogue }) => catalogue))).toEqual(new Set([..."ABCDFGHIMNO"]));
  const standings = new Map<string, string>();
  for (const path of zip.entries.keys()) {
    const [, sealHash] = /^bids\/([0-9a-f]{64})\/bid\.json$/.exec(path) ?? [];
    if (sealHash)
      standings.set(
        sealHash,
        (JSON.parse(Buffer.from(await zip.bytes(path)).toString()) as { standing: string }).standing,
      );
  }
  expect([...standings.values()].sort()).toEqual([
    "replaced",
    "standing",
    "standing",
    "standing",
    "standing",
    "standing",
    "withdrawn",
  ]);
  for (const [sealHash, standing] of standings) {
    const has = (name: string) => [...zip.entries.keys()].some((path) => path.startsWith(`bids/${sealHash}/${name}`));
    expect([
      has("package.xbid"),
      has("receipt.json"),
      has("opened/"),
      has("form.json"),
      has("release.json"),
      has("withdrawal.json"),
    ]).toEqual([true, true, ...Array.from({ length: 3 }, () => standing === "standing"), standing === "withdrawn"]);
  }
  const revoked = [...zip.entries.keys()].filter((path) => path.endsWith("/revocation.json"));
  expect(revoked).toHaveLength(1);
  expect(JSON.parse(Buffer.from(await zip.bytes(revoked[0]!)).toString())).toMatchObject({
    reason: expect.stringContaining("无法履约"),
  });
  const index = Buffer.from(await zip.bytes("index.html")).toString();
  expect(index).toContain("归档目录");
  expect(index).not.toMatch(/<script/i);
  await zip.close();
});

test("R-L.109: delivery time and sealing state of every package are kept, of the refused ones too", async () => {
  const zip = await openZip(package_);
  const read = async (path: string) => JSON.parse(Buffer.from(await zip.bytes(path)).toString());
  const received = [...zip.entries.keys()].filter((path) => /^bids\/[0-9a-f]{64}\/bid\.json$/.test(path));
  expect(received).toHaveLength(7);
  for (const path of received) {
    const bid = (await read(path)) as { receivedAt: string; sealHash: string };
    expect(path).toContain(bid.sealHash);
    expect(Number.isNaN(Date.parse(bid.receivedAt))).toBe(false);
  }
  const refusals = (await read("refusals.json")) as {
    code: string;
    sealing: string;
    at: string;
    organisation: string;
  }[];
  const { bidDeadline } = await t.stage.lot(lotId);
  expect(refusals).toMatchObject([{ code: "RF-01", sealing: "sealed", organisation: t.stage.person("ji").orgName }]);
  expect(Date.parse(refusals[0]!.at)).toBeGreaterThanOrEqual(bidDeadline!.getTime());
  await zip.close();
});

test("R-5.6.12: what host and bidders said in the hall is in the archive, in its order, between the other acts of the opening", async () => {
  const zip = await openZip(package_);
  onTestFinished(() => zip.close());
  const transcript = JSON.parse(Buffer.from(await zip.bytes("opening/transcript.json")).toString()) as {
    kind: string;
    payload: { text?: string; host?: boolean; organisation?: string };
  }[];
  const spoken = transcript.filter(({ kind }) => kind === "message").map(({ payload }) => payload);
  expect(spoken).toEqual([
    { text: "请各投标人核对开标一览表。", host: true, organisation: t.stage.person("agency").orgName },
    { text: "本单位核对无误。", host: false, organisation: t.stage.person("bing").orgName },
  ]);
  const kinds = transcript.map(({ kind }) => kind).filter((kind, i, all) => kind !== all[i - 1]);
  expect(kinds[0]).toBe("list");
  expect(kinds.indexOf("message")).toBeGreaterThan(kinds.indexOf("prices"));
  expect(kinds.at(-1)).toBe("closed");
});

test("an archive is built once, and its building stands in the trail", async () => {
  await expect(executeAsService(t.stage.worker, buildArchive, { lotId })).rejects.toMatchObject({
    refusal: { code: "archive.built_before" },
  });
  const { tenderProjectId } = await t.stage.lot(lotId);
  const [lines, [row]] = await inContext(t.stage.worker.db, service(), async (tx) => [
    await trailOf(tx, `project:${tenderProjectId}`),
    await tx.select().from(archives).where(eq(archives.lotId, lotId)),
  ]);
  expect(lines.filter(({ action }) => action === "archive.built").map(({ facts }) => facts.manifestHash)).toEqual([
    row!.manifestHash,
  ]);
});

describe("whoever changes anything is found", () => {
  const CHANGES: readonly { name: string; edit: Edit; found: RegExp }[] = [
    {
      name: "a package",
      edit: only(/package\.xbid$/, (bytes) => flip(bytes, 5000)),
      found: /第一处.*package\.xbid 被改动/,
    },
    {
      name: "a PDF",
      edit: only(/report\.pdf$/, (bytes) => flip(bytes, 900)),
      found: /第一处.*evaluation\/report\.pdf 被改动/,
    },
    {
      name: "a trail line",
      edit: only(
        /project\.jsonl$/,
        replaceText(/"award\.decided"/, () => '"award.decideD"'),
      ),
      found: /第一处.*trail\/project\.jsonl 被改动/,
    },
    { name: "a missing item", edit: only(/refusals\.json$/, () => undefined), found: /第一处.*缺少 refusals\.json/ },
    {
      name: "a score",
      edit: only(
        /case\.json$/,
        replaceText(/"score": "\d/, (found) => `${found.slice(0, -1)}9`),
      ),
      found: /第一处.*evaluation\/case\.json 被改动/,
    },
  ];
  test.each(CHANGES)("by its hash: $name", { timeout: 60_000 }, async ({ name, edit, found }) => {
    const { code, lines } = await here([await forged(name, edit)]);
    expect(lines.at(-1)).toMatch(found);
    expect(code).toBe(1);
  });

  const BY_OPERATOR: readonly { name: string; edit: Edit; found: RegExp }[] = [
    {
      name: "R-N.1: the seal under a notice, left out",
      edit: only(
        /-ZB01\.json$/,
        replaceText(/,\s*"seal":\s*"[^"]*"/, () => ""),
      ),
      found: /缺少单位印章或签署依据/,
    },
    {
      name: "R-N.1: the seal of a later notice and on what it was signed, left out as if one signature had been enough",
      edit: only(/-GS01\.json$/, (bytes) => {
        const { authority: _, ...notice } = JSON.parse(Buffer.from(bytes).toString());
        delete notice.statement.seal;
        return utf8(JSON.stringify(notice));
      }),
      found: /-GS01 缺少单位印章或签署依据/,
    },
    {
      name: "R-N.1: who signed a notice",
      edit: only(
        /-GS01\.json$/,
        replaceText(/"person":\s*"[^"]*"/, () => '"person":"贺明（演示）"'),
      ),
      found: /的签名人不是所载的签署人/,
    },
    {
      name: "R-N.1: who authorised the lead",
      edit: only(
        /-ZB01\.json$/,
        replaceText(/"chief":\s*"[^"]*"/, () => '"chief":"王信（演示）"'),
      ),
      found: /的授权不是主要负责人签署的/,
    },
    {
      name: "R-N.1: how long the lead is authorised",
      edit: only(
        /-ZB01\.json$/,
        replaceText(/"until":\s*"2028[^"]*"/, () => '"until":"2029-05-18T15:59:59.000Z"'),
      ),
      found: /授权声明的 digest 与所载的授权不符/,
    },
    {
      name: "a byte of a package",
      edit: only(/package\.xbid$/, (bytes) => flip(bytes, 5000)),
      found: /✘ .*封装、封条和签名：.*package\.xbid/,
    },
    {
      name: "a byte of a PDF",
      edit: only(/record\.pdf$/, (bytes) => flip(bytes, 900)),
      found: /✘ 开标记录 PDF 的签名：opening\/record\.pdf/,
    },
    {
      name: "the base estimate",
      edit: only(
        /base-estimate\.json$/,
        replaceText(/"amountFen": "\d+"/, () => '"amountFen": "951000001"'),
      ),
      found: /✘ 标底.*标底与其校验值不符|✘ 标底.*签名声明/,
    },
    {
      name: "an opened file",
      edit: only(/opened\/技术文件\.pdf$/, (bytes) => flip(bytes, 900)),
      found: /✘ .*释放的密钥.*技术文件\.pdf 不是密文中的文件/,
    },
    {
      name: "a bid said not to open",
      edit: only(
        /bid\.json$/,
        replaceText(/"state": "decrypted"/, () => '"state": "failed", "failureClass": "DF-3"'),
      ),
      found: /✘ .*未能打开.*所释放的密钥能打开/,
    },
    {
      name: "a price",
      edit: only(
        /form\.json$/,
        replaceText(/"price": "\d/, (found) => `${found.slice(0, -1)}7`),
      ),
      found: /✘ .*form\.json 与密文中的开标一览表不符/,
    },
    {
      name: "a trail line",
      edit: only(
        /project\.jsonl$/,
        replaceText(/"award\.decided"/, () => '"award.decideD"'),
      ),
      found: /✘ 招标项目留痕.*第 \d+ 行断链/,
    },
    {
      name: "a sealed trail line",
      edit: only(
        /sealed\.jsonl$/,
        replaceText(/"bid\.submitted"/, () => '"bid.sent"'),
      ),
      found: /✘ 标段密封留痕.*第 \d+ 行断链/,
    },
    {
      name: "a score on its sheet",
      edit: only(
        /sheets\.json$/,
        replaceText(/"scoreHundredths": \d+/, () => '"scoreHundredths": 1'),
      ),
      found: /✘ 评审表：.*的详细评审表/,
    },
    {
      name: "a score in the case",
      edit: only(
        /case\.json$/,
        replaceText(/"score": "\d+/, (found) => `${found.slice(0, -1)}9`),
      ),
      found: /✘ 评标输入.*scores 与来源不符/,
    },
    {
      name: "a total",
      edit: only(
        /result\.json$/,
        replaceText(/"total": "\d/, (found) => `${found.slice(0, -1)}1`),
      ),
      found: /✘ 评标结果由公开的输入复算一致/,
    },
    {
      name: "what the arithmetic check found",
      edit: only(
        /report\.json$/,
        replaceText(/应为 ¥108,996\.00/, () => "应为 ¥112,996.00"),
      ),
      found: /✘ 报价清单的算术检查.*丙云路桥/,
    },
    {
      name: "a consortium whose missing signature is not told",
      edit: only(
        /report\.json$/,
        replaceText(/缺少成员/, () => "已有成员"),
      ),
      found: /✘ 联合体.*对联合体（牵头人：.*的核对与复核不符/,
    },
    {
      name: "two bids from one computer",
      edit: only(
        /report\.json$/,
        replaceText(/网卡 MAC 地址与/, () => "网卡型号与"),
      ),
      found: /✘ 制作机器信息.*的机器信息比对与复核不符/,
    },
    {
      name: "a drawn expert",
      edit: only(
        /draws\.json$/,
        replaceText(/"drawn": \[\s+"EXP(\d+)"/, (found) => found.replace(/EXP\d+/, "EXP999")),
      ),
      found: /✘ 抽取.*EXPERT.*与复算不符/,
    },
    {
      name: "the winner",
      edit: only(
        /decision\.json$/,
        replaceText(/"ground": ""/, () => '"ground": "x"'),
      ),
      found: /✘ 定标决定/,
    },
    {
      name: "a letter",
      edit: only(
        /letters\.json$/,
        replaceText(/"quality": "合格"/, () => '"quality": "优"'),
      ),
      found: /✘ 中标通知书/,
    },
    {
      name: "why a bid was revoked",
      edit: only(
        /revocation\.json$/,
        replaceText(/无法履约/, () => "放弃投标"),
      ),
      found: /✘ .*撤销声明/,
    },
    {
      name: "a bid said to be revoked",
      edit: only(/revocation\.json$/, () => undefined),
      found: /✘ 评标输入.*bids 与来源不符/,
    },
    {
      name: "a notice",
      edit: only(
        /-ZB01\.json$/,
        replaceText(/接受/, () => "不接受"),
      ),
      found: /✘ 公告与公示/,
    },
  ];
  test.each(BY_OPERATOR)(
    "even the operator, who signs the manifest anew: $name",
    { timeout: 60_000 },
    async ({ name, edit, found }) => {
      const { code, lines } = await here([await forged(`operator ${name}`, edit, true)]);
      expect(lines.join("\n")).toMatch(found);
      expect(lines.find((line) => line.includes("归档清单由平台签名"))).toMatch(/^✔/);
      expect(code).toBe(1);
    },
  );

  test("even the operator: a whole bid that was received", { timeout: 60_000 }, async () => {
    const zip = await openZip(package_);
    const [first] = [...zip.entries.keys()].filter((path) => path.startsWith("bids/"));
    await zip.close();
    const gone = first!.split("/").slice(0, 2).join("/");
    const { code, lines } = await here([
      await forged("gone", (path, bytes) => (path.startsWith(gone) ? undefined : bytes), true),
    ]);
    expect(lines.join("\n")).toMatch(/✘ 归档目录完整：缺少 F 加密投标文件/);
    expect(code).toBe(1);
  });
});

test("a receipt and a package verify by themselves, under a given root", { timeout: 60_000 }, async () => {
  const roots = join(folder, "given.pem");
  writeFileSync(roots, t.stage.app.site.trustList.join("\n"));
  const [row] = await inContext(t.stage.worker.db, service(), (tx) =>
    tx.select().from(bids).where(eq(bids.lotId, lotId)).limit(1),
  );
  const view = await attachTimestamp(t.stage.worker, service() as never, receiptView(row!), 5_000);
  const receipt = join(folder, "receipt.json");
  writeFileSync(receipt, JSON.stringify(view));
  const good = await here([receipt, "--trust", roots]);
  expect(good.lines.join("\n")).toContain(`回执号 ${row!.receiptNumber}`);
  expect(good.code).toBe(0);
  expect((await here([receipt])).code).toBe(1);
  writeFileSync(receipt, JSON.stringify({ ...view.receipt, payload: view.receipt.payload.replace(/.$/, "A") }));
  expect((await here([receipt, "--trust", roots])).code).toBe(1);

  const zip = await openZip(package_);
  const sealed = await zip.bytes(`bids/${row!.sealHash}/package.xbid`);
  await zip.close();
  const bid = join(folder, "bid.xbid");
  writeFileSync(bid, sealed);
  const whole = await here([bid, "--trust", roots]);
  expect(whole.lines.join("\n")).toContain(row!.sealHash);
  expect(whole.code).toBe(0);
  expect((await here([bid])).code).toBe(1);
  writeFileSync(bid, flip(sealed, sealed.length - 5000));
  expect((await here([bid, "--trust", roots])).code).toBe(1);
});

test("what is no such file, or not there, is a wrong call", async () => {
  expect((await here([])).code).toBe(2);
  expect((await here([join(folder, "absent")])).code).toBe(2);
  const text = join(folder, "text.txt");
  writeFileSync(text, "hello");
  expect((await here([text])).code).toBe(2);
  writeFileSync(text, readFileSync(package_).subarray(0, 1000));
  expect((await here([text])).code).toBe(1);
});
