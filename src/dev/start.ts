import { readEnvironment } from "@/server/env";
import { printFailure } from "./failure";
import { type Installation, startInstallation } from "./launch";
import { untilStopped } from "./until-stopped";

/**
 * `npm start`: the product alone, on the clock of its database host, without anything of the demonstration. It listens on
 * this machine; the operator's own server ends TLS in front of it.
 */
const { signal, asked } = untilStopped();
const say = (line: string) => console.log(line);
let installation: Installation;
try {
  const settings = { ...readEnvironment(), DEMO: "0" as const };
  installation = await startInstallation({ settings, say, signal });
} catch (error) {
  if (signal.aborted) say("已取消启动。");
  else printFailure(error);
  process.exit(1);
}
const { url, hosts } = installation;
say(`\n信标已启动：${url}（仅本机可达，请由本单位的 https 服务器转发）`);
if (hosts.length) say(`站点：${hosts.join("、")}`);
else say("尚无站点，任何网页都不会应答。请先停止，运行 npm run found -- 初始化文件.json，再启动。");
say("按 Ctrl-C 停止。");
await asked;
say("\n正在停止…");
await installation.stop();
process.exit(0);
