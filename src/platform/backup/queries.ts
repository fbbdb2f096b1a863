import { and, eq, gt, inArray, isNull, lte } from "drizzle-orm";
import { parseCertificate } from "@/crypto/certificate";
import type { Db } from "@/kit/db/connect";
import { certificates, memberships, people } from "@/platform/party/tables";
import type { Holder } from "./holders";
import { BackupError } from "./schema";

const ADMINISTRATORS = ["system-admin", "security-admin", "audit-admin"];

/**
 * Who opens a backup, two of them together: the administrators (系统、安全保密、审计), each by the encryption certificate bound last.
 *
 * @throws BackupError when fewer than two people could.
 */
export async function holdersOfBackups(owner: Db, now: Date): Promise<Holder[]> {
  const rows = await owner
    .select({ personId: people.id, name: people.name, der: certificates.der })
    .from(memberships)
    .innerJoin(people, eq(people.id, memberships.personId))
    .innerJoin(certificates, eq(certificates.personId, memberships.personId))
    .where(
      and(
        inArray(memberships.role, ADMINISTRATORS),
        isNull(memberships.endedAt),
        eq(certificates.use, "encrypt"),
        isNull(certificates.endedAt),
        lte(certificates.notBefore, now),
        gt(certificates.notAfter, now),
      ),
    )
    .orderBy(certificates.boundAt);
  const holders = new Map(
    rows.map(({ personId, name, der }) => [personId, { name, certificate: parseCertificate(new Uint8Array(der)) }]),
  );
  if (holders.size < 2)
    throw new BackupError(
      "有加密证书的管理员不足两人，备份没有人能打开。请先为系统管理员、安全保密管理员、安全审计员绑定证书。未写入任何文件。",
    );
  return [...holders.values()];
}
