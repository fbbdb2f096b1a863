import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { Refused, refuse } from "@/core/refusal";
import { readProcessEnvironment } from "@/server/env";
import { isDemo } from "./page";

const DemoKey = z.object({
  name: z.string(),
  file: z.string().regex(/^[a-z0-9-]+\.p12$/),
  person: z.string(),
  organisation: z.string(),
  role: z.string(),
  title: z.string(),
  home: z.string(),
  card: z.string().default(""),
  /** The seal of the organisation that this person keeps: another file, under the same password. */
  seal: z
    .string()
    .regex(/^[a-z0-9-]+$/)
    .optional(),
});
export type DemoKey = z.infer<typeof DemoKey>;
const KeyList = z.object({ password: z.string(), keys: z.array(DemoKey) });

const folder = () => join(readProcessEnvironment().DATA_DIR, "demo");

/** Everything of the demonstration exists in a demonstration only. @throws Refused `not_found` */
export function demoOnly(): void {
  if (!isDemo()) throw new Refused(refuse("not_found", "general.not_found"));
}

async function keyList(): Promise<z.infer<typeof KeyList>> {
  demoOnly();
  try {
    return KeyList.parse(JSON.parse(await readFile(join(folder(), "keys.json"), "utf8")));
  } catch (error) {
    // The seeded world is written while the pages are already up.
    if ((error as { code?: unknown }).code === "ENOENT") return { password: "", keys: [] };
    throw error;
  }
}

/** Keys of the demonstration: who they belong to, and where that person's work begins. */
export const demoKeys = async (): Promise<DemoKey[]> => (await keyList()).keys;

/** One certificate file of the demonstration, with its password. @throws Refused `not_found` */
export async function demoKeyFile(name: string): Promise<{ p12: string; password: string; seal?: string | undefined }> {
  const { password, keys } = await keyList();
  const key = keys.find((candidate) => candidate.name === name);
  const file = key?.file ?? (keys.some(({ seal }) => seal === name) ? `${name}.p12` : undefined);
  if (!file) throw new Refused(refuse("not_found", "general.not_found"));
  return { p12: (await readFile(join(folder(), file))).toString("base64"), password, seal: key?.seal };
}
