import { z } from "zod";
import type { Bytes } from "@/core/bytes";
import { encodeCanonical, parseCanonical } from "@/core/canonical-json";

/** Name of the device marks in a sealed package; specification: `public/specs/device-marks.md`. */
export const DEVICE_FILE = "device-marks.json";
/** One length whatever is recorded: a sealed package does not tell what its computer is. */
export const DEVICE_BYTES = 4096;
export const DEVICE_LIMITS = { values: 8, valueLength: 64, browserLength: 300 } as const;
const SPACE = 0x20;

/**
 * What is recorded of the computer that seals (制作机器信息; datasets 519 and 9010). The first six are those that the law's
 * data items name; a program that cannot read one leaves it out, and says so.
 */
export const DEVICE_KINDS = {
  cpu: "CPU 序列号",
  disk: "硬盘序列号",
  memory: "内存序列号",
  mac: "网卡 MAC 地址",
  ip: "本机 IP 地址",
  tool: "制作工具版本",
  installation: "制作工具安装标识",
  machine: "操作系统机器标识（摘要）",
  host: "计算机名",
  processor: "处理器",
  system: "操作系统",
  browser: "浏览器",
  screen: "屏幕",
  zone: "时区",
} as const;
export type DeviceKind = keyof typeof DEVICE_KINDS;

/** Kinds by which one computer is told from another: the same value in two bids is worth the committee's eye. */
const TELLING = ["cpu", "disk", "memory", "mac", "installation", "machine"] as const satisfies readonly DeviceKind[];
/** Data items of the law; one that is not there is told as not offered. */
const NAMED = ["cpu", "disk", "memory", "mac", "ip"] as const satisfies readonly DeviceKind[];

const SOURCES = {
  browser: { name: "浏览器", withheld: "浏览器不提供" },
  "command-line": { name: "命令行工具", withheld: "操作系统不向普通用户提供" },
  other: { name: "其他工具", withheld: "未提供" },
} as const;
export type DeviceSource = keyof typeof SOURCES;

/** Printed on screens and in the report: nothing invisible. */
const value = (most: number) =>
  z
    .string()
    .min(1)
    .max(most)
    .regex(/^\P{C}+$/u);
const values = z.array(value(DEVICE_LIMITS.valueLength)).min(1).max(DEVICE_LIMITS.values);
const { browser: _, ...kinds } = DEVICE_KINDS;
const Marks = z
  .strictObject({
    ...(Object.fromEntries(Object.keys(kinds).map((kind) => [kind, values])) as Record<
      Exclude<DeviceKind, "browser">,
      typeof values
    >),
    browser: z.array(value(DEVICE_LIMITS.browserLength)).length(1),
  })
  .partial();

export const DeviceMarks = z.strictObject({
  format: z.literal("xb-device-marks/1"),
  source: z.enum(Object.keys(SOURCES) as [DeviceSource, ...DeviceSource[]]),
  marks: Marks,
});
export type DeviceMarks = z.infer<typeof DeviceMarks>;

/** Invisible characters and what is beyond the limits are cut off, as is what does not fit; a kind without a value is left out. */
export function deviceMarks(source: DeviceSource, read: Partial<Record<DeviceKind, readonly string[]>>): DeviceMarks {
  const marks: Record<string, string[]> = {};
  for (const [kind, found] of Object.entries(read)) {
    const most = kind === "browser" ? DEVICE_LIMITS.browserLength : DEVICE_LIMITS.valueLength;
    const clean = found.map((text) => text.replace(/\p{C}/gu, "").trim().slice(0, most)).filter(Boolean);
    const kept = [...new Set(clean)].sort().slice(0, kind === "browser" ? 1 : DEVICE_LIMITS.values);
    if (kept.length) marks[kind] = kept;
  }
  const made: DeviceMarks = { format: "xb-device-marks/1", source, marks };
  while (encoded(made).length > DEVICE_BYTES) {
    const [kind, longest] = Object.entries(marks).sort(([, a], [, b]) => b.join().length - a.join().length)[0]!;
    longest.pop();
    if (!longest.length) delete marks[kind];
  }
  return made;
}

