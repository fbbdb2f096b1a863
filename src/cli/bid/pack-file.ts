import { dirname, resolve } from "node:path";
import { z } from "zod";
import { WrongCall } from "./call";
import { readJson } from "./disk";

const hash = z.string().regex(/^[0-9a-f]{64}$/);

/** A bid in preparation, described: what is to be sealed and what it must be. Specification: `public/specs/cli.md`. */
export const Pack = z.strictObject({
  format: z.literal("xb-pack/1"),
  tender: z.string(),
  lot: z.string(),
  documentVersion: z.number().int().min(1),
  documentDigest: hash,
  envelopes: z.array(z.string()).min(1),
  usesDraws: z.boolean(),
  /** As it is sealed: amounts in fen, empty fields left out. */
  form: z.record(z.string(), z.string()),
  /** Ids of the fields that lie in the second envelope; left out where there is but one envelope. */
  secondFields: z.array(z.string()).optional(),
  files: z.array(
    z.strictObject({
      slot: z.string(),
      /** Name in the sealed package. */
      name: z.string(),
      /** Where the file lies, from the folder of this description. */
      path: z.string(),
      size: z.number().int().min(0),
      sha256: hash,
      /** The envelope it lies in; left out, the first. */
      envelope: z.union([z.literal(1), z.literal(2)]).optional(),
    }),
  ),
});
export type Pack = z.infer<typeof Pack>;

/** @throws WrongCall when the file is no such description. */
export async function readPack(path: string): Promise<Pack> {
  const value = await readJson(path).catch((error: unknown) => {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  });
  const parsed = Pack.safeParse(value);
  if (!parsed.success)
    throw new WrongCall(`${path} 不是投标文件说明（xb-pack/1）。请用 xinbiao pack 生成，不要手工修改。`);
  return parsed.data;
}

/** Where a file of a pack lies. */
export const pathInPack = (pack: string, path: string): string => resolve(dirname(pack), path);
