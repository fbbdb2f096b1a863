import { readEnvironment } from "@/server/env";
import { removeDataFolder } from "../embedded-postgres";
import { printFailure } from "../failure";
import { type Installation, startInstallation } from "../launch";
import { portsBeside } from "../ports";

/** What the launcher tells whoever started it, when everything runs. */
export type Ready = Pick<Installation, "url" | "urls" | "outside">;

/**
 * The launcher as a program of its own, so that it can be killed like every other. It stops when asked to; when the one
 * who started it is gone, it also takes its data folder away.
 */
const settings = { ...readEnvironment(), DEMO: "1" as const };
const giveUp = new AbortController();
let installation: Installation | undefined;
let abandoned = false;

async function end(): Promise<void> {
  giveUp.abort();
  // Still starting: it gives up by itself, below.
  if (!installation) return;
  await installation.stop();
  leave();
}

function leave(): never {
  if (abandoned) removeDataFolder(settings.DATA_DIR);
  process.exit(0);
}

process.on("SIGTERM", () => void end());
process.on("disconnect", () => {
  abandoned = true;
  void end();
});
try {
  const started = await startInstallation({
    settings,
    portsFrom: portsBeside(),
    say: (line) => console.log(line),
    signal: giveUp.signal,
  });
  installation = started;
  if (giveUp.signal.aborted) await end();
  const { url, urls, outside } = started;
  process.send?.({ url, urls, outside } satisfies Ready);
} catch (error) {
  if (giveUp.signal.aborted) leave();
  printFailure(error);
  process.exit(1);
}
