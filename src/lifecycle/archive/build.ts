import { createHash, randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eq } from "drizzle-orm";
import { z } from "zod";
import { base64url, fromBase64url, hex, utf8 } from "@/core/bytes";
import { type CanonicalValue, encodeCanonical } from "@/core/canonical-json";
import { Refused, refuse } from "@/core/refusal";
import { sha256 } from "@/crypto/sha256";
import { type Statement, signStatement } from "@/crypto/statement";
import { openZipWriter, type ZipWriter } from "@/documents/zip-write";
import { byService, defineServiceCommand, type Runtime, type SiteFacts } from "@/kit/command";
import type { Tx } from "@/kit/db/connect";
import { inContext, legalNow } from "@/kit/db/context";
import { lockLot, readLot } from "@/lifecycle/lot/queries";
import { hasReached } from "@/lifecycle/lot/states";
import { insertFile, type StoredObject } from "@/platform/file/commands";
import { type ArchiveFacts, collectArchive } from "./collect";
import { plannedItems } from "./contents";
import { indexPage } from "./index-page";
import type { PlannedItem } from "./planned-item";
import { missingFromArchive } from "./rules";
import {
  ARCHIVE_FORMAT,
  ARCHIVE_STATEMENT_FORMAT,
  type ArchiveItem,
  type ArchiveManifest,
  MANIFEST,
  MANIFEST_STATEMENT,
  RULESET,
} from "./schema";
import { archives } from "./tables";

const TIMESTAMP_MS = 10_000;

interface Built {
  readonly object: StoredObject;
  readonly manifestHash: string;
  readonly statement: Statement;
  readonly itemCount: number;
  readonly builtAt: Date;
}

async function isBuilt(tx: Tx, lotId: string): Promise<boolean> {
  return (await tx.select({ lotId: archives.lotId }).from(archives).where(eq(archives.lotId, lotId))).length > 0;
}

/**
 * Builds the archive package (归档包) of an awarded lot, once: complete, signed, readable and verifiable without the
 * platform. An incomplete one is refused with the names of what is missing.
 */
export const buildArchive = defineServiceCommand({
  name: "archive.build",
  input: z.object({ lotId: z.uuid() }),
  may: byService,
  async prepare(runtime, actor, { lotId }): Promise<Built | undefined> {
    const found = await inContext(runtime.db, actor, async (tx) => {
      const lot = await readLot(tx, lotId);
      if (!hasReached(lot.state, "A3") || (await isBuilt(tx, lotId))) return undefined;
      return { facts: await collectArchive(tx, lotId), now: await legalNow(tx) };
    });
    return found ? build(runtime, found.facts, found.now) : undefined;
  },
  async run({ tx, site, prepared, now }, { lotId }) {
    const lot = await lockLot(tx, lotId, "update");
    if (!hasReached(lot.state, "A3")) throw new Refused(refuse("too_early", "archive.too_early"));
    if (await isBuilt(tx, lotId)) throw new Refused(refuse("conflict", "archive.built_before"));
    if (!prepared) throw new Refused(refuse("conflict", "general.changed_meanwhile"));
    const { object, manifestHash, statement, itemCount, builtAt } = prepared;
    const name = `归档包-${lot.code}.zip`;
    const fileId = await insertFile(tx, {
      ...object,
      siteId: site.id,
      lotId,
      kind: "archive",
      scope: "archive",
      name,
      mediaType: "application/zip",
      at: now,
    });
    await tx
      .insert(archives)
      .values({ lotId, siteId: site.id, fileId, manifestHash, statement, itemCount, ruleset: RULESET, builtAt });
    return {
      result: { fileId },
      trail: [
        {
          action: "archive.built",
          subject: lot.code,
          lotId,
          chain: `project:${lot.tenderProjectId}`,
          facts: { manifestHash, items: itemCount, sha256: object.sha256 },
        },
      ],
    };
  },
});

