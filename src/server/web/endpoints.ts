import { readEnvironment, readProcessEnvironment } from "../env";

/** Hosts that this installation keeps data in or sends them through, for the deployment check (O20 art. 10). */
export function installationEndpoints(): { title: string; host: string }[] {
  const { S3_ENDPOINT, SMTP_URL, SMS_URL } = readEnvironment();
  const { PROCESS_DATABASE_URL } = readProcessEnvironment();
  const used = [
    ["数据库", PROCESS_DATABASE_URL],
    ["文件存储", S3_ENDPOINT],
    ["邮件", SMTP_URL],
    ["短信", SMS_URL],
  ] as const;
  return used.flatMap(([title, url]) => (url ? [{ title, host: new URL(url).hostname }] : []));
}
