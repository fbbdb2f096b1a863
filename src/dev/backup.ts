import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import postgres from "postgres";
import { connect } from "@/kit/db/connect";
import { legalNow } from "@/kit/db/context";
import { holdersOfBackups } from "@/platform/backup/queries";
import { BackupError } from "@/platform/backup/schema";
import { takeBackup } from "@/platform/backup/take";
import { readEnvironment } from "@/server/env";
import { startEmbeddedPostgres } from "./embedded-postgres";
import { printFailure } from "./failure";
import { storageOf } from "./launch";
import { LaunchError } from "./launch-error";

/** `npm run backup -- FILE`: beside a running installation or a stopped one. See `public/specs/backup.md`. */
try {
  const [file, ...more] = process.argv.slice(2);
  if (!file || more.length) throw new LaunchError("用法：npm run backup -- 备份文件（格式见 public/specs/backup.md）");
  if (existsSync(file)) throw new LaunchError(`${file} 已经存在，不会覆盖。请换一个文件名。`);
  const settings = readEnvironment();
  const dataDir = resolve(settings.DATA_DIR);
  if (!settings.DATABASE_URL && !existsSync(join(dataDir, "postgres.password")))
    throw new LaunchError(`${dataDir} 中没有信标的数据。请用 DATA_DIR 指明数据目录。`);
  const server = settings.DATABASE_URL ? undefined : await startEmbeddedPostgres(dataDir);
  const url = settings.DATABASE_URL ?? server!.url;
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  const owner = connect(url, { max: 1, name: "backup" });
  try {
    const now = await legalNow(owner.db);
    const holders = await holdersOfBackups(owner.db, now);
    const storage = storageOf(settings, dataDir);
    const sums = await takeBackup({ sql, storage, keysDir: join(dataDir, "keys"), holders, now }, resolve(file));
    const rows = Object.values(sums.tables).reduce((all, table) => all + table.rows, 0);
    console.log(
      `已备份：${Object.keys(sums.tables).length} 张数据表 ${rows} 行，${sums.objects.count} 个存储对象（${sums.objects.bytes} 字节），${sums.keys} 个平台密钥文件。`,
    );
    console.log(`${resolve(file)}\n须由下列人员中的两人共同打开：${holders.map(({ name }) => name).join("、")}。`);
  } finally {
    await owner.close();
    await sql.end();
    if (server && !server.found) await server.stop();
  }
} catch (error) {
  if (error instanceof BackupError) console.error(`\n${error.message}`);
  else printFailure(error);
  process.exit(1);
}
process.exit(0);
