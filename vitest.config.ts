import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/** In CI a failing test is told once more and the run says which; elsewhere the first failure counts. */
const retry = process.env.CI ? 1 : 0;
const alias = { "@": fileURLToPath(new URL("./src", import.meta.url)) };

/** Two projects: pure tests share one module graph; database tests get a cloned database per worker. */
export default defineConfig({
  resolve: { alias },
  test: {
    projects: [
      {
        resolve: { alias },
        test: {
          name: "unit",
          sequence: { groupOrder: 0 },
          include: ["src/**/*.test.ts"],
          exclude: ["src/**/*.db.test.ts"],
          isolate: false,
          environment: "node",
          testTimeout: 20_000,
          retry,
        },
      },
      {
        resolve: { alias },
        test: {
          name: "db",
          isolate: false,
          sequence: { groupOrder: 1 },
          include: ["src/**/*.db.test.ts"],
          environment: "node",
          globalSetup: ["src/testing/database-server.ts"],
          testTimeout: 60_000,
          hookTimeout: 180_000,
          maxWorkers: 2,
          retry,
        },
      },
    ],
  },
});
