import { outsideClock } from "../clock";
import { serve } from "../http";
import { outsideSettings, untilStopped } from "../settings";
import { mail } from "./program";

const { port, folder, clockUrl } = outsideSettings("mail");
const smtpPort = Number(process.env.SMTP_PORT ?? 0);
const clock = outsideClock(clockUrl);
const { program, listenSmtp, close } = mail({ folder, clock });
const taken = await listenSmtp(smtpPort);
const served = await serve(program, port);
console.log(`SMTP 127.0.0.1:${taken}`);
untilStopped(served.url, async () => {
  await Promise.all([served.close(), close(), clock.close()]);
});
