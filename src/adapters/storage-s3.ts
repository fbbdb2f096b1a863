import { Readable } from "node:stream";
import { Client, S3Error } from "minio";
import { assertKey, readAll, type Storage, StorageError } from "@/ports/storage";

export interface S3Options {
  /** e.g. `http://127.0.0.1:9000` */
  readonly endpoint: string;
  readonly accessKey: string;
  readonly secretKey: string;
  readonly bucket: string;
  readonly region: string;
}

const codeOf = (error: unknown) => (error instanceof S3Error ? error.code : (error as NodeJS.ErrnoException)?.code);
const missing = (error: unknown) => ["NoSuchKey", "NotFound", "NoSuchObject"].includes(String(codeOf(error)));

/**
 * Any S3 store. A key is used once: it is looked up before it is written, and ours are random, so that two writers never
 * meet; what is stored is measured again afterwards, because a store may answer before it has everything.
 */
export function s3Storage(options: S3Options): Storage {
  const url = new URL(options.endpoint);
  const client = new Client({
    endPoint: url.hostname,
    port: Number(url.port) || (url.protocol === "https:" ? 443 : 80),
    useSSL: url.protocol === "https:",
    accessKey: options.accessKey,
    secretKey: options.secretKey,
    region: options.region,
    pathStyle: true,
    partSize: 16 * 1024 * 1024,
  });
  const { bucket } = options;
  const sizeOf = async (key: string) => {
    try {
      return (await client.statObject(bucket, key)).size;
    } catch (error) {
      if (missing(error)) return undefined;
      throw new StorageError("unavailable", "the store did not answer", { cause: error });
    }
  };
  return {
    async put(key, body, sizeBytes) {
      assertKey(key);
      if ((await sizeOf(key)) !== undefined) throw new StorageError("exists", "written before");
      let seen = 0;
      async function* counted() {
        for await (const part of body) {
          seen += part.length;
          if (seen > sizeBytes) throw new StorageError("size", "more bytes than declared");
          yield part;
        }
        if (seen !== sizeBytes) throw new StorageError("size", "fewer bytes than declared");
      }
      try {
        // Our units are at most 8 MiB: one request each, so that nothing half-written can ever be listed.
        const payload =
          sizeBytes <= 16 * 1024 * 1024 ? Buffer.from(await readAll(counted())) : Readable.from(counted());
        await client.putObject(bucket, key, payload, sizeBytes);
      } catch (error) {
        if (error instanceof StorageError) throw error;
        throw new StorageError("unavailable", "could not be written", { cause: error });
      }
      if ((await sizeOf(key)) !== sizeBytes) throw new StorageError("unavailable", "the store kept another length");
    },
    async get(key, range) {
      assertKey(key);
      if (range && range.length === 0) return (async function* () {})();
      try {
        return range
          ? await client.getPartialObject(bucket, key, range.start, range.length)
          : await client.getObject(bucket, key);
      } catch (error) {
        if (missing(error)) throw new StorageError("missing", "no such object");
        throw new StorageError("unavailable", "the store did not answer", { cause: error });
      }
    },
    async size(key) {
      assertKey(key);
      return sizeOf(key);
    },
    async remove(key) {
      assertKey(key);
      await client.removeObject(bucket, key);
    },
    async *keys() {
      try {
        for await (const { name } of client.listObjectsV2(bucket, "", true)) if (name) yield name as string;
      } catch (error) {
        throw new StorageError("unavailable", "the store did not answer", { cause: error });
      }
    },
    async check() {
      try {
        if (!(await client.bucketExists(bucket))) await client.makeBucket(bucket, options.region);
      } catch (error) {
        throw new StorageError("unavailable", "the store does not answer", { cause: error });
      }
    },
  };
}
