import { eq, inArray } from "drizzle-orm";
import { Refused, refuse } from "@/core/refusal";
import type { Tx } from "@/kit/db/connect";
import { files } from "./tables";

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
