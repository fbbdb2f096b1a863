import { outsideClock } from "../clock";
import { serve } from "../http";
import { openIdentity } from "../identity";
import { outsideSettings, untilStopped } from "../settings";
import { HUB } from "./content";
import { hub } from "./program";

const { port, folder, clockUrl, caUrl } = outsideSettings("hub");
if (!caUrl) throw new Error("OUTSIDE_CA_URL is needed for the certificate of the hub");
const signer = await openIdentity({
  caUrl,
  folder,
  use: "platform",
  cn: HUB.name,
  o: HUB.name,
  creditCode: HUB.creditCode,
});
const clock = outsideClock(clockUrl);
let url = "";
const served = await serve(hub({ folder, clock, signer, baseUrl: () => url }), port);
url = served.url;
untilStopped(url, async () => {
  await served.close();
  await clock.close();
});
