import { outsideClock } from "../clock";
import { serve } from "../http";
import { openIdentity } from "../identity";
import { outsideSettings, untilStopped } from "../settings";
import { AUTHORITY } from "./authority";
import { supervision } from "./program";

const { port, folder, clockUrl, caUrl } = outsideSettings("supervision");
const platformUrl = process.env.PLATFORM_URL;
if (!caUrl || !platformUrl) throw new Error("OUTSIDE_CA_URL and PLATFORM_URL are needed");
const { name, creditCode } = AUTHORITY;
const signer = await openIdentity({ caUrl, folder, use: "platform", cn: `${name}监督平台`, o: name, creditCode });
const clock = outsideClock(clockUrl);
const served = await serve(supervision({ folder, clock, signer, platformUrl }), port);
untilStopped(served.url, async () => {
  await served.close();
  await clock.close();
});
