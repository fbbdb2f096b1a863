import { defineConfig } from "drizzle-kit";

export default defineConfig({
  dialect: "postgresql",
  schema: ["./src/kit/tables.ts", "./src/platform/*/tables.ts", "./src/lifecycle/*/tables.ts"],
  out: "./drizzle",
  casing: "snake_case",
});
