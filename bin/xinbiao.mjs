#!/usr/bin/env node
// The sources run as they are: tsx compiles on the way, by the project's own settings wherever the command is called from.
import { fileURLToPath } from "node:url";

// Whoever reads the output may stop reading: that is no fault of the command.
process.stdout.on("error", (error) => {
  if (error.code !== "EPIPE") throw error;
});
process.env.TSX_TSCONFIG_PATH ??= fileURLToPath(new URL("../tsconfig.json", import.meta.url));
const { register } = await import("tsx/esm/api");
register();
const { main } = await import("../src/cli/main.ts");
process.exitCode = await main(process.argv.slice(2));
