import { formatInstant } from "@/core/time";
import { readEnvironment } from "@/server/env";
import { printFailure } from "./failure";
import { type Installation, startInstallation } from "./launch";
import { seedWorld } from "./scenarios/world";
import { untilStopped } from "./until-stopped";

type Roles = Awaited<ReturnType<typeof seedWorld>>["roles"];

/** `npm run demo` and `npm run dev`: starts everything, says where it is, runs until it is told to stop. */
export async function runDemo(options: { live: boolean }): Promise<void> {
  const unknown = process.argv.slice(2).filter((argument) => argument !== "--reset");
  if (unknown.length > 0) {
    console.error(`不认识的参数：${unknown.join(" ")}。可用参数：--reset（清空演示数据后重新开始）。`);
    process.exit(1);
  }
  const { signal, asked } = untilStopped();
  const say = (line: string) => console.log(line);
  let roles: Roles = [];
  let installation: Installation;
  try {
    const settings = { ...readEnvironment(), DEMO: "1" as const };
    installation = await startInstallation({
      settings,
      live: options.live,
      reset: process.argv.includes("--reset"),
      say,
      signal,
      seed: async (input) => {
        ({ roles } = await seedWorld(input));
      },
    });
  } catch (error) {
    if (signal.aborted) say("已取消启动。");
    else printFailure(error);
    process.exit(1);
  }
  await announce(installation, roles, say);
  await asked;
  say("\n正在停止…");
  await installation.stop();
  say("已停止。演示时钟停在此刻，下次启动从此继续。");
  process.exit(0);
}

async function announce(installation: Installation, roles: Roles, say: (line: string) => void): Promise<void> {
  say(`\n信标演示环境已就绪（无法律效力）：${installation.url}/demo`);
  say(`平台时间：${formatInstant(await installation.clock!.now())}`);
  for (const { title, name, organisation } of roles) say(`  ${title}　${name}　${organisation}`);
  const { hub, mail, bank, supervision } = installation.outside;
  say(`外部系统（可切换故障）：公共服务平台 ${hub}　邮件短信 ${mail}　收款银行 ${bank}　行政监督 ${supervision}`);
  say("按 Ctrl-C 停止。");
}
