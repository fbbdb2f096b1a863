import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { writeWhole } from "@/outside/journal";
import { LaunchError } from "./launch-error";

/** Programs with a port of their own behind the front door, in the order of their usual ports. */
export const PORT_NAMES = ["web", "receiver", "ca", "timestamp", "hub", "mail", "smtp", "bank", "supervision"] as const;
export type PortName = (typeof PORT_NAMES)[number];
export type Ports = Record<PortName, number>;

const FIRST_PORT = 7301;
const FILE = "ports.json";

/** Binds and lets go. `any` asks the system for a port that nobody uses. */
export function tryPort(port: number | "any", host = "127.0.0.1"): Promise<number | undefined> {
  return new Promise((done) => {
    const server = createServer();
    server.once("error", () => done(undefined));
    server.listen(port === "any" ? 0 : port, host, () => {
      const { port: taken } = server.address() as { port: number };
      server.close(() => done(taken));
    });
  });
}

/** The port of the whole installation. @throws LaunchError that names PORT when it is taken. */
export async function frontPort(port: number): Promise<number> {
  const free = await tryPort(port === 0 ? "any" : port);
  if (free !== undefined) return free;
  throw new LaunchError(`端口 ${port} 已被其他程序占用。请换一个端口再启动，例如：PORT=${port + 1} npm run demo`);
}

/**
 * Ports of the programs, the same at every start of a data folder as long as they are free: addresses of the outside
 * world stand in the database.
 *
 * @returns the ports, and those that had to move since the last start.
 */
export async function innerPorts(
  dataDir: string,
  anyPorts: boolean,
): Promise<{ ports: Ports; moved: [number, number][] }> {
  const before = readPorts(dataDir);
  const ports = {} as Ports;
  const moved: [number, number][] = [];
  const used = new Set<number>();
  for (const [i, name] of PORT_NAMES.entries()) {
    const wanted = before[name] ?? (anyPorts ? undefined : FIRST_PORT + i);
    let port = wanted === undefined || used.has(wanted) ? undefined : await tryPort(wanted);
    while (port === undefined || used.has(port)) port = await tryPort("any");
    if (before[name] !== undefined && before[name] !== port) moved.push([before[name], port]);
    used.add(port);
    ports[name] = port;
  }
  writeWhole(dataDir, FILE, JSON.stringify(ports));
  return { ports, moved };
}

function readPorts(dataDir: string): Partial<Ports> {
  try {
    return JSON.parse(readFileSync(join(dataDir, FILE), "utf8")) as Partial<Ports>;
  } catch {
    return {};
  }
}
