import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { arch, cpus, hostname, networkInterfaces, platform, release } from "node:os";
import { type DeviceMarks, deviceMarks } from "@/lifecycle/bidding/device/marks";

/** Where Linux keeps what it knows of block devices, readable by everybody. */
const UDEV = "/run/udev/data";

/** Serial numbers of disks that the system tells an ordinary user; none elsewhere than on Linux. */
async function diskSerials(): Promise<string[]> {
  const names = await readdir(UDEV).catch(() => []);
  const serials: string[] = [];
  for (const name of names.filter((one) => /^b\d+:\d+$/.test(one))) {
    const text = await readFile(`${UDEV}/${name}`, "utf8").catch(() => "");
    if (!/^E:ID_TYPE=disk$/m.test(text)) continue;
    const serial = /^E:ID_SERIAL_SHORT=(.+)$/m.exec(text)?.[1];
    if (serial) serials.push(serial);
  }
  return serials;
}

/** The system's own name of itself, hashed with ours: the file asks not to be shown to others as it is. */
async function machine(): Promise<string[]> {
  const id = (await readFile("/etc/machine-id", "utf8").catch(() => "")).trim();
  return /^[0-9a-f]{32}$/.test(id) ? [createHash("sha256").update(`xinbiao device v1\0${id}`).digest("hex")] : [];
}

/**
 * What the operating system tells an ordinary user of this computer. Serial numbers of processor and memory need an
 * administrator, and are left out.
 */
export async function commandLineMarks(tool: string): Promise<DeviceMarks> {
  const outside = Object.values(networkInterfaces()).flatMap((found) =>
    (found ?? []).filter(({ internal }) => !internal),
  );
  const processors = cpus();
  return deviceMarks("command-line", {
    tool: [tool],
    disk: await diskSerials(),
    mac: outside.map(({ mac }) => mac.toUpperCase()).filter((mac) => !/^00(:00){5}$/.test(mac)),
    ip: outside.map(({ address }) => address),
    machine: await machine(),
    host: [hostname()],
    processor: processors[0] ? [`${processors[0].model.trim()}，${processors.length} 线程`] : [],
    system: [`${platform()} ${release()} ${arch()}`],
  });
}
