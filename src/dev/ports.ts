import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { writeWhole } from "@/outside/journal";
import { LaunchError } from "./launch-error";

/** Programs with a port of their own behind the front door, in the order of their usual ports. */
export const PORT_NAMES = [
  "web",
  "receiver",
  "ca",
  "timestamp",
  "hub",
  "mail",
  "smtp",
  "bank",
  "supervision",
  "receiver2",
] as const;
export type PortName = (typeof PORT_NAMES)[number];
export type Ports = Record<PortName, number>;

const FIRST_PORT = 7301;
/** Ports that one installation may need beside others: its programs, those that had to move, and its front door. */
const PORTS_OF_ONE = 50;
const FILE = "ports.json";

/**
 * Where the ports of an installation begin that stands beside others on this host. Below those that the system gives to
 * whoever asks: between the asking and the binding of a program another installation, or a mere connection, gets them too.
 *
 * @param nth - installations that one program starts at once ask with one `base` and a number of their own
 */
export const portsBeside = (base: number = Math.random(), nth = 0): number =>
  10_000 + ((Math.floor(base * 400) + nth) % 400) * PORTS_OF_ONE;

/** The first free port from `from` on that is not in `used`. @throws LaunchError when there is none for long */
export async function nextFree(from: number, used: ReadonlySet<number> = new Set()): Promise<number> {
  for (let port = from; port < from + 10 * PORTS_OF_ONE; port++)
    if (!used.has(port) && (await tryPort(port)) !== undefined) return port;
  throw new LaunchError(`从端口 ${from} 起没有空闲端口。请关闭占用端口的程序后再启动。`);
}

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
  from: number = FIRST_PORT,
): Promise<{ ports: Ports; moved: [number, number][] }> {
  const before = readPorts(dataDir);
  const ports = {} as Ports;
  const moved: [number, number][] = [];
  const used = new Set<number>();
  for (const [i, name] of PORT_NAMES.entries()) {
    const wanted = before[name] ?? from + i;
    const isFree = !used.has(wanted) && (await tryPort(wanted)) !== undefined;
    const port = isFree ? wanted : await nextFree(from + PORT_NAMES.length, used);
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
