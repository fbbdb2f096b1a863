import { z } from "zod";
import { Refused, refuse } from "@/core/refusal";
import { type ApartReading, readPdfApart } from "@/documents/pdf-apart";
import { hasWords } from "@/documents/pdf-text";
import { byService, defineServiceCommand } from "@/kit/command";
import { inContext } from "@/kit/db/context";
import { findingsOfPage, MOST_FINDINGS, type PageFinding } from "@/lifecycle/law/lint-pages";
import { fileOf, readingsOf } from "@/platform/file/queries";
import { fileTexts } from "@/platform/file/tables";
import { readAll } from "@/ports/storage";

/**
 * Looks through the wording of a file of the tender document (R-5.4.11, IR32) and keeps the sentences that the rules find,
 * with their pages; the rest of the text is forgotten. A file is read once: it never changes.
 *
 * @param read - how the bytes are read; what people upload is read in a process of its own.
 */
export const readingBy = (read: (bytes: Uint8Array) => Promise<ApartReading>) =>
  defineServiceCommand({
    name: "notice.read-file",
    input: z.object({ fileId: z.uuid() }),
    may: byService,
    async prepare({ db, ports }, actor, { fileId }) {
      const { file, known } = await inContext(db, actor, async (tx) => {
        const file = await fileOf(tx, fileId);
        return { file, known: (await readingsOf(tx, [file]))[0] };
      });
      if (!known) throw new Refused(refuse("not_found", "general.not_found"));
      if (known.text) throw new Refused(refuse("conflict", "general.changed_meanwhile"));
      const reading = await read(await readAll(await ports.storage.get(file.storageKey)));
      if (reading.state === "unreadable") return { ...reading, pages: 0, wordless: [], findings: [] };
      const { pages, isWhole } = reading;
      return {
        state: reading.state,
        reason: isWhole ? null : "cut",
        pages: pages.length,
        wordless: pages.flatMap((text, i) => (hasWords(text) ? [] : [i + 1])),
        findings: await findingsOf(pages),
      };
    },
    async run({ tx, site, now, prepared }, { fileId }) {
      const [kept] = await tx
        .insert(fileTexts)
        .values({ fileId, siteId: site.id, ...prepared, at: now })
        .onConflictDoNothing()
        .returning({ fileId: fileTexts.fileId });
      if (!kept) throw new Refused(refuse("conflict", "general.changed_meanwhile"));
      const { state, pages } = prepared;
      return {
        result: { state },
        trail: [{ action: "file.read", subject: fileId, chain: "site", facts: { state, pages } }],
      };
    },
  });

export const readTenderFile = readingBy(readPdfApart);

/** A page at a time: what else the process does is not kept waiting by five hundred. */
async function findingsOf(pages: readonly string[]): Promise<PageFinding[]> {
  const findings: PageFinding[] = [];
  for (const [i, text] of pages.entries()) {
    findings.push(...findingsOfPage(i + 1, text));
    if (findings.length >= MOST_FINDINGS) break;
    await new Promise((done) => setImmediate(done));
  }
  return findings.slice(0, MOST_FINDINGS);
}
