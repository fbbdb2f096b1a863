import type { z } from "zod";
import { fromUtf8 } from "@/core/bytes";
import { parseCanonical } from "@/core/canonical-json";
import type { Statement } from "@/crypto/statement";
import type { ZipReader } from "@/documents/zip-read";
import type { ArchiveManifest } from "@/lifecycle/archive/schema";
import { TenderDocumentContent } from "@/lifecycle/tender-document/schema";
import { BidItem, ClosingItem, ClosingPayload, NoticeItem, RecordItem, SheetsItem } from "./items";
import { digestOf, hashOf, type Judge, type Proved, Unproved } from "./judge";
import type { Trails } from "./trail-check";

/** Lines of JSON are read up to this length. */
const MAX_LINE_CHARACTERS = 4_000_000;

export interface DocumentVersion {
  readonly version: number;
  readonly digest: string;
  readonly content: TenderDocumentContent;
  readonly files: readonly { readonly name: string; readonly sha256: string; readonly size: number }[];
}

/** An archive whose manifest has been read: items by name, parsed on demand, and what several checks share. */
export class OpenArchive {
  /** Set by the check of the trails. */
  trails: Trails | undefined;

  constructor(
    readonly zip: ZipReader,
    readonly manifest: ArchiveManifest,
    readonly judge: Judge,
  ) {}

  has(path: string): boolean {
    return this.zip.entries.has(path);
  }

  paths(prefix: string): string[] {
    return [...this.zip.entries.keys()].filter((path) => path.startsWith(prefix));
  }

  /** @throws Unproved naming the item that is not what it should be. */
  async json<S extends z.ZodType>(path: string, schema: S): Promise<z.output<S>> {
    const parsed = schema.safeParse(JSON.parse(fromUtf8(await this.zip.bytes(path))));
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    throw new Unproved(`${path} 的内容不符合规定：${issue?.path.join(".") ?? ""} ${issue?.message ?? ""}`);
  }

  /** Lines of a JSON Lines item, one after another. */
  async *lines(path: string): AsyncGenerator<unknown> {
    const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    let rest = "";
    for await (const bytes of this.zip.read(path)) {
      const parts = (rest + decoder.decode(bytes, { stream: true })).split("\n");
      rest = parts.pop() ?? "";
      if (rest.length > MAX_LINE_CHARACTERS) throw new Unproved(`${path} 有过长的行`);
      for (const part of parts) yield JSON.parse(part);
    }
    if (rest + decoder.decode()) throw new Unproved(`${path} 最后一行不完整`);
  }

  /** Hash of an item by the manifest, which the items were compared with. */
  hashOf(path: string): string | undefined {
    return this.manifest.items.find((item) => item.path === path)?.sha256;
  }

  /** A person's consent to exactly this act. @throws Unproved */
  async act(
    statement: Statement,
    at: Date,
    expected: { act: string; digest: string; subject?: string },
  ): Promise<Proved> {
    const proved = await this.judge.statement(statement, at);
    const wanted = {
      format: "xinbiao-act/1",
      subject: this.manifest.lot.code,
      origin: this.manifest.platform.host,
      ...expected,
    };
    for (const [member, value] of Object.entries(wanted)) {
      if (proved.payload[member] !== value) throw new Unproved(`签名声明的 ${member} 与所归档的内容不符`);
    }
    return proved;
  }

  /** Tenderer or agency signed. @throws Unproved */
  requireHost({ creditCode }: Proved): void {
    const { tenderer, agency } = this.manifest.tender;
    if (creditCode !== tenderer.creditCode && creditCode !== agency?.creditCode)
      throw new Unproved("签名人不是招标人或招标代理");
  }

  /** The platform signed. @throws Unproved */
  requirePlatform({ creditCode }: Proved): void {
    if (creditCode !== this.manifest.platform.operator.creditCode) throw new Unproved("签名人不是平台");
  }

  /** Every package that was ever received. */
  async bids(): Promise<BidItem[]> {
    const found: BidItem[] = [];
    for (const path of this.paths("bids/").filter((name) => /^bids\/[0-9a-f]{64}\/bid\.json$/.test(name)))
      found.push(await this.json(path, BidItem));
    return found.sort((a, b) => (a.sealHash < b.sealHash ? -1 : 1));
  }

  async notices(): Promise<NoticeItem[]> {
    const found: NoticeItem[] = [];
    for (const path of this.paths("notices/")) found.push(await this.json(path, NoticeItem));
    return found;
  }

  /** Versions of the tender document in order; the last one was in force at the opening. */
  async documents(): Promise<DocumentVersion[]> {
    const found: DocumentVersion[] = [];
    for (const path of this.paths("documents/v").filter((name) => /^documents\/v\d+\.json$/.test(name))) {
      const bytes = await this.zip.bytes(path);
      const { version, content, files } = parseCanonical(bytes) as {
        version: number;
        content: unknown;
        files: DocumentVersion["files"];
      };
      found.push({ version, digest: hashOf(bytes), content: TenderDocumentContent.parse(content), files });
    }
    return found.sort((a, b) => a.version - b.version);
  }

  async documentInForce(): Promise<DocumentVersion> {
    const last = (await this.documents()).at(-1);
    if (!last) throw new Unproved("归档包中没有招标文件");
    return last;
  }

  async closing() {
    const { at, statement } = await this.json("opening/closing-record.json", ClosingItem);
    const proved = await this.judge.statement(statement, at);
    return { at, proved, payload: ClosingPayload.parse(proved.payload) };
  }

  record(folder = "opening") {
    return this.json(`${folder}/record.json`, RecordItem);
  }

  sheets() {
    return this.json("evaluation/sheets.json", SheetsItem);
  }
}

export const sameJson = (a: unknown, b: unknown): boolean =>
  digestOf(JSON.parse(JSON.stringify(a))) === digestOf(JSON.parse(JSON.stringify(b)));
