import { z } from "zod";
import { byService, defineServiceCommand } from "@/kit/command";

export const buildArchive = defineServiceCommand({
  name: "archive.build",
  input: z.object({ lotId: z.uuid() }),
  may: byService,
  async run() {
    throw new Error("not written yet");
  },
});
