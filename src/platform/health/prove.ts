import { createHash } from "node:crypto";
import { sql } from "drizzle-orm";
import { z } from "zod";
import { brokenLine } from "@/core/trail-hash";
import { byService, defineServiceCommand, type Runtime } from "@/kit/command";
import { inContext } from "@/kit/db/context";
import { log } from "@/kit/log";
import { trailOf } from "@/kit/trail-queries";
import { writeLetters } from "@/platform/inbox/letters";
import { organisationOfCode } from "@/platform/party/queries";
import type { Storage } from "@/ports/storage";
import { integrityProofs, type ProofFault } from "./tables";

const SERVICE = "platform";
/** Faults that are kept and told of one proof: more say nothing new. */
const MOST_FAULTS = 100;

/**
 * Proves every chain of trail against its head and every stored file against its hash (O20 art. 14, 49; ). What does not
 * fit is told to the operator, to be restored from a replica; the proof itself changes nothing. Sealed packages are read
 * by the reading of their own lot.
 */
export const proveIntegrity = defineServiceCommand({
  name: "integrity.prove",
  input: z.object({}),
  may: byService,
  prepare: async (runtime): Promise<ProofFault[]> => {
    const faults = await integrityFaults(runtime);
    for (const { kind, what } of faults) log.error({ kind, what }, "what is stored is not what was written");
    return faults.slice(0, MOST_FAULTS);
  },
  async run({ tx, site, prepared: faults, now }) {
    await tx.insert(integrityProofs).values({ siteId: site.id, at: now, faults });
    const operator = faults.length ? await organisationOfCode(tx, site.operatorCreditCode) : undefined;
    const jobs = operator
      ? await writeLetters(tx, site.id, now, [
          {
            orgId: operator.id,
            kind: "operator-task",
            subject: `完整性核验发现 ${faults.length} 处不一致`,
            body: `留痕或存储文件与写入时的校验值不一致，请立即保护现场、用副本恢复，并报告行政监督部门：\n${faults.map(({ what }) => what).join("\n")}`,
            byPhone: true,
          },
        ])
      : [];
    return {
      result: { faults: faults.length },
      trail: [
        {
          action: "integrity.proved",
          subject: site.platformCode,
          chain: "site",
          facts: { faults: faults.map(({ kind, what }) => `${kind} ${what}`) },
        },
      ],
      jobs,
    };
  },
});

/** What is not as it was written: chains of trail, and files in clear. Reads only; a restored backup is proved by it too. */
export const integrityFaults = async (runtime: Runtime): Promise<ProofFault[]> => [
  ...(await chainFaults(runtime)),
  ...(await objectFaults(runtime)),
];

/** Chains that do not hold, or that end elsewhere than their head says: a line cut off at the end breaks no hash. */
async function chainFaults({ db, site }: Runtime): Promise<ProofFault[]> {
  const context = { siteId: site.id, role: SERVICE };
  const heads = await inContext(db, context, (tx) =>
    tx.execute<{ chain: string; seq: string; hash: string }>(
      sql`select chain, seq, hash from trail_heads order by chain`,
    ),
  );
  const faults: ProofFault[] = [];
  for (const { chain, seq, hash } of heads) {
    // The trail goes on while it is proved: what came after the head was read is proved the next time.
    const lines = (await inContext(db, context, (tx) => trailOf(tx, chain))).filter((line) => line.seq <= Number(seq));
    const broken = await brokenLine(lines);
    const last = lines.at(-1) ?? { seq: 0, hash };
    if (broken !== undefined) faults.push({ kind: "chain", what: `${chain} 第 ${broken} 条` });
    else if (last.seq !== Number(seq) || last.hash !== hash) faults.push({ kind: "head", what: `${chain} 末尾` });
  }
  return faults;
}

/** Files in clear whose bytes are missing, or are not those that were stored. */
async function objectFaults({ db, site, ports }: Runtime): Promise<ProofFault[]> {
  const files = await inContext(db, { siteId: site.id, role: SERVICE }, (tx) =>
    tx.execute<{ storage_key: string; sha256: string }>(sql`select distinct storage_key, sha256 from files order by 1`),
  );
  const faults: ProofFault[] = [];
  for (const { storage_key: key, sha256 } of files)
    if ((await hashOf(ports.storage, key)) !== sha256) faults.push({ kind: "object", what: key });
  return faults;
}

async function hashOf(storage: Storage, key: string): Promise<string | undefined> {
  try {
    const hash = createHash("sha256");
    for await (const part of await storage.get(key)) hash.update(part);
    return hash.digest("hex");
  } catch (error) {
    log.warn({ key, error: String(error) }, "a stored object cannot be read");
    return undefined;
  }
}
