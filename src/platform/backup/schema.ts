import { z } from "zod";
import { type Bytes, utf8 } from "@/core/bytes";

/** First line of a backup: who can open it, and nothing about what is in it. See `public/specs/backup.md`. */
export const FORMAT = "xinbiao-backup/1";
/** Longest first line that is read before anything is known to be true. */
export const MAX_HEAD_BYTES = 262_144;

const base64url = z.string().regex(/^[\w-]{1,2000}$/);
const fingerprint = z.string().regex(/^[0-9a-f]{64}$/);

export const BackupHead = z.object({
  format: z.literal(FORMAT),
  madeAt: z.iso.datetime(),
  /** Encryption certificates, one of each person. */
  holders: z
    .array(z.object({ name: z.string().max(200), fingerprint }))
    .min(2)
    .max(20),
  /** For every two holders the two halves of the key, each wrapped for one of them (RSA-OAEP, SHA-256). */
  pairs: z
    .array(z.object({ of: z.tuple([fingerprint, fingerprint]), halves: z.tuple([base64url, base64url]) }))
    .min(1)
    .max(190),
});
export type BackupHead = z.infer<typeof BackupHead>;

/** First entry of the archive inside. */
export const Manifest = z.object({
  /** SHA-256 of each applied migration, in order: what wrote the tables. */
  migrations: z.array(z.string()),
  tables: z.array(z.object({ name: z.string(), columns: z.array(z.string()).min(1) })),
});
export type Manifest = z.infer<typeof Manifest>;

/** Last entry: what a whole backup holds. Without it the archive was cut. */
export const Sums = z.object({
  tables: z.record(z.string(), z.object({ rows: z.int(), sha256: z.string() })),
  sequences: z.record(z.string(), z.string()),
  objects: z.object({ count: z.int(), bytes: z.int() }),
  keys: z.int(),
});
export type Sums = z.infer<typeof Sums>;

/** The head is bound to what follows: the bytes of its line are the context of the encryption. */
export const contextOf = (headLine: string): Bytes => utf8(headLine);

/** Why a backup is not taken or not restored: shown as it is. */
export class BackupError extends Error {}
