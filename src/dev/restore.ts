import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { parseArgs } from "node:util";
import postgres from "postgres";
import { hex } from "@/core/bytes";
import { openPkcs12, Pkcs12Error } from "@/crypto/pkcs12";
import { sha256 } from "@/crypto/sha256";
import { connect } from "@/kit/db/connect";
import type { HolderKey } from "@/platform/backup/holders";
import { readBackupHead, restoreBackup } from "@/platform/backup/restore";
import { BackupError } from "@/platform/backup/schema";
import { integrityFaults } from "@/platform/health/prove";
import { allSites } from "@/platform/site/queries";
import { readEnvironment } from "@/server/env";
import { openPorts } from "@/server/runtime";
import { takeDataFolder } from "./data-folder";
import { printFailure } from "./failure";
import { openDatabase } from "./installation-database";
import { storageOf } from "./launch";
import { LaunchError } from "./launch-error";

const USAGE = "用法：npm run restore -- 备份文件 --key 甲.p12 --key 乙.p12（两名管理员的证书文件，密码随后输入）";

/** `npm run restore -- FILE --key A.p12 --key B.p12`: into a new `DATA_DIR` or an empty database. See `public/specs/backup.md`. */
const say = (line: string) => console.log(line);
let proved = true;
try {
  const { positionals, values } = parseArgs({
    args: process.argv.slice(2),
    options: { key: { type: "string", multiple: true } },
    allowPositionals: true,
  });
  const [file] = positionals;
  const [first, second, ...more] = values.key ?? [];
  if (!file || positionals.length > 1 || !first || !second || more.length) throw new LaunchError(USAGE);
  const { head } = await readBackupHead(file);
  say(`备份时间 ${head.madeAt}，须由其中两人打开：${head.holders.map(({ name }) => name).join("、")}。`);
  // What is typed is not shown.
  const nowhere = new Writable({ write: (_part, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal: process.stdin.isTTY === true });
  const answers = lines[Symbol.asyncIterator]();
  const keys = [await openKey(first, answers), await openKey(second, answers)] as const;
  lines.close();
  const settings = readEnvironment();
  const dataDir = resolve(settings.DATA_DIR);
  const folder = takeDataFolder(dataDir, "npm run restore");
  const database = await openDatabase({ dataDir, databaseUrl: settings.DATABASE_URL, say });
  const sql = postgres(database.urls.owner, { max: 1, onnotice: () => {} });
  try {
    const storage = storageOf(settings, dataDir);
    const sums = await restoreBackup(file, keys, { sql, storage, keysDir: join(dataDir, "keys") });
    const rows = Object.values(sums.tables).reduce((all, table) => all + table.rows, 0);
    say(`已恢复并逐表核对：${Object.keys(sums.tables).length} 张数据表 ${rows} 行，${sums.objects.count} 个存储对象。`);
    const worker = connect(database.urls.xb_worker, { max: 1, name: "restore" });
    const ports = openPorts(dataDir, storage);
    for (const site of await allSites(worker.db)) {
      const faults = await integrityFaults({ db: worker.db, site, ports });
      say(`${site.name}：${faults.length ? `留痕或文件有 ${faults.length} 处不一致` : "留痕链和存储文件核对无误"}。`);
      for (const { what } of faults) say(`  ${what}`);
      if (faults.length) proved = false;
    }
    await worker.close();
  } finally {
    await sql.end();
    await database.stop();
    folder.release();
  }
} catch (error) {
  if (error instanceof BackupError) console.error(`\n${error.message}`);
  else printFailure(error);
  process.exit(1);
}
process.exit(proved ? 0 : 1);

/** Opens a certificate file with the password that is typed, or that comes as the next line of the input. */
async function openKey(path: string, answers: AsyncIterator<string>): Promise<HolderKey> {
  process.stdout.write(`${path} 的密码：`);
  const { value } = await answers.next();
  process.stdout.write("\n");
  try {
    const { encryption } = await openPkcs12(new Uint8Array(readFileSync(path)), value ?? "");
    return { fingerprint: hex(sha256(encryption.certificate)), privateKey: encryption.key };
  } catch (error) {
    if (error instanceof Pkcs12Error)
      throw new LaunchError(
        error.code === "password" ? `${path} 的密码不正确。` : `${path} 不是含签名、加密两张证书的证书文件。`,
      );
    throw new LaunchError(`读不到 ${path}。请核对文件名。`);
  }
}
