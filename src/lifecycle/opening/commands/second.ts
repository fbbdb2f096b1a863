import { z } from "zod";
import { permit } from "@/core/refusal";
import { addMinutes, formatInstant } from "@/core/time";
import { byService, defineCommand, defineServiceCommand, roles } from "@/kit/command";
import { standingBids } from "@/lifecycle/bidding/queries";
import { lotFace } from "@/lifecycle/lot/move";
import { lockLot, updateLot } from "@/lifecycle/lot/queries";
import { requireScope } from "@/lifecycle/mandate/queries";
import { lockOwnLot } from "@/lifecycle/tender-project/queries";
import { writeLetters } from "@/platform/inbox/letters";
import { organisationsOf } from "@/platform/party/queries";
import { say } from "../events";
import { openingsOf } from "../queries";
import { refusalToAnnounceSecond, refusalToOpenSecond } from "../rules";
import { trustedOffset } from "./close";

/**
 * The host announces when the second envelopes are opened (公布第二信封开标时间). All who bid hear it, because openings are
 * public; who may open, each bidder knows from its own letter. Until it begins it may be set anew.
 */
export const announceSecondOpening = defineCommand({
  name: "opening.announce-second",
  input: z.object({ lotId: z.uuid(), at: z.iso.datetime({ offset: true, error: "请填写第二信封开标时间" }) }),
  may: roles("tenderer", "agency"),
  async run({ tx, actor, site, now }, { lotId, at: written }) {
    const { lot, tender } = await lockOwnLot(tx, actor, lotId);
    await requireScope(tx, actor, tender, "open", now);
    const at = new Date(written);
    permit(refusalToAnnounceSecond(lot, at, now));
    const after = await updateLot(tx, lot, { secondOpeningAt: at });
    const when = formatInstant(at);
    const text = lot.secondOpeningAt ? `第二信封开标时间改为 ${when}` : `第二信封开标时间定于 ${when}`;
    await say(tx, site.id, lotId, now, "second-opening", { text });
    const jobs = await writeLetters(
      tx,
      site.id,
      now,
      [...new Set((await standingBids(tx, lotId)).map(({ orgId }) => orgId))].map((orgId) => ({
        orgId,
        lotId,
        kind: "second-opening",
        subject: `第二信封开标时间：标段 ${lot.code}`,
        body: `${text}。仅开启通过第一信封评审的投标人的第二信封，请通过评审的投标人届时在开标大厅用证书或应急解密码解密，解密时间 ${lot.decryptionWindowMinutes} 分钟。开标公开进行。`,
        byPhone: true,
      })),
    );
    return {
      result: { at: at.toISOString() },
      trail: [
        {
          action: "second-opening.set",
          subject: lot.code,
          lotId,
          chain: `project:${tender.id}`,
          facts: { at: at.toISOString() },
          changed: { before: lotFace(lot), after: lotFace(after) },
        },
      ],
      jobs,
    };
  },
});

/**
 * Opens the second envelopes at the announced time (第二信封开标, E1b): the names of those who passed are announced, and each of
 * them is asked for its key. The others' envelopes are not asked for, now or ever (R-5.6.11).
 */
export const openSecond = defineServiceCommand({
  name: "lot.open-second",
  input: z.object({ lotId: z.uuid() }),
  may: byService,
  async run({ tx, site, ports, clock }, { lotId }) {
    const lot = await lockLot(tx, lotId, "update");
    const now = await clock();
    trustedOffset(ports);
    permit(refusalToOpenSecond(lot, now));
    const windowEndsAt = addMinutes(now, lot.decryptionWindowMinutes);
    const after = await updateLot(tx, lot, { secondOpenedAt: now, windowEndsAt });
    const passed = await openingsOf(tx, lotId, 2);
    const parties = await organisationsOf(
      tx,
      passed.map(({ orgId }) => orgId),
    );
    const names = [...parties.values()].map(({ name }) => name).sort((a, b) => a.localeCompare(b, "zh-CN"));
    await say(tx, site.id, lotId, now, "list", { round: 2, names, windowEndsAt: windowEndsAt.toISOString() });
    const jobs = await writeLetters(
      tx,
      site.id,
      now,
      passed
        .filter(({ finalAt }) => !finalAt)
        .map(({ orgId }) => ({
          orgId,
          lotId,
          kind: "decrypt-now",
          subject: `请解密第二信封：标段 ${lot.code}`,
          body: "第二信封开标已开始，请在解密时间内进入开标大厅，用证书或应急解密码解密本单位的第二信封。",
        })),
    );
    return {
      result: { state: "E1b" as const },
      trail: [
        {
          action: "second-opening.begun",
          subject: lot.code,
          lotId,
          chain: `project:${lot.tenderProjectId}`,
          facts: { windowEndsAt: windowEndsAt.toISOString() },
          changed: { before: lotFace(lot), after: lotFace(after) },
        },
      ],
      jobs: [...jobs, { name: "settle-opening", payload: { lotId }, key: `settle:${lotId}` }],
    };
  },
});
