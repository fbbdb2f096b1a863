import { mkdtempSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { frontPort, innerPorts, nextFree, portsBeside } from "./ports";

async function occupy(port: number): Promise<{ port: number; close(): Promise<void> }> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(port, "127.0.0.1", done));
  const { port: taken } = server.address() as { port: number };
  return { port: taken, close: () => new Promise((done) => server.close(() => done())) };
}

test("a taken port is named, with a way out", async () => {
  const other = await occupy(0);
  await expect(frontPort(other.port)).rejects.toThrow(`PORT=${other.port + 1}`);
  await other.close();
  expect(await frontPort(other.port)).toBe(other.port);
});

test("ports stay the same from start to start; one that was taken moves, and says so", async () => {
  const folder = mkdtempSync(join(tmpdir(), "xb-ports-"));
  const from = portsBeside();
  const first = await innerPorts(folder, from);
  expect(new Set(Object.values(first.ports)).size).toBe(Object.keys(first.ports).length);
  expect(await innerPorts(folder, from)).toEqual({ ports: first.ports, moved: [] });
  const thief = await occupy(first.ports.ca);
  const { ports, moved } = await innerPorts(folder, from);
  await thief.close();
  expect(moved).toEqual([[first.ports.ca, ports.ca]]);
  expect({ ...ports, ca: 0 }).toEqual({ ...first.ports, ca: 0 });
});

test("installations that begin together have ports of their own, and none that the system gives away", async () => {
  const [one, two] = [portsBeside(0.999, 0), portsBeside(0.999, 1)];
  expect(Math.abs(one - two)).toBeGreaterThanOrEqual(50);
  for (const port of [one, two]) expect(port).toBeLessThan(32_768 - 50);
  const thief = await occupy(await nextFree(one));
  expect(await nextFree(one)).toBeGreaterThan(thief.port);
  await thief.close();
});
