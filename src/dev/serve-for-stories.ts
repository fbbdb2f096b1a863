import { mkdirSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { writeWhole } from "@/outside/journal";
import { readEnvironment } from "@/server/env";
import { printFailure } from "./failure";
import { type Installation, startInstallation } from "./launch";
import { portsBeside } from "./ports";

/**
 * The installation that the stories of `e2e` play on: free ports, a data folder of its own, the seeded world.
 * Told where to say so (`STORIES_FILE`), it writes down everything a story needs to know when it is ready.
 */
const file = process.env.STORIES_FILE;
const dataDir = process.env.STORIES_DATA_DIR;
if (!file || !dataDir) throw new Error("STORIES_FILE and STORIES_DATA_DIR are needed");

let installation: Installation | undefined;
const stop = async () => {
  await installation?.stop();
  process.exit(0);
};
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void stop());
process.once("disconnect", () => void stop());

try {
  rmSync(dataDir, { recursive: true, force: true });
  mkdirSync(dataDir, { recursive: true });
  const settings = {
    ...readEnvironment({ ...process.env, PORT: "", DATABASE_URL: "", S3_ENDPOINT: "" }),
    PORT: 0,
    DATA_DIR: dataDir,
    DEMO: "1" as const,
  };
  let roles: unknown;
  installation = await startInstallation({
    settings,
    portsFrom: Number(process.env.STORIES_PORTS) || portsBeside(),
    say: (line) => console.log(`[installation] ${line}`),
    seed: async (input) => {
      const { seedWorld } = await import("./scenarios/world");
      ({ roles } = await seedWorld(input));
    },
  });
  const { url, ports, urls, outside } = installation;
  const facts = { url, ports, urls, outside, dataDir: resolve(dataDir), roles };
  writeWhole(join(file, ".."), file.split("/").pop()!, JSON.stringify(facts, null, 2));
  process.send?.("ready");
} catch (error) {
  printFailure(error);
  process.exit(1);
}
