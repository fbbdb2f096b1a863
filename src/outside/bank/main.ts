import { outsideClock } from "../clock";
import { serve } from "../http";
import { openIdentity } from "../identity";
import { outsideSettings, untilStopped } from "../settings";
import { BANK_NAME } from "./modes";
import { bank } from "./program";

const { port, folder, clockUrl, caUrl } = outsideSettings("bank");
if (!caUrl) throw new Error("OUTSIDE_CA_URL is needed for the certificate of the bank");
const signer = await openIdentity({ caUrl, folder, use: "platform", cn: BANK_NAME, o: BANK_NAME });
const clock = outsideClock(clockUrl);
let url = "";
const { program } = bank({ folder, clock, signer, baseUrl: () => url });
const served = await serve(program, port);
url = served.url;
untilStopped(url, async () => {
  await served.close();
  await clock.close();
});
