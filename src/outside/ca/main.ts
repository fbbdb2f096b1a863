import { outsideClock } from "../clock";
import { serve } from "../http";
import { outsideSettings, untilStopped } from "../settings";
import { certificationAuthorities } from "./program";

const settings = outsideSettings("ca");
const clock = outsideClock(settings.clockUrl);
const served = await serve(await certificationAuthorities({ folder: settings.folder, clock }), settings.port);
untilStopped(served.url, async () => {
  await served.close();
  await clock.close();
});
