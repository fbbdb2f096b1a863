import { join } from "node:path";
import { httpBank } from "@/adapters/bank-http";
import { fileClockOffset } from "@/adapters/clock-offset-file";
import { filePlatformKeys } from "@/adapters/platform-keys-file";
import { httpRevocation } from "@/adapters/revocation-http";
import { fsStorage } from "@/adapters/storage-fs";
import { s3Storage } from "@/adapters/storage-s3";
import { httpTimestamps } from "@/adapters/timestamp-http";
import type { Ports, Runtime, SiteFacts } from "@/kit/command";
import { type Connection, connect } from "@/kit/db/connect";
import type { Storage } from "@/ports/storage";
import { readEnvironment, readProcessEnvironment } from "./env";

export interface Process {
  readonly connection: Connection;
  readonly ports: Ports;
  readonly dataDir: string;
  readonly databaseUrl: string;
  runtime(site: SiteFacts): Runtime;
}

/** The object store that the settings name: S3, else the data folder. */
function storage(dataDir: string): Storage {
  const { S3_ENDPOINT, S3_ACCESS_KEY, S3_SECRET_KEY, S3_BUCKET, S3_REGION } = readEnvironment();
  if (!S3_ENDPOINT) return fsStorage(join(dataDir, "objects"));
  return s3Storage({
    endpoint: S3_ENDPOINT,
    accessKey: S3_ACCESS_KEY!,
    secretKey: S3_SECRET_KEY!,
    bucket: S3_BUCKET,
    region: S3_REGION,
  });
}

/** Chooses the adapters, once per process. */
export function openPorts(dataDir: string, store: Storage = storage(dataDir)): Ports {
  return {
    storage: store,
    revocation: httpRevocation(),
    platformKeys: filePlatformKeys(dataDir),
    timestamps: httpTimestamps(),
    bank: httpBank(readEnvironment().PUBLIC_URL ?? "http://localhost:3000"),
    clockOffset: fileClockOffset(dataDir),
  };
}

/** Opens what a process needs: its database role's pool and its ports. */
export function openProcess(name: string, pool: number): Process {
  const { PROCESS_DATABASE_URL, DATA_DIR } = readProcessEnvironment();
  const connection = connect(PROCESS_DATABASE_URL, { max: pool, name });
  const ports = openPorts(DATA_DIR);
  return {
    connection,
    ports,
    dataDir: DATA_DIR,
    databaseUrl: PROCESS_DATABASE_URL,
    runtime: (site) => ({ db: connection.db, site, ports }),
  };
}