const encoded = (marks: DeviceMarks): Bytes => encodeCanonical(JSON.parse(JSON.stringify(marks)));

/** The bytes that are sealed. */
export function encodeMarks(marks: DeviceMarks): Bytes {
  const bytes = new Uint8Array(DEVICE_BYTES).fill(SPACE);
  bytes.set(encoded(marks));
  return bytes;
}

/** @returns undefined when the bytes are no device marks, whatever they are. */
export function readMarks(bytes: Uint8Array): DeviceMarks | undefined {
  if (bytes.length > DEVICE_BYTES) return undefined;
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === SPACE) end--;
  try {
    return DeviceMarks.safeParse(parseCanonical(bytes.subarray(0, end))).data;
  } catch {
    return undefined;
  }
}

/** The marks among the files of a bid, of a length that they have. */
export const deviceFileOf = <F extends { readonly name: string; readonly size: number }>(
  files: readonly F[],
): F | undefined => files.find(({ name, size }) => name === DEVICE_FILE && size <= DEVICE_BYTES);

/** One mark as it is told: its values, or that the program was not offered any. */
export const markOrWithheld = ({ source, marks }: DeviceMarks, kind: DeviceKind): string =>
  marks[kind]?.join("、") ?? SOURCES[source].withheld;

/** Every mark with its name, and the law's items that could not be read. */
export function markRows(device: DeviceMarks): readonly (readonly [name: string, text: string])[] {
  return (Object.keys(DEVICE_KINDS) as DeviceKind[])
    .filter((kind) => device.marks[kind] || NAMED.some((named) => named === kind))
    .map((kind) => [DEVICE_KINDS[kind], markOrWithheld(device, kind)]);
}

export const sourceName = ({ source }: DeviceMarks): string => SOURCES[source].name;

/** Addresses that software gives itself are alike on many computers: they tell nothing. */
const isTellingMac = (mac: string): boolean =>
  /^[0-9A-F]{2}(:[0-9A-F]{2}){5}$/.test(mac) &&
  (Number.parseInt(mac.slice(0, 2), 16) & 3) === 0 &&
  !/^00(:00){5}$/.test(mac);

/** The same mark in several bids of a lot. */
export interface SameMark {
  readonly kind: DeviceKind;
  readonly value: string;
  readonly bidIds: readonly string[];
}

/** Marks that stand in more than one bid (R-5.5.11, H1 and H3 of the similarity analysis). */
export function sameMarks(
  bids: readonly { readonly bidId: string; readonly device?: DeviceMarks | null | undefined }[],
): SameMark[] {
  const places = new Map<string, SameMark & { readonly bidIds: string[] }>();
  for (const { bidId, device } of bids)
    for (const kind of TELLING)
      for (const mark of new Set(device?.marks[kind] ?? [])) {
        if (kind === "mac" && !isTellingMac(mark)) continue;
        const place = places.get(`${kind} ${mark}`) ?? { kind, value: mark, bidIds: [] };
        place.bidIds.push(bidId);
        places.set(`${kind} ${mark}`, place);
      }
  return [...places.values()].filter(({ bidIds }) => bidIds.length > 1);
}

/** What the committee reads of a bid: evidence and no verdict (IR40(2) asks who prepared, not on which computer). */
export function deviceFindings(
  bids: readonly { readonly bidId: string; readonly name: string; readonly device?: DeviceMarks | null | undefined }[],
): ReadonlyMap<string, readonly string[]> {
  const nameOf = new Map(bids.map(({ bidId, name }) => [bidId, name]));
  const findings = new Map<string, string[]>();
  for (const { kind, value: mark, bidIds } of sameMarks(bids))
    for (const bidId of bidIds) {
      const others = bidIds.filter((id) => id !== bidId).map((id) => `“${nameOf.get(id)}”`);
      findings.set(bidId, [
        ...(findings.get(bidId) ?? []),
        `${DEVICE_KINDS[kind]}与${others.join("、")}的投标文件相同：${mark}。`,
      ]);
    }
  return findings;
}
