import { z } from "zod";

const port = (fallback: number) =>
  z.coerce
    .number({ error: "须为端口号" })
    .int("须为端口号")
    .min(1, "须在 1–65535 之间")
    .max(65535, "须在 1–65535 之间")
    .default(fallback);

const httpUrl = z.url({ protocol: /^https?$/, error: "须为 http(s) 地址" });
const smtpUrl = z.url({ protocol: /^smtps?$/, error: "须为 smtp(s):// 地址" });
const postgresUrl = z.url({ protocol: /^postgres(ql)?$/, error: "须为 postgres:// 地址" });

/** What an installation may set. Everything has a default but what only the installer can know. */
const Environment = z
  .object({
    PORT: port(3000),
    DATA_DIR: z.string().min(1).default(".data"),
    DATABASE_URL: postgresUrl.optional(),
    S3_ENDPOINT: httpUrl.optional(),
    S3_ACCESS_KEY: z.string().min(1).optional(),
    S3_SECRET_KEY: z.string().min(1).optional(),
    S3_BUCKET: z
      .string()
      .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, "须为合法的桶名")
      .default("xinbiao"),
    S3_REGION: z.string().min(1).default("default"),
    /** Receivers side by side; the front door hands deliveries to each in turn. */
    RECEIVERS: z.enum(["1", "2"], { error: "只能是 1 或 2" }).default("1"),
    /** Where the front door is found from outside, for the bank's answers. */
    PUBLIC_URL: httpUrl.optional(),
    /** Mail server and short-message gateway; without them letters stand in the inbox alone. */
    SMTP_URL: smtpUrl.optional(),
    SMS_URL: httpUrl.optional(),
    DEMO: z.enum(["0", "1"], { error: "只能是 0 或 1" }).default("0"),
    LOG_LEVEL: z
      .enum(["debug", "info", "warn", "error"], { error: "只能是 debug、info、warn 或 error" })
      .default("info"),
  })
  .superRefine((env, context) => {
    if (!env.S3_ENDPOINT) return;
    for (const name of ["S3_ACCESS_KEY", "S3_SECRET_KEY"] as const) {
      if (!env[name]) context.addIssue({ code: "custom", path: [name], message: "设置了 S3_ENDPOINT 时必须提供" });
    }
  });
export type Environment = z.infer<typeof Environment>;

/** Wrong settings: one message that names every wrong variable. */
export class WrongEnvironment extends Error {}

/** Reads and checks the settings. Empty values count as not set. */
export function readEnvironment(source: Readonly<Record<string, string | undefined>> = process.env): Environment {
  const set = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ""));
  const parsed = Environment.safeParse(set);
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map(
    (issue) => `  ${issue.path.join(".")}：${issue.message}（当前值：${shown(issue.path.join("."), set)}）`,
  );
  throw new WrongEnvironment(`环境变量有误，未启动任何程序，请修改后重试：\n${lines.join("\n")}`);
}

/** Secrets are never printed, not even wrong ones. */
function shown(name: string, set: Record<string, string | undefined>): string {
  if (set[name] === undefined) return "未设置";
  return /KEY|SECRET|PASSWORD|DATABASE_URL|SMTP_URL/.test(name) ? "已设置，不显示" : set[name];
}

/** What the launcher hands to the processes it starts: addresses inside the installation. */
const ProcessEnvironment = z.object({
  PROCESS_DATABASE_URL: postgresUrl,
  PROCESS_PORT: z.coerce.number().int().optional(),
  /** Folder with the platform's own keys and, for the fs driver, the objects. */
  DATA_DIR: z.string().min(1).default(".data"),
});
export type ProcessEnvironment = z.infer<typeof ProcessEnvironment>;

export function readProcessEnvironment(
  source: Readonly<Record<string, string | undefined>> = process.env,
): ProcessEnvironment {
  const parsed = ProcessEnvironment.safeParse(
    Object.fromEntries(Object.entries(source).filter(([, value]) => value !== "")),
  );
  if (parsed.success) return parsed.data;
  throw new WrongEnvironment(
    `进程环境变量有误：${parsed.error.issues.map((issue) => issue.path.join(".")).join("、")}`,
  );
}
