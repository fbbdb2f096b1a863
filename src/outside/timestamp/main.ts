import { outsideClock } from "../clock";
import { serve } from "../http";
import { openIdentity } from "../identity";
import { outsideSettings, untilStopped } from "../settings";
import { timestampAuthority } from "./program";

const { port, folder, clockUrl, caUrl } = outsideSettings("timestamp");
if (!caUrl) throw new Error("OUTSIDE_CA_URL is needed for the certificate of the time stamps");
const signer = await openIdentity({ caUrl, folder, use: "timestamp", cn: "时间戳服务(演示)", o: "黔信电子认证(演示)" });
const clock = outsideClock(clockUrl);
const served = await serve(timestampAuthority({ folder, clock, signer }), port);
untilStopped(served.url, async () => {
  await served.close();
  await clock.close();
});
