import { and, eq, isNull } from "drizzle-orm";
import { z } from "zod";
import { Refused, refuse } from "@/core/refusal";
import { byService, defineServiceCommand } from "@/kit/command";
import type { Tx } from "@/kit/db/connect";
import { inContext } from "@/kit/db/context";
import { log } from "@/kit/log";
import { roundOf } from "@/lifecycle/law/rounds";
import { lockLot, readLot, updateLot } from "@/lifecycle/lot/queries";
import { standingApplications } from "@/lifecycle/prequalification/queries";
import { tenderProjectOf } from "@/lifecycle/tender-project/queries";
import { type Letter, writeLetters } from "@/platform/inbox/letters";
import { type Purpose, rulesOf } from "../purpose";
import { type Bid, standingBids, unitsOf } from "../queries";
import { firstDamagedUnit } from "../stored-body";
import { bidDamage } from "../tables";

const HOUR_MS = 3_600_000;

/** What lies sealed for a lot in its state; of applications also while they are opened, when no copy can be sent in anew. */
const READ_IN: Readonly<Record<string, Purpose>> = { P1: "application", P2: "application", T1: "bid" };

const standing = (
  tx: Tx,
  lotId: string,
  purpose: Purpose,
): Promise<Pick<Bid, "id" | "orgId" | "uploadId" | "receiptNumber">[]> =>
  purpose === "application" ? standingApplications(tx, lotId) : standingBids(tx, lotId);

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
      const found: { bid: { id: string }; units: Awaited<ReturnType<typeof unitsOf>> }[] = [];
      const purpose = READ_IN[(await readLot(tx, lotId)).state];
      if (!purpose) return found;
      for (const bid of await standing(tx, lotId, purpose)) found.push({ bid, units: await unitsOf(tx, bid.uploadId) });
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
    const purpose = READ_IN[lot.state];
    if (!purpose) throw new Refused(refuse("conflict", "general.changed_meanwhile"));
    const { regime } = await tenderProjectOf(tx, lot.tenderProjectId);
    const { name, deadline } = rulesOf({ purpose, round: roundOf(regime) });
    const remedy = lot.state === "P2" ? SEALED_REMEDY : `为稳妥起见，请在${deadline}前重新递交（替换）。`;
    const letters: Letter[] = [];
    let changed = 0;
    for (const bid of await standing(tx, lotId, purpose)) {
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
        subject: `${unit === undefined ? "存储已恢复" : lot.state === "P2" ? "平台存储损坏" : "请重新递交：平台存储损坏"}：标段 ${lot.code}`,
        body: unit === undefined ? whole(name, bid.receiptNumber) : broken(name, bid.receiptNumber, unit, remedy),
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

/** After the deadline nothing can be handed in: what cannot be opened then is the platform's fault. */
const SEALED_REMEDY = "截止后不能重新递交，请在解密时间内照常解密；恢复后即可解密。";

const broken = (name: string, receipt: string, unit: number, remedy: string): string =>
  `平台定期复核发现，贵单位已递交的${name}（回执 ${receipt}）第 ${unit + 1} 段的存储数据与递交时的校验值不一致。这是平台的责任，原回执仍然有效。` +
  `平台正在用副本恢复；${remedy}届时仍不能打开的，按平台原因处理（DF-4），视为撤回，贵单位有权要求赔偿（《电子招标投标办法》第三十一条）。`;
const whole = (name: string, receipt: string): string =>
  `贵单位已递交的${name}（回执 ${receipt}）的存储数据已经恢复，与递交时的校验值一致，无需再做任何操作。`;
