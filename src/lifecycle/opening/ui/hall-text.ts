import { formatInstant } from "@/core/time";
import type { HallView } from "../hall-view";
import { rowTitle, securityText } from "../record";
import { FAILURE_CLASSES, type FailureClass, HALL_STEPS } from "../rules";

/** Why the lot failed, as it was said in the hall; undefined when it did not. */
export function failureReason(view: HallView): string | undefined {
  const failed = view.events.find(({ kind }) => kind === "failed");
  return failed ? String((failed.payload as { reason?: unknown }).reason ?? "") : undefined;
}

/** One sentence for everybody about where the opening stands; read out whenever it changes. */
export function summaryOf(view: HallView): string {
  const reason = failureReason(view);
  if (reason !== undefined) return `本标段流标：${reason}。投标文件未开启。`;
  const { lot, progress, record } = view;
  if (lot.state === "F4") return "监督部门认定本标段的招标投标无效，程序终止，依法重新招标。";
  if (lot.flags.length) return "本标段已中止，各项期限暂停，请等待恢复通知。";
  if (view.step === 0 && view.envelope === 2)
    return lot.secondOpeningAt
      ? `第一信封评审已结束。第二信封开标时间 ${formatInstant(new Date(lot.secondOpeningAt))}，到时自动开始。`
      : "第一信封评审已结束，等待公布第二信封开标时间。";
  if (view.step === 0)
    return lot.bidDeadline
      ? `等待开标。投标截止 ${formatInstant(new Date(lot.bidDeadline))}，到时自动开标并公布名单。`
      : "等待开标。";
  if (view.step === 2) {
    const done = progress ? `已解密 ${progress.done}/${progress.total}。` : "";
    const what = view.envelope === 2 ? "通过第一信封评审的名单已公布，正在解密第二信封。" : "名单已公布，正在解密。";
    return `${what}${done}各家解密状态在全部结束后同时公布。`;
  }
  if (view.step === 4) {
    const open = view.remarks.filter(({ kind, answer }) => kind === "objection" && !answer).length;
    const sealed = view.envelope === 1 ? "本次只开启第一信封，报价保持加密。" : "";
    return `${sealed}已唱标，共 ${record?.payload.count ?? 0} 家。请投标人确认开标记录，或当场提出异议。${open ? `还有 ${open} 项异议待主持人答复。` : ""}`;
  }
  if (view.envelope === 1)
    return "第一信封开标结束，开标记录已签署。报价在第二信封内保持加密，第一信封评审结束后另行公布开启时间。";
  return view.envelope === 2 ? "第二信封开标结束，开标记录已签署。" : "开标结束，开标记录已签署。";
}

/** Who must act now, so that nobody waits without knowing for whom. */
export function waitingFor(view: HallView): string {
  if (failureReason(view) !== undefined || view.lot.state === "F4") return "";
  if (view.lot.flags.length) return "中止解除；恢复时在此显示，并通知各投标人";
  if (view.step === 0 && view.envelope === 2)
    return view.lot.secondOpeningAt ? "到公布的时间由系统自动进行" : "招标人或招标代理机构公布第二信封开标时间";
  if (view.step === 0) return "到截止时间由系统自动进行，无需任何人操作";
  if (view.step === 2) return "各投标人解密；解密时间结束时系统自动唱标";
  if (view.step === 4) return "投标人确认或提出异议；主持人答复异议后签署开标记录";
  return "";
}

export type StepMark = "done" | "now" | "next";

/** The six steps with their marks. A failed lot never went past the first. */
export function stepMarks(view: HallView): readonly { readonly name: string; readonly mark: StepMark }[] {
  const failed = failureReason(view) !== undefined;
  return HALL_STEPS.map((name, i) => ({
    name,
    mark: failed
      ? i === 0
        ? "done"
        : "next"
      : i < view.step
        ? "done"
        : i === view.step
          ? view.step === 5
            ? "done"
            : "now"
          : "next",
  }));
}

