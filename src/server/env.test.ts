import { expect, test } from "vitest";
import { readEnvironment, WrongEnvironment } from "./env";

test("defaults need no settings at all", () => {
  expect(readEnvironment({})).toMatchObject({ PORT: 3000, DATA_DIR: ".data", DEMO: "0" });
});

test("one message names every wrong variable and prints no secret", () => {
  const read = () =>
    readEnvironment({ PORT: "80000", DATABASE_URL: "mysql://user:geheim@x", S3_ENDPOINT: "ftp://x", DEMO: "yes" });
  expect(read).toThrow(WrongEnvironment);
  try {
    read();
  } catch (error) {
    const { message } = error as Error;
    for (const name of ["PORT", "DATABASE_URL", "S3_ENDPOINT", "DEMO"]) expect(message).toContain(name);
    expect(message).not.toContain("geheim");
  }
});

test("an S3 store needs its keys", () => {
  expect(() => readEnvironment({ S3_ENDPOINT: "http://127.0.0.1:9000" })).toThrow(/S3_ACCESS_KEY[\s\S]*S3_SECRET_KEY/);
});
