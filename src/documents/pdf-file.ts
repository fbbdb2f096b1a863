import { type Bytes, concat } from "@/core/bytes";
import { type PdfDictionary, PdfError, PdfReader, type PdfValue } from "./pdf-objects";

/** One revision: what one save, or one signature, added. */
export interface Revision {
  /** Where its cross-reference table begins. */
  readonly xref: number;
  /** Right after its `%%EOF`, without the end of line. */
  readonly end: number;
  readonly offsets: ReadonlyMap<number, number>;
  readonly freed: readonly number[];
  readonly trailer: PdfDictionary;
}

const MAX_REVISIONS = 200;

/** Two stretches of the file, as offset and length each: what a signature covers. */
export type ByteRange = readonly [number, number, number, number];

export const coveredBytes = (pdf: Uint8Array, [a, b, c, d]: ByteRange): Bytes =>
  concat(pdf.subarray(a, a + b), pdf.subarray(c, c + d));

/** A PDF file as a list of revisions, oldest first. */
export class PdfFile {
  readonly reader: PdfReader;
  readonly revisions: readonly Revision[];

  /** @throws PdfError when the file is not built from classic cross-reference tables that follow one another. */
  constructor(readonly bytes: Uint8Array) {
    const { buffer, byteOffset, length } = bytes;
    this.reader = new PdfReader(Buffer.from(buffer, byteOffset, length).toString("latin1"));
    if (!this.text.startsWith("%PDF-1.") && !this.text.startsWith("%PDF-2.")) throw new PdfError("not a PDF");
    this.revisions = this.readRevisions();
  }

  get text(): string {
    return this.reader.text;
  }

  get last(): Revision {
    return this.revisions[this.revisions.length - 1]!;
  }

  /** The object as it is from the given revision's view; undefined when there is none. @throws PdfError */
  object(id: number, upTo = this.revisions.length - 1): { value: PdfValue; isStream: boolean } | undefined {
    for (let i = upTo; i >= 0; i--) {
      const revision = this.revisions[i]!;
      if (revision.freed.includes(id)) return undefined;
      const offset = revision.offsets.get(id);
      if (offset !== undefined) return this.reader.object(offset, id);
    }
    return undefined;
  }

  /** A dictionary behind a reference, or the dictionary itself. @throws PdfError */
  dictionary(value: PdfValue | undefined, upTo = this.revisions.length - 1): PdfDictionary {
    const found = value?.kind === "reference" ? this.object(value.id, upTo)?.value : value;
    if (found?.kind !== "dictionary") throw new PdfError("dictionary expected");
    return found;
  }

  private readRevisions(): Revision[] {
    const tail = /startxref\s+(\d+)\s+%%EOF\s*$/.exec(this.text.slice(-200));
    if (!tail) throw new PdfError("no end of file");
    const found: Revision[] = [];
    let at: number | undefined = Number(tail[1]);
    let below = this.text.length;
    while (at !== undefined) {
      // Each table lies before the one that names it: no loops, no tables out of order.
      if (at >= below || found.length >= MAX_REVISIONS) throw new PdfError("cross-reference tables out of order");
      const revision = this.readRevision(at);
      found.push(revision);
      below = at;
      const previous = revision.trailer.entries.get("Prev");
      if (previous && previous.kind !== "number") throw new PdfError("wrong Prev");
      at = previous?.value;
    }
    return found.reverse();
  }

  private readRevision(xref: number): Revision {
    const start = /^\s?xref\b/.exec(this.text.slice(xref, xref + 6));
    if (!start) throw new PdfError("no classic cross-reference table");
    const offsets = new Map<number, number>();
    const freed: number[] = [];
    let at = this.reader.skip(xref + start[0].length);
    while (!this.text.startsWith("trailer", at)) {
      const section = /^(\d+) (\d+)[ \r]*\n/.exec(this.text.slice(at, at + 40));
      if (!section) throw new PdfError("cross-reference section expected");
      at += section[0].length;
      const [first, count] = [Number(section[1]), Number(section[2])];
      for (let i = 0; i < count; i++, at += 20) {
        const entry = /^(\d{10}) (\d{5}) ([nf])(?: \r| \n|\r\n)$/.exec(this.text.slice(at, at + 20));
        if (!entry) throw new PdfError("cross-reference entry expected");
        const id = first + i;
        if (offsets.has(id) || freed.includes(id)) throw new PdfError(`object ${id} stands twice in one table`);
        if (entry[3] === "n") offsets.set(id, Number(entry[1]));
        else if (id !== 0) freed.push(id);
      }
      at = this.reader.skip(at);
    }
    const trailer = this.reader.value(at + 7);
    if (trailer.kind !== "dictionary") throw new PdfError("trailer expected");
    for (const key of ["XRefStm", "Encrypt"])
      if (trailer.entries.has(key)) throw new PdfError(`${key} is not supported`);
    const end = /^\s*startxref\s+(\d+)\s+%%EOF/.exec(this.text.slice(trailer.end, trailer.end + 100));
    if (!end || Number(end[1]) !== xref) throw new PdfError("startxref does not name its table");
    return { xref, end: trailer.end + end[0].length, offsets, freed, trailer };
  }
}
