import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { ClockOffset } from "@/ports/clock-offset";

/**
 * Offset of the database host's clock as the host's own time service measured it: `DATA_DIR/clock-offset.json`
 * `{"offsetMs": 12}`, written by a probe of the operator (for example from `chronyc tracking`). Without the file the
 * offset counts as 0.
 */
export function fileClockOffset(dataDir: string): ClockOffset {
  const path = join(dataDir, "clock-offset.json");
  let known = { at: 0, value: 0 };
  return {
    currentMs() {
      try {
        const { mtimeMs } = statSync(path);
        if (mtimeMs !== known.at) {
          const { offsetMs } = JSON.parse(readFileSync(path, "utf8")) as { offsetMs?: unknown };
          known = {
            at: mtimeMs,
            value: typeof offsetMs === "number" && Number.isFinite(offsetMs) ? offsetMs : known.value,
          };
        }
        return known.value;
      } catch {
        return 0;
      }
    },
  };
}
