import { and, eq, isNull } from "drizzle-orm";
import { z } from "zod";
import { Refused, refuse } from "@/core/refusal";
import { byService, defineServiceCommand } from "@/kit/command";
import { inContext } from "@/kit/db/context";
import { log } from "@/kit/log";
import { lockLot, updateLot } from "@/lifecycle/lot/queries";
import { type Letter, writeLetters } from "@/platform/inbox/letters";
import { standingBids, unitsOf } from "../queries";
import { firstDamagedUnit } from "../stored-body";
import { bidDamage } from "../tables";

const HOUR_MS = 3_600_000;

/**
 * Reads every stored package of a lot again while there is time to do something about it (存储复核). What is no longer what
 * was received is told to its bidder, who may hand it in anew before the deadline, and to the operator by the key of the
 * stored object alone: neither lot nor bidder nor number. Whole again, as from a replica, is told as well.
 *
 * Every lot that receives is read, whether anybody handed in or not, and each reading is one line of its sealed trail.
 */
export const scrubLot = defineServiceCommand({
  name: "bidding.scrub",
  input: z.object({ lotId: z.uuid() }),
  may: byService,
  async prepare({ db, ports }, actor, { lotId }) {
    const packages = await inContext(db, actor, async (tx) => {
      const found = [];
      for (const bid of await standingBids(tx, lotId)) found.push({ bid, units: await unitsOf(tx, bid.uploadId) });
      return found;
    });
    const damaged = new Map<string, number>();
    for (const { bid, units } of packages) {
      const unit = await firstDamagedUnit(ports.storage, units);
      if (unit === undefined) continue;
      damaged.set(bid.id, unit);
      const object = units.find(({ n }) => n === unit)?.storageKey;
      log.error({ object }, "a stored object is not what was stored: restore it from a replica");
    }
    return { read: packages.map(({ bid }) => bid.id), damaged };
  },
  async run({ tx, site, prepared, now }, { lotId }) {
    const lot = await lockLot(tx, lotId, "update");
    if (lot.state !== "T1") throw new Refused(refuse("conflict", "general.changed_meanwhile"));
    const letters: Letter[] = [];
    let changed = 0;
    for (const bid of await standingBids(tx, lotId)) {
      if (!prepared.read.includes(bid.id)) continue;
      const open = and(eq(bidDamage.bidId, bid.id), isNull(bidDamage.repairedAt));
      const [known] = await tx.select().from(bidDamage).where(open);
      const unit = prepared.damaged.get(bid.id);
      if ((unit === undefined) === (known === undefined)) continue;
      changed++;
      if (unit === undefined) await tx.update(bidDamage).set({ repairedAt: now }).where(open);
      else
        await tx
          .insert(bidDamage)
          .values({ siteId: site.id, lotId, orgId: bid.orgId, bidId: bid.id, unit, foundAt: now });
      letters.push({
        orgId: bid.orgId,
        lotId,
        kind: "bid-damage",
        subject: `${unit === undefined ? "存储已恢复" : "请重新递交：平台存储损坏"}：标段 ${lot.code}`,
        body: unit === undefined ? whole(bid.receiptNumber) : broken(bid.receiptNumber, unit),
        byPhone: true,
      });
    }
    const jobs = await writeLetters(tx, site.id, now, letters);
    // To the hour: how long the reading took would tell how much there is to read.
    await updateLot(tx, lot, { scrubbedAt: new Date(Math.floor(now.getTime() / HOUR_MS) * HOUR_MS) });
    return {
      result: { changed },
      trail: [
        {
          action: "bids.read-again",
          subject: lot.code,
          lotId,
          chain: `sealed:${lotId}`,
          facts: { read: prepared.read.length, damaged: prepared.damaged.size },
        },
      ],
      jobs,
    };
  },
});

const broken = (receipt: string, unit: number): string =>
  `平台定期复核发现，贵单位已递交的投标文件（回执 ${receipt}）第 ${unit + 1} 段的存储数据与递交时的校验值不一致。这是平台的责任，原回执仍然有效。` +
  "平台正在用副本恢复；为稳妥起见，请在投标截止前重新递交（替换）。到开标时仍不能打开的，按平台原因处理（DF-4），视为撤回投标文件，贵单位有权要求赔偿（《电子招标投标办法》第三十一条）。";
const whole = (receipt: string): string =>
  `贵单位已递交的投标文件（回执 ${receipt}）的存储数据已经恢复，与递交时的校验值一致，无需再做任何操作。`;
