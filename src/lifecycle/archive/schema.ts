import { z } from "zod";

/** Contents of an archive package (归档包). Specification: `public/specs/archive.md`. */
export const ARCHIVE_FORMAT = "xinbiao-archive/1";
export const ARCHIVE_STATEMENT_FORMAT = "xinbiao-archive-statement/1";
export const RULESET = "2026.1";
export const MANIFEST = "manifest.json";
export const MANIFEST_STATEMENT = "manifest.statement.json";

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const party = z.object({ name: z.string(), creditCode: z.string() });

export const StatementJson = z.object({
  payload: z.string(),
  cms: z.string(),
  /** Seal of the organisation over the same bytes, under a publication. */
  seal: z.string().optional(),
  tst: z.string().optional(),
});

export const ArchiveItem = z.object({
  path: z.string(),
  /** Chinese title, for the index. */
  title: z.string(),
  /** Letter of the archive catalogue (归档目录), A to O. */
  catalogue: z.string().regex(/^[A-O]$/),
  sha256: hash,
  /** Bytes. */
  size: z.number().int().min(0),
});
export type ArchiveItem = z.infer<typeof ArchiveItem>;

export const ArchiveManifest = z.object({
  format: z.literal(ARCHIVE_FORMAT),
  lot: z.object({ id: z.uuid(), code: z.string(), name: z.string(), state: z.string() }),
  tender: z.object({ id: z.uuid(), code: z.string(), name: z.string(), tenderer: party, agency: party.optional() }),
  platform: z.object({ code: z.string(), name: z.string(), host: z.string(), operator: party }),
  ruleset: z.string(),
  builtAt: z.iso.datetime(),
  items: z.array(ArchiveItem).max(20_000),
});
export type ArchiveManifest = z.infer<typeof ArchiveManifest>;

/** How a delivered package stands. */
export type Standing = "standing" | "replaced" | "withdrawn";

/** Where the opened files of a segment lie, from its place in the header. */
export const openedFolder = (segmentIndex: number): string =>
  segmentIndex === 0 ? "opened" : `opened-${segmentIndex + 1}`;

/** Path of a file of a tender document version, from its place in the version's manifest. */
export const documentFilePath = (version: number, index: number, name: string): string =>
  `documents/v${version}/${String(index + 1).padStart(2, "0")}-${name}`;
