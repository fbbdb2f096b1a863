import { type DeviceMarks, deviceMarks } from "../device/marks";
import { SEALING_TOOL } from "../rules";

const KEY = "xinbiao-installation";

/**
 * A random name of this browser's storage, made once: bids that were sealed in one browser have it in common. It leaves the
 * browser only inside sealed packages, and is gone when the browser's data are cleared.
 */
function installation(): string[] {
  try {
    const kept = localStorage.getItem(KEY);
    if (kept && /^[0-9a-f-]{36}$/.test(kept)) return [kept];
    const made = crypto.randomUUID();
    localStorage.setItem(KEY, made);
    return [made];
  } catch {
    // A browser that keeps nothing has no such name.
    return [];
  }
}

/** What a browser honestly knows of its computer. Serial numbers and addresses of hardware are not among it. */
export const browserMarks = (): DeviceMarks =>
  deviceMarks("browser", {
    tool: [SEALING_TOOL],
    installation: installation(),
    processor: [`${navigator.hardwareConcurrency} 线程`],
    system: [navigator.platform],
    browser: [navigator.userAgent],
    screen: [`${screen.width}×${screen.height}`],
    zone: [Intl.DateTimeFormat().resolvedOptions().timeZone],
  });
