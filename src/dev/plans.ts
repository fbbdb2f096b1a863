import { join, resolve } from "node:path";
import type { Environment } from "@/server/env";
import { STANDALONE } from "./build-web";
import type { Ports } from "./ports";
import type { ProcessPlan } from "./supervisor";

/** Addresses of the outside world, by what it is. */
export interface OutsideUrls {
  readonly ca: string;
  readonly timestamp: string;
  readonly hub: string;
  readonly mail: string;
  readonly smtp: string;
  readonly bank: string;
  readonly supervision: string;
}

export interface PlanInput {
  readonly dataDir: string;
  readonly front: number;
  readonly ports: Ports;
  readonly settings: Environment;
  readonly urls: Readonly<Record<"xb_app" | "xb_receiver" | "xb_worker" | "xb_operator", string>>;
  /** Pages and processes follow the source files as they change. */
  readonly live: boolean;
}

export function outsideUrls(ports: Ports): OutsideUrls {
  const at = (port: number) => `http://127.0.0.1:${port}`;
  return {
    ca: at(ports.ca),
    timestamp: at(ports.timestamp),
    hub: at(ports.hub),
    mail: at(ports.mail),
    smtp: `smtp://127.0.0.1:${ports.smtp}`,
    bank: at(ports.bank),
    supervision: at(ports.supervision),
  };
}

/** Said to the launcher alone: a process learns its port, database and storage from its plan, never the owner's address. */
const NOT_INHERITED = /^(DATABASE_URL|PORT|NODE_OPTIONS|PUBLIC_URL|RECEIVERS|SMTP_URL|SMS_URL|S3_.+)$/;

function inherited(): Record<string, string> {
  const kept = Object.entries(process.env).filter(
    (pair): pair is [string, string] => pair[1] !== undefined && !NOT_INHERITED.test(pair[0]),
  );
  return { ...Object.fromEntries(kept), NEXT_TELEMETRY_DISABLED: "1" };
}

const TSX = ["--import", "tsx"];

/** The six programs of the outside world; the authorities come first, because the others order certificates there. */
export function outsidePlans(input: PlanInput): ProcessPlan[] {
  const { dataDir, front, ports, urls } = input;
  const outside = outsideUrls(ports);
  const plan = (
    name: "ca" | "timestamp" | "hub" | "mail" | "bank" | "supervision",
    title: string,
    env: Record<string, string> = {},
  ): ProcessPlan => ({
    name,
    title,
    program: [...TSX, `src/outside/${name}/main.ts`],
    env: {
      ...inherited(),
      PROCESS_PORT: String(ports[name]),
      OUTSIDE_DATA_DIR: join(dataDir, "outside"),
      OUTSIDE_CA_URL: outside.ca,
      CLOCK_DATABASE_URL: urls.xb_operator,
      ...env,
    },
    readyUrl: outside[name],
  });
  return [
    plan("ca", "电子认证机构（演示）"),
    plan("timestamp", "时间戳服务（演示）"),
    plan("hub", "公共服务平台（演示）"),
    plan("mail", "邮件与短信服务（演示）", { SMTP_PORT: String(ports.smtp) }),
    plan("bank", "收款银行（演示）"),
    plan("supervision", "行政监督平台（演示）", { PLATFORM_URL: `http://localhost:${front}` }),
  ];
}

const receiverNames = ({ RECEIVERS }: Environment) =>
  RECEIVERS === "2" ? (["receiver", "receiver2"] as const) : (["receiver"] as const);

/** The processes of the product itself. */
export function productPlans(input: PlanInput): ProcessPlan[] {
  const { dataDir, front, ports, settings, urls, live } = input;
  const common = {
    ...inherited(),
    NODE_ENV: live ? "development" : "production",
    DATA_DIR: dataDir,
    DEMO: settings.DEMO,
    LOG_LEVEL: settings.LOG_LEVEL,
    PUBLIC_URL: settings.PUBLIC_URL ?? `http://localhost:${front}`,
    ...mailEnv(settings, ports),
    ...storageEnv(settings),
  };
  const at = (port: number) => `http://127.0.0.1:${port}`;
  const script = (file: string) =>
    live ? ["node_modules/tsx/dist/cli.mjs", "watch", "--clear-screen=false", file] : [...TSX, file];
  return [
    ...receiverNames(settings).map((name, i) => ({
      name,
      title: i === 0 ? "投标接收服务" : `投标接收服务 ${i + 1}`,
      program: script("src/server/receiver/main.ts"),
      env: { ...common, PROCESS_DATABASE_URL: urls.xb_receiver, PROCESS_PORT: String(ports[name]) },
      readyUrl: at(ports[name]),
    })),
    {
      name: "worker",
      title: "后台任务服务",
      program: script("src/server/worker/main.ts"),
      env: { ...common, PROCESS_DATABASE_URL: urls.xb_worker },
    },
    {
      name: "web",
      title: "网页服务",
      program: live ? ["src/dev/next-dev.mjs"] : [resolve(STANDALONE, "server.js")],
      env: {
        ...common,
        PROCESS_DATABASE_URL: urls.xb_app,
        PROCESS_OPERATOR_DATABASE_URL: urls.xb_operator,
        PORT: String(ports.web),
        HOSTNAME: "127.0.0.1",
      },
      readyUrl: at(ports.web),
    },
  ];
}

export function frontDoorPlan(input: PlanInput): ProcessPlan {
  const { front, ports, settings } = input;
  return {
    name: "front-door",
    title: "入口代理",
    program: [...TSX, "src/dev/front-door-main.ts"],
    env: {
      ...inherited(),
      PROCESS_PORT: String(front),
      FRONT_WEB: `http://127.0.0.1:${ports.web}`,
      FRONT_RECEIVER: receiverNames(settings)
        .map((name) => `http://127.0.0.1:${ports[name]}`)
        .join(","),
      // Browsers sign and seal at https addresses alone; in production the operator's own server ends TLS.
      FRONT_BEHIND_TLS: settings.DEMO === "1" ? "0" : "1",
    },
  };
}

/** A demonstration writes to its own post office, whatever else is set: nothing of it may reach a real mailbox. */
function mailEnv(settings: Environment, ports: Ports): Record<string, string> {
  const { mail, smtp } = outsideUrls(ports);
  if (settings.DEMO === "1") return { SMTP_URL: smtp, SMS_URL: mail };
  const { SMTP_URL, SMS_URL } = settings;
  return { ...(SMTP_URL ? { SMTP_URL } : {}), ...(SMS_URL ? { SMS_URL } : {}) };
}

function storageEnv(settings: Environment): Record<string, string> {
  const { S3_ENDPOINT, S3_ACCESS_KEY, S3_SECRET_KEY, S3_BUCKET, S3_REGION } = settings;
  if (!S3_ENDPOINT) return {};
  return { S3_ENDPOINT, S3_ACCESS_KEY: S3_ACCESS_KEY ?? "", S3_SECRET_KEY: S3_SECRET_KEY ?? "", S3_BUCKET, S3_REGION };
}
