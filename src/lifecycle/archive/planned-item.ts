import { utf8 } from "@/core/bytes";
import type { ByteSource } from "@/crypto/pieces";
import type { ArchiveFacts } from "./collect";
import type { Letter } from "./rules";

/** One file of the archive before it is written. */
export interface PlannedItem {
  readonly path: string;
  readonly title: string;
  readonly catalogue: Letter;
  open(): Promise<ByteSource>;
}

/** An item whose bytes are read when it is written. */
export const item = (catalogue: Letter, path: string, title: string, open: PlannedItem["open"]): PlannedItem => ({
  catalogue,
  path,
  title,
  open,
});
export const text = (catalogue: Letter, path: string, title: string, content: string): PlannedItem =>
  item(catalogue, path, title, async () => [utf8(content)]);
/** Data for people to read too; members that are not there are left out. */
export const json = (catalogue: Letter, path: string, title: string, value: unknown): PlannedItem =>
  text(
    catalogue,
    path,
    title,
    `${JSON.stringify(value, (_, v) => (v === null ? undefined : typeof v === "bigint" ? String(v) : v), 2)}\n`,
  );
/** JSON Lines. */
export const lines = (rows: readonly unknown[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join("");

/** Name and credit code of a party that acted for the lot. */
export const partyOf = (facts: ArchiveFacts, orgId: string) => {
  const party = facts.parties.get(orgId)!;
  return { organisation: party.name, creditCode: party.creditCode };
};