async function build(runtime: Runtime, facts: ArchiveFacts, now: Date): Promise<Built> {
  const planned = [...plannedItems(facts, runtime.ports.storage), ...(await trustItems(runtime, now))];
  const missing = missingFromArchive(
    {
      state: facts.lot.state,
      ...facts.tender.regime,
      notices: facts.notices.map(({ number }) => number),
      documents: facts.documents.map(({ version }) => version.version),
      secondOpening: facts.tender.regime.envelopes === 2,
      packages: facts.bids.map(({ bid }) => bid.sealHash),
      opened: facts.bids
        .filter(({ openings }) => openings.some(({ state }) => state === "decrypted"))
        .map(({ bid }) => bid.sealHash),
    },
    planned.map(({ path }) => path),
  );
  if (missing.length) throw new Refused(refuse("conflict", "archive.incomplete", { missing: missing.join("、") }));
  const folder = await mkdtemp(join(tmpdir(), "xinbiao-archive-"));
  try {
    const path = join(folder, "archive.zip");
    const zip = await openZipWriter(path);
    const sealed = await writeAll(zip, planned, runtime, facts, now).catch(async (error: unknown) => {
      await zip.abandon();
      throw error;
    });
    const sizeBytes = await zip.finish();
    const storageKey = `files/${randomUUID()}`;
    const hash = createHash("sha256");
    await runtime.ports.storage.put(storageKey, hashed(createReadStream(path), hash), sizeBytes);
    return { ...sealed, object: { storageKey, sizeBytes, sha256: hash.digest("hex") }, builtAt: now };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function* hashed(source: AsyncIterable<Uint8Array>, hash: { update(bytes: Uint8Array): unknown }) {
  for await (const part of source) {
    hash.update(part);
    yield part;
  }
}

/** What signatures are judged by without asking anybody: both trust lists, and the revocation lists of this hour. */
async function trustItems({ site, ports }: Runtime, now: Date): Promise<PlannedItem[]> {
  const crls = await ports.revocation.lists(site.crlUrls, now);
  // Without all lists nobody could tell later whether a signer had been revoked: better a day late than without proof.
  if (crls.length < site.crlUrls.length) throw new Refused(refuse("unavailable", "archive.lists_missing"));
  const item = (path: string, title: string, bytes: Uint8Array): PlannedItem => ({
    path,
    title,
    catalogue: "N",
    open: async () => [bytes],
  });
  const pem = (certificates: readonly string[]) =>
    utf8(`${certificates.map((certificate) => certificate.trim()).join("\n")}\n`);
  return [
    item("trust/site.pem", "信任列表", pem(site.trustList)),
    item("trust/timestamp.pem", "时间戳信任列表", pem(site.timestampTrust)),
    ...crls.map((crl, i) => item(`trust/list-${i + 1}.crl`, `证书吊销列表 ${i + 1}`, crl)),
  ];
}

async function writeAll(
  zip: ZipWriter,
  planned: readonly PlannedItem[],
  runtime: Runtime,
  facts: ArchiveFacts,
  now: Date,
) {
  const items: ArchiveItem[] = [];
  const add = async ({ path, title, catalogue, open }: PlannedItem) => {
    items.push({ path, title, catalogue, ...(await zip.add(path, await open())) });
  };
  for (const item of planned) await add(item);
  const head = manifestHead(runtime.site, facts, now);
  const index = utf8(indexPage({ ...head, items }));
  await add({ path: "index.html", title: "归档目录", catalogue: "N", open: async () => [index] });
  const manifest = encodeCanonical({
    format: ARCHIVE_FORMAT,
    ...head,
    items,
  } satisfies ArchiveManifest as CanonicalValue);
  await zip.add(MANIFEST, [manifest]);
  const manifestHash = hex(sha256(manifest));
  const statement = await signManifest(
    runtime,
    { lot: facts.lot.code, manifestHash, items: items.length, builtAt: now.toISOString() },
    now,
  );
  await zip.add(MANIFEST_STATEMENT, [utf8(`${JSON.stringify(statement)}\n`)]);
  return { manifestHash, statement, itemCount: items.length };
}

function manifestHead(
  site: SiteFacts,
  { lot, tender, tenderer, agency }: ArchiveFacts,
  now: Date,
): Omit<ArchiveManifest, "format" | "items"> {
  const party = ({ name, creditCode }: { name: string; creditCode: string }) => ({ name, creditCode });
  return {
    lot: { id: lot.id, code: lot.code, name: lot.name, state: lot.state },
    tender: {
      id: tender.id,
      code: tender.code,
      name: tender.name,
      tenderer: party(tenderer),
      ...(agency ? { agency: party(agency) } : {}),
    },
    platform: {
      code: site.platformCode,
      name: site.name,
      host: site.host,
      operator: { name: site.operatorName, creditCode: site.operatorCreditCode },
    },
    ruleset: RULESET,
    builtAt: now.toISOString(),
  };
}

async function signManifest(
  { site, ports }: Runtime,
  content: { lot: string; manifestHash: string; items: number; builtAt: string },
  now: Date,
): Promise<Statement> {
  const payload = { format: ARCHIVE_STATEMENT_FORMAT, platform: site.platformCode, ...content };
  const statement = await signStatement(payload, ports.platformKeys.signerOf(site.platformCode), { signingTime: now });
  if (!site.timestampUrl) return statement;
  const token = await ports.timestamps.stamp(
    site.timestampUrl,
    site.timestampTrust,
    fromBase64url(statement.payload),
    TIMESTAMP_MS,
  );
  return token ? { ...statement, tst: base64url(token) } : statement;
}
