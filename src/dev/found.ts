import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { filePlatformKeys } from "@/adapters/platform-keys-file";
import { httpRevocation } from "@/adapters/revocation-http";
import { Refused } from "@/core/refusal";
import { sentenceOf } from "@/i18n/refusals";
import { connect } from "@/kit/db/connect";
import { PROFILES } from "@/lifecycle/law/clauses";
import { foundInstallation } from "@/platform/site/commands/found";
import { readEnvironment } from "@/server/env";
import { refuseDemonstrationClock } from "@/server/start";
import { takeDataFolder } from "./data-folder";
import { printFailure } from "./failure";
import { readFoundingFile } from "./founding-file";
import { openDatabase } from "./installation-database";
import { LaunchError } from "./launch-error";

/** `npm run found -- FILE`: begins an installation, before its first start. See `public/specs/founding.md`. */
const say = (line: string) => console.log(line);
try {
  const [file, ...more] = process.argv.slice(2);
  if (!file || more.length)
    throw new LaunchError("用法：npm run found -- 初始化文件.json（格式见 public/specs/founding.md）");
  const founding = readFoundingFile(file);
  const settings = readEnvironment();
  const dataDir = resolve(settings.DATA_DIR);
  const folder = takeDataFolder(dataDir, "npm run found");
  try {
    const database = await openDatabase({ dataDir, databaseUrl: settings.DATABASE_URL, say });
    try {
      const owner = connect(database.urls.owner, { max: 2, name: "found" });
      try {
        await refuseDemonstrationClock(owner, false);
        const ports = { platformKeys: filePlatformKeys(dataDir), revocation: httpRevocation() };
        const outcome = await foundInstallation(owner.db, ports, founding, Object.keys(PROFILES));
        if ("csr" in outcome) sayRequest(dataDir, founding.site.platformCode, outcome.csr);
        else say(`\n已完成初始化：站点 ${outcome.host}。运行 npm start 启动，三名管理员和核验员用各自的证书登录。`);
      } finally {
        await owner.close();
      }
    } finally {
      await database.stop();
    }
  } finally {
    folder.release();
  }
} catch (error) {
  if (error instanceof Refused) console.error(`\n${sentenceOf(error.refusal)}`);
  else printFailure(error);
  process.exit(1);
}
process.exit(0);

function sayRequest(dataDir: string, platformCode: string, csr: string): void {
  const path = join(dataDir, "keys", `${platformCode}.csr.pem`);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, csr);
  say(`\n平台密钥已在本机生成，证书申请在 ${path}。`);
  say(
    "请交认证机构签发；再把所签证书（后附签发机构证书，PEM）的文件名写入初始化文件的 siteCertificate，重新运行本命令。",
  );
  say("此时尚未写入任何内容。");
}
