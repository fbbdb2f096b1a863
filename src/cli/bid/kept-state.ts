import { open, rename, rm } from "node:fs/promises";
import type { z } from "zod";
import { WrongCall } from "./call";
import { readJson } from "./disk";

/**
 * What a command must know when it is run again after a cut: kept beside the package, on the disk before it is used.
 *
 * @throws WrongCall when the file is there and is something else.
 */
export async function keptState<S extends z.ZodType>(path: string, schema: S): Promise<z.output<S> | undefined> {
  const value = await readJson(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    if (error instanceof SyntaxError) return error;
    throw error;
  });
  if (value === undefined) return undefined;
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new WrongCall(`${path} 不是本程序的记录。请移走这个文件后再运行。`);
  return parsed.data;
}

/** Writes a small file so that a cut leaves the old one or the new one. */
export async function keep(path: string, value: unknown): Promise<void> {
  const file = await open(`${path}.part`, "w", 0o600);
  try {
    await file.writeFile(`${JSON.stringify(value, null, 2)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.part`, path);
}

export const forget = (path: string): Promise<void> => rm(path, { force: true });
