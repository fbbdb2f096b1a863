import { eq, inArray } from "drizzle-orm";
import { Refused, refuse } from "@/core/refusal";
import type { Tx } from "@/kit/db/connect";
import { files, fileTexts } from "./tables";

export type StoredFile = typeof files.$inferSelect;

export async function fileOf(tx: Tx, id: string): Promise<StoredFile> {
  const [row] = await tx.select().from(files).where(eq(files.id, id));
  if (!row) throw new Refused(refuse("not_found", "general.not_found"));
  return row;
}

/** The files in the order of the ids; one that is missing is left out. */
export async function filesOf(tx: Tx, ids: readonly string[]): Promise<StoredFile[]> {
  if (!ids.length) return [];
  const rows = await tx
    .select()
    .from(files)
    .where(inArray(files.id, [...ids]));
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}

/** What the platform found in a file; nothing until it was read. */
export interface ReadFile {
  readonly name: string;
  readonly uploadedAt: Date;
  readonly text?: Pick<typeof fileTexts.$inferSelect, "findings" | "pages" | "wordless" | "reason"> & {
    state: "read" | "unreadable";
  };
}

/** Files whose wording the platform reads. */
export const isReadable = ({ mediaType }: Pick<StoredFile, "mediaType">): boolean => mediaType === "application/pdf";

/** The readings of those files that can be read, in their order. */
export async function readingsOf(tx: Tx, of: readonly StoredFile[]): Promise<ReadFile[]> {
  const readable = of.filter(isReadable);
  if (!readable.length) return [];
  const rows = await tx
    .select()
    .from(fileTexts)
    .where(
      inArray(
        fileTexts.fileId,
        readable.map(({ id }) => id),
      ),
    );
  const texts = new Map(rows.map((row) => [row.fileId, row]));
  return readable.map(({ id, name, createdAt }) => {
    const text = texts.get(id);
    return {
      name,
      uploadedAt: createdAt,
      ...(text ? { text: { ...text, state: text.state === "read" ? "read" : "unreadable" } as const } : {}),
    };
  });
}
