import catalogue from "./datasets.json";
import { type Message, type Rejection, rejection } from "./envelope";

interface Field {
  readonly name: string;
  readonly title: string;
  readonly type: string;
  readonly mandatory: boolean;
}
interface Dataset {
  readonly name: string;
  readonly title: string;
  readonly fields: readonly Field[];
}

/** This hub. */
export const HUB = { code: "E5200009001", creditCode: "12520000429430097C", name: "贵州省公共服务平台(演示)" } as const;

const DATASETS = catalogue as Record<string, Dataset>;
/** Digest of the process log: ours, not of the data family. */
const LOG: Dataset = { name: "log_digest", title: "过程日志摘要", fields: [] };

export const datasetOf = (number: string): Dataset | undefined => (number === "LOG" ? LOG : DATASETS[number]);
export const titleOf = (number: string): string => `${number} ${datasetOf(number)?.title ?? "未知数据集"}`;

/** The five fields that end every dataset. */
const COMMON: readonly Field[] = [
  { name: "PLATFORM_CODE", title: "交易系统标识码", type: "C18", mandatory: true },
  { name: "PUB_SERVICE_PLAT_CODE", title: "公共服务系统标识码", type: "C18", mandatory: true },
  { name: "DATA_TIMESTAMP", title: "数据时间戳", type: "ts14", mandatory: true },
  { name: "TRADE_PLAT", title: "交易平台标识码", type: "C11", mandatory: true },
  { name: "PUB_SERVICE_PLAT", title: "公共服务平台标识码", type: "C11", mandatory: true },
];

/** Published by the media the moment they are accepted; later only corrected. */
const PUBLISHED = ["503", "510", "511", "513"];
export const isNotice = (dataset: string): boolean => PUBLISHED.includes(dataset);

/** Why the content is refused: unknown dataset, missing or misshapen field, deletion of what is public. */
export function refusalOfContent(message: Message): Rejection | undefined {
  const dataset = datasetOf(message.dataset);
  if (!dataset) return rejection("DATASET", "dataset", "没有这个数据集");
  if (message.op === "delete" && isNotice(message.dataset)) {
    return rejection("PUBLIC", "op", "已公开的数据只能更正，不能删除");
  }
  const { body } = message;
  if (body.PUB_SERVICE_PLAT !== HUB.code) return rejection("FIELD", "PUB_SERVICE_PLAT", "不是本服务平台的标识码");
  if (body.TRADE_PLAT !== message.platform.tradePlat)
    return rejection("FIELD", "TRADE_PLAT", "与信封中的平台代码不一致");
  if (body.PLATFORM_CODE !== message.platform.operator)
    return rejection("FIELD", "PLATFORM_CODE", "与信封中的运营机构不一致");
  const rows = Array.isArray(body.ROWS) ? (body.ROWS as Record<string, unknown>[]) : [{}];
  for (const row of rows) {
    const values = { ...body, ...row };
    for (const field of [...dataset.fields, ...COMMON]) {
      const refusal = refusalOfField(field, values[field.name]);
      if (refusal) return refusal;
    }
  }
  return undefined;
}

function refusalOfField(field: Field, value: unknown): Rejection | undefined {
  if (value === undefined || value === "") {
    return field.mandatory ? rejection("REQUIRED", field.name, `缺少必填项：${field.title}`) : undefined;
  }
  if (typeof value !== "string") return rejection("FIELD", field.name, `${field.title}须为文本`);
  return fits(field.type, value) ? undefined : rejection("FIELD", field.name, `${field.title}不符合格式 ${field.type}`);
}

/** Types as the data standard writes them: C17 exact, C..600 at most, N..20,6, ts14, d8; a star means the width is not known. */
function fits(type: string, value: string): boolean {
  if (type === "text" || type.endsWith("*")) return true;
  if (type === "ts14") return /^\d{14}$/.test(value);
  if (type === "d8") return /^\d{8}$/.test(value);
  const most = /^C\.\.(\d+)$/.exec(type);
  if (most) return [...value].length <= Number(most[1]);
  const exact = /^C(\d+)$/.exec(type);
  if (exact) return [...value].length === Number(exact[1]);
  const number = /^N(?:\.\.)?(\d+)(?:,(\d+))?$/.exec(type);
  if (!number) return true;
  const match = /^-?(\d+)(?:\.(\d+))?$/.exec(value);
  if (!match) return false;
  const decimals = match[2]?.length ?? 0;
  return (
    match[1]!.length + decimals <= Number(number[1]) + Number(number[2] ?? 0) && decimals <= Number(number[2] ?? 0)
  );
}

/** What must have been accepted before: the project before its tender project, that before its lot, the lot before the rest. */
export function parentOf(message: Message): { readonly dataset: string; readonly code: string } | undefined {
  const { dataset, body } = message;
  const parent = (of: string, code: unknown) =>
    typeof code === "string" && code !== "" ? { dataset: of, code } : undefined;
  if (dataset === "500" || dataset === "LOG" || /^[1-4]\d\d$/.test(dataset)) return undefined;
  if (dataset === "501") return parent("500", body.PROJECT_CODE);
  if (dataset === "502") return parent("501", body.TENDER_PROJECT_CODE);
  const lots = body.BID_SECTION_CODE ?? body.BID_SECTION_CODES ?? message.lot;
  const lot = typeof lots === "string" ? lots.split(";")[0] : undefined;
  return parent("502", lot) ?? parent("501", body.TENDER_PROJECT_CODE);
}
