import { createHash } from "node:crypto";
import { fromUtf8 } from "@/core/bytes";
import { parseCanonical } from "@/core/canonical-json";
import { formatInstant } from "@/core/time";
import type { ZipReader } from "@/documents/zip-read";
import { missingFromArchive } from "@/lifecycle/archive/rules";
import {
  ARCHIVE_STATEMENT_FORMAT,
  ArchiveManifest,
  MANIFEST,
  MANIFEST_STATEMENT,
  StatementJson,
} from "@/lifecycle/archive/schema";
import type { LotState } from "@/lifecycle/lot/states";
import type { Findings } from "./findings";
import { ProjectItem } from "./items";
import { hashOf, type Judge } from "./judge";
import type { OpenArchive } from "./open-archive";

/** A token given later than this after the archive was built says little about when it was built. */
const TIMESTAMP_TOLERANCE_MS = 3_600_000;

export async function readManifest(zip: ZipReader): Promise<ArchiveManifest> {
  return ArchiveManifest.parse(parseCanonical(await zip.bytes(MANIFEST)));
}

/** Signature of the platform and time stamp over the manifest. */
export async function checkManifestSignature(
  zip: ZipReader,
  manifest: ArchiveManifest,
  judge: Judge,
  findings: Findings,
): Promise<void> {
  const builtAt = new Date(manifest.builtAt);
  const read = async () => StatementJson.parse(JSON.parse(fromUtf8(await zip.bytes(MANIFEST_STATEMENT))));
  await findings.check("归档清单由平台签名", async (problem) => {
    const { payload, creditCode, signer } = await judge.statement(await read(), builtAt);
    const expected = {
      format: ARCHIVE_STATEMENT_FORMAT,
      platform: manifest.platform.code,
      lot: manifest.lot.code,
      manifestHash: hashOf(await zip.bytes(MANIFEST)),
      items: manifest.items.length,
      builtAt: manifest.builtAt,
    };
    for (const [member, value] of Object.entries(expected))
      if (payload[member] !== value) problem(`${MANIFEST} 与平台签名的 ${member} 不符`);
    if (creditCode !== manifest.platform.operator.creditCode) problem("签名人不是清单所列的平台运营机构");
    return `${signer.subject.display}，${formatInstant(builtAt)}`;
  });
  const statement = await read().catch(() => undefined);
  if (statement && !statement.tst) return findings.note("归档清单没有时间戳：归档时时间戳服务没有答复");
  await findings.check("归档清单的时间戳", async (problem) => {
    const at = statement && (await judge.timestamp(statement));
    if (!at) return undefined;
    if (Math.abs(at.getTime() - builtAt.getTime()) > TIMESTAMP_TOLERANCE_MS) problem("时间戳与归档时间相差过大");
    return formatInstant(at);
  });
}

/** Every item is there, unchanged, and nothing else is. */
export async function checkItems(zip: ZipReader, { items }: ArchiveManifest, findings: Findings): Promise<void> {
  await findings.check("归档包中每个文件与清单一致，没有多余的文件", async (problem) => {
    const listed = new Set([MANIFEST, MANIFEST_STATEMENT, ...items.map(({ path }) => path)]);
    for (const name of zip.entries.keys()) if (!listed.has(name)) problem(`${name} 不在清单内`);
    if (listed.size !== items.length + 2) problem("清单中有重复的文件");
    for (const { path, sha256, size } of items) {
      const entry = zip.entries.get(path);
      if (!entry) {
        problem(`缺少 ${path}`);
        continue;
      }
      const hash = createHash("sha256");
      for await (const part of zip.read(path)) hash.update(part);
      if (entry.size !== size || hash.digest("hex") !== sha256) problem(`${path} 被改动`);
    }
    return `${items.length} 个文件`;
  });
}

/** The catalogue is complete for such a lot; what was received and published is asked from the trail, not from the archive. */
export async function checkCompleteness(archive: OpenArchive, findings: Findings): Promise<void> {
  await findings.check("归档目录完整", async (problem) => {
    const { regime } = (await archive.json("project/project.json", ProjectItem)).tenderProject;
    const received =
      archive.trails?.sealed.filter(({ action }) => action === "bid.submitted" || action === "bid.replaced") ?? [];
    const published =
      archive.trails?.project.filter(
        ({ action }) => action === "notice.published" || action === "candidates.published",
      ) ?? [];
    const missing = missingFromArchive(
      {
        state: archive.manifest.lot.state as LotState,
        ...regime,
        notices: published.map(({ subject }) => subject),
        documents: (await archive.documents()).map(({ version }) => version),
        secondOpening: regime.envelopes === 2,
        packages: received.map(({ facts }) => String(facts.sealHash)),
        opened: (await archive.record()).payload.rows
          .filter(({ outcome }) => outcome === "decrypted")
          .map(({ sealHash }) => sealHash),
      },
      [...archive.zip.entries.keys()],
    );
    for (const item of missing) problem(`缺少 ${item}`);
    return undefined;
  });
}