/** What became of the own package, in words. */
export function ownStateText(own: NonNullable<HallView["own"]>): string {
  if (own.revokedAt) return `已撤销（${formatInstant(new Date(own.revokedAt))}）`;
  switch (own.state) {
    case "decrypted":
      return own.failureClass ? `已解密（${FAILURE_CLASSES[own.failureClass as FailureClass].text}）` : "已解密";
    case "released":
      return "密钥已提交，平台正在解密";
    case "failed":
      return own.failureClass
        ? `未能解密：${own.failureClass} ${FAILURE_CLASSES[own.failureClass as FailureClass].text}`
        : "未能解密";
    case "waiting":
      return "待解密";
    case "never":
      return "未通过第一信封评审，第二信封不开启，永久保持加密";
    default:
      return "密封中，未开启";
  }
}

/** `¥12,000,000.00（壹仟贰佰万元整）` in two: figures, and words where there are some. */
export function amountParts(value: string): { figures: string; words: string } {
  const match = /^(-?¥[\d,.]+)（(.+)）$/.exec(value);
  return match ? { figures: match[1]!, words: match[2]! } : { figures: value, words: "" };
}

/** The record as it is read aloud (唱标): words instead of figures, as at a table. */
export function spokenRecord(view: HallView): string {
  const rows = view.record?.payload.rows ?? [];
  return rows
    .map((row) => {
      const secured = row.security ? `投标保证金，${securityText(row.security)}。` : "";
      if (row.outcome !== "decrypted") return `${rowTitle(row)}，${row.cause}，${row.effect}。${secured}`;
      const items = row.items.map(({ label, value }) => `${label}，${amountParts(value).words || value}`);
      return `${rowTitle(row)}。${items.join("。")}。${secured}`;
    })
    .join("\n");
}

/** What happened in the hall, as one sentence. */
export function eventText({ kind, payload }: { kind: string; payload: Readonly<Record<string, unknown>> }): string {
  switch (kind) {
    case "list":
      if (payload.round === 2)
        return `第二信封开标开始，公布通过第一信封评审的投标人名单，解密时间至 ${formatInstant(new Date(String(payload.windowEndsAt)))}`;
      return `开标开始，公布投标人名单，解密时间至 ${formatInstant(new Date(String(payload.windowEndsAt)))}`;
    case "progress":
      return `已解密 ${payload.done}/${payload.total}`;
    case "second-opening":
      return String(payload.text);
    case "prices":
      return "唱标：各家内容同时公布";
    case "base-estimate":
      return `招标人公布标底：${payload.text}`;
    case "message":
      return `${payload.host ? "主持人" : payload.organisation}：${payload.text}`;
    case "confirmed":
      return `${payload.organisation} 确认了开标记录`;
    case "objection":
      return `${payload.organisation} 提出异议：${payload.text}`;
    case "answer":
      return `主持人答复：${payload.answer}`;
    case "closed":
      return payload.round === 2 ? "主持人签署第二信封开标记录，开标结束" : "主持人签署开标记录，开标结束";
    case "failed":
      return `流标：${payload.reason}`;
    case "invalidated":
      return `执行监督决定 ${payload.no}：本标段的招标投标无效，程序终止`;
    case "suspended":
      return `执行监督指令 ${payload.no}：中止，各项期限停止计算`;
    case "resumed":
      return `执行监督指令 ${payload.no}：恢复，各项期限继续计算`;
    case "revoked":
      return `${payload.organisation} 撤销投标文件`;
    case "outage":
    case "extended":
    case "paused":
    case "resumed-by-host":
    case "host":
      return String(payload.text);
    default:
      return kind;
  }
}

/** What happened in the hall, without a number that did not change said twice. */
export const told = <E extends Parameters<typeof eventText>[0]>(events: readonly E[]): E[] =>
  events.filter(
    (event, i) =>
      event.kind !== "progress" || !events.slice(0, i).some((before) => eventText(before) === eventText(event)),
  );
