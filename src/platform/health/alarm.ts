import { and, eq, gte } from "drizzle-orm";
import { z } from "zod";
import { Refused, refuse } from "@/core/refusal";
import { formatInstant } from "@/core/time";
import { byService, defineServiceCommand } from "@/kit/command";
import { outagesAfter, type Part } from "@/kit/heartbeat";
import { writeLetters } from "@/platform/inbox/letters";
import { organisationOfCode } from "@/platform/party/queries";
import { serviceAlarms } from "./tables";

const PARTS = {
  web: "网页服务没有响应，不能办理任何业务",
  receiver: "投标文件接收没有响应，或者对象存储不能读写，不能递交投标文件",
  worker: "定时开标与后台工作没有响应，到时的开标会推迟",
} as const satisfies Record<Part, string>;

/**
 * Alarms the operator of a part that is silent (O20 art. 12), once for each silence, by letter, mail and short message. What
 * is seen from outside is at /status; what the silence does to deadlines is printed and needs nobody.
 */
export const raiseAlarm = defineServiceCommand({
  name: "service.alarm",
  input: z.object({ part: z.enum(["web", "receiver", "worker"]) }),
  may: byService,
  async run({ tx, site, now }, { part }) {
    const silent = (await outagesAfter(tx, now)).find((outage) => outage.part === part && !outage.to);
    const [told] = silent
      ? await tx
          .select({ id: serviceAlarms.id })
          .from(serviceAlarms)
          .where(and(eq(serviceAlarms.part, part), gte(serviceAlarms.at, silent.from)))
      : [];
    if (!silent || told) throw new Refused(refuse("conflict", "general.changed_meanwhile"));
    await tx.insert(serviceAlarms).values({ siteId: site.id, part, since: silent.from, at: now });
    const operator = await organisationOfCode(tx, site.operatorCreditCode);
    const jobs = operator
      ? await writeLetters(tx, site.id, now, [
          {
            orgId: operator.id,
            kind: "operator-task",
            subject: `告警：${PARTS[part]}`,
            body: `自 ${formatInstant(silent.from)} 起${PARTS[part]}。请立即处理；中断记录在“运行状态”页公开，影响截止和解密的按公布的规则顺延。`,
            byPhone: true,
          },
        ])
      : [];
    return {
      result: {},
      trail: [
        {
          action: "service.alarmed",
          subject: part,
          chain: "site",
          facts: { since: silent.from.toISOString() },
        },
      ],
      jobs,
    };
  },
});
