import { join } from "node:path";

/** What every outside program is told by its surroundings. */
export interface OutsideSettings {
  readonly port: number;
  /** The program's own folder. */
  readonly folder: string;
  readonly clockUrl: string | undefined;
  /** Base address of the certification authorities, for programs that need a certificate. */
  readonly caUrl: string | undefined;
}

export function outsideSettings(program: string, source: NodeJS.ProcessEnv = process.env): OutsideSettings {
  const port = Number(source.PROCESS_PORT);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error("PROCESS_PORT 须为端口号");
  return {
    port,
    folder: join(source.OUTSIDE_DATA_DIR ?? ".data/outside", program),
    clockUrl: source.CLOCK_DATABASE_URL || undefined,
    caUrl: source.OUTSIDE_CA_URL || undefined,
  };
}

/** Runs until the process is told to stop; the port is printed so that the launcher knows it. */
export function untilStopped(url: string, close: () => Promise<void>): void {
  console.log(`READY ${url}`);
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => void close().finally(() => process.exit(0)));
  }
}
