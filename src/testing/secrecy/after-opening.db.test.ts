import { createHash } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { utf8 } from "@/core/bytes";
import { addHours, addMinutes } from "@/core/time";
import { obtain, submit } from "@/dev/scenarios/bidding";
import { tellChange } from "@/dev/scenarios/change";
import { formCommittee, review, type Seated, seatCommittee, signRecord, signReportAll } from "@/dev/scenarios/evaluate";
import { decrypt, reachOpening } from "@/dev/scenarios/opening";
import { accountFor, askOwnAccount, transferTo } from "@/dev/scenarios/securities";
import type { Stage } from "@/dev/scenarios/world-state";
import { awardOf } from "@/lifecycle/award/queries";
import { encodeSecurity } from "@/lifecycle/bid-security/guarantee/part";
import { markItem } from "@/lifecycle/evaluation/commands/review";
import { evaluatedBids } from "@/lifecycle/evaluation/queries";
import { feeBalances } from "@/lifecycle/fees/balance";
import { claimServiceFee } from "@/lifecycle/fees/commands/claim";
import { claimExpertFees, confirmExpertFee, prepareExpertList } from "@/lifecycle/fees/commands/experts";
import { enterSchedule } from "@/lifecycle/fees/commands/schedule";
import { expertFees } from "@/lifecycle/fees/tables";
import type { LotState } from "@/lifecycle/lot/states";
import { openingRecordOf } from "@/lifecycle/opening/queries";
import type { RecordPayload } from "@/lifecycle/opening/record";
import { documentInForce } from "@/lifecycle/tender-document/queries";
import { tenderProjectOf } from "@/lifecycle/tender-project/queries";
import { awardLot } from "../awarded";
import { asPerson, asService, asStranger, receivingLot } from "../lots";
import { type Fact, mayKnow, WATCHERS, type Watcher } from "./matrix";
import { differencesOf, idsOf, type Look, readings, type SecretWorld, twoStages, whoDiffers } from "./worlds";

/**
 * Two installations in which the same number of bidders takes part, and not the same: other prices, another who opens first,
 * another committee. Each fact is known by whom the matrix names, from the state on that it names, and by nobody before.
 */
let one: SecretWorld;
let other: SecretWorld;
let deadline: Date;
let committees: readonly [readonly Seated[], readonly Seated[]];
const BIDDERS = ["jia", "yi", "ji"];
/** Account from which one security was paid, the same in both. */
const PAYER = "62300077";
const RATES = {
  ...{ halfDayFen: "40000", overtimeHourFen: "10000", againHalfDayFen: "30000", attendanceFen: "20000" },
  ...{ localFen: "5000", countyFen: "10000", otherFen: "30000" },
};
const INSURER = "黔江财险（演示）";
const RELATED = "黔水集团（演示）";
const PRICES = { one: [481_000_000n, 482_000_000n, 483_000_000n], other: [482_000_000n, 481_000_000n, 483_000_000n] };

beforeAll(async () => {
  const stages = await twoStages();
  const known = await idsOf(stages[0]);
  const worlds = [];
  for (const [n, t] of stages.entries()) {
    const { stage } = t;
    const lot = await receivingLot(stage, "两个世界", { agencyFee: { feeFen: "3000000", feePayer: "winner" } });
    for (let i = 0; i < 3; i++) await stage.deliver();
    for (const [b, key] of BIDDERS.entries()) {
      const bidder = stage.person(key);
      await obtain(stage, bidder, lot.lotId);
      const priceFen = PRICES[n === 0 ? "one" : "other"][b]!;
      // One of the first's brings a guarantee and declares a relation; of the other's none does.
      await submit(stage, bidder, lot.lotId, { priceFen, ...(await saidOf(stage, lot.lotId, n === 0 && b === 0)) });
    }
    const payer = stage.person("yi");
    const account = await accountFor(stage, payer, lot.lotId);
    await transferTo(t.outside.bank, payer, account, "50000", { payerAccount: PAYER });
    await askOwnAccount(stage, payer, lot.lotId);
    await stage.setClock(lot.deadline);
    await reachOpening(stage, lot.lotId, "O1");
    await stage.deliver();
    worlds.push({ t, lotId: lot.lotId, known });
    deadline = lot.deadline;
  }
  [one, other] = worlds as [SecretWorld, SecretWorld];
}, 180_000);
afterAll(async () => {
  await Promise.all([one?.t.close(), other?.t.close()]);
});

/** The parts of a package that say how it is secured, and to whom its bidder is related: as long whatever they say. */
async function saidOf(stage: Stage, lotId: string, isSaid: boolean) {
  const lot = await stage.lot(lotId);
  const { code } = await asService(stage, (tx) => tenderProjectOf(tx, lot.tenderProjectId));
  const pdf = utf8("%PDF-1.7 保函");
  const guarantee = {
    ...{ format: "xb-bid-security/1" as const, tender: code, lot: lot.code, kind: "insurance" as const },
    ...{ guarantor: INSURER, number: "BH-0001", amountFen: "5000000", validUntil: "2026-12-31" },
    ...{ beneficiary: stage.person("tenderer").orgName, sha256: createHash("sha256").update(pdf).digest("hex") },
  };
  const interest = { name: RELATED, kind: "control" as const, note: "同受一方控股" };
  return {
    security: encodeSecurity(isSaid ? guarantee : undefined),
    declaration: { format: "xb-declaration/1" as const, interests: isSaid ? [interest] : [], qualifications: [] },
    files: [
      { name: "投标函.pdf", bytes: utf8("%PDF-1.7 投标函") },
      { name: "投标保证金保函.pdf", bytes: pdf },
    ],
  };
}
/** Who reads a text somewhere in one of the two. */
async function whoReads(text: string, look: Look = {}): Promise<Watcher[]> {
  const all = Object.entries(await readings(one, { depth: "everything", hints: { lotId: one.lotId }, ...look }));
  return WATCHERS.filter((watcher) => all.some(([at, said]) => at.startsWith(`${watcher} | `) && said.includes(text)));
}
const knowing = (fact: Fact, state: LotState) => WATCHERS.filter((watcher) => mayKnow(fact, watcher, state));
const inBoth = async (work: (stage: Stage, lotId: string, world: "one" | "other") => Promise<unknown>) => {
  await work(one.t.stage, one.lotId, "one");
  await work(other.t.stage, other.lotId, "other");
};
/** Where the two differ for those who may not know a fact in the lot's state. */
async function told(fact: Fact, look: Look = {}): Promise<{ found: string[]; knowing: Watcher[] }> {
  const { state } = await one.t.stage.lot(one.lotId);
  const [a, b] = [
    await readings(one, { hints: { lotId: one.lotId }, ...look }),
    await readings(other, { hints: { lotId: other.lotId }, ...look }),
  ];
  const found = differencesOf(a, b);
  const may = WATCHERS.filter((watcher) => mayKnow(fact, watcher, state));
  return {
    found: found.filter((line) => !may.some((watcher) => line.startsWith(`${watcher} | `))),
    knowing: may.filter((watcher) => whoDiffers(found).includes(watcher)),
  };
}

test("R-O.30b who-has-opened, bid-content: while keys are released nobody learns whose bid is open, nor what it says", async () => {
  expect((await told("bid-content")).found).toEqual([]);
  await inBoth((stage, lotId, world) => decrypt(stage, stage.person(world === "one" ? "jia" : "yi"), lotId));
  const { found, knowing: who } = await told("who-has-opened", { depth: "everything" });
  expect(found).toEqual([]);
  expect(who).toEqual([]);
});

test("R-5.5.12 secured: from the beginning of the opening those who run and supervise the lot see who transferred, and nobody else", async () => {
  expect(await whoReads(PAYER)).toEqual(knowing("secured", "O1"));
});

test("R-O.30b: when all is announced everybody learns it at once", async () => {
  await inBoth(async (stage, lotId, world) => {
    for (const key of [world === "one" ? "yi" : "jia", "ji"]) await decrypt(stage, stage.person(key), lotId);
    await stage.setClock(addMinutes(deadline, 20));
    await signRecord(stage, lotId, []);
    expect((await stage.lot(lotId)).state).toBe("O2");
  });
  const { found, knowing: who } = await told("secured");
  // Without the facts themselves nothing else differs for whom they do not concern.
  expect(found.filter((line) => !line.startsWith("outside | "))).toEqual([]);
  expect(who).toEqual(knowing("secured", "O2"));
  expect(knowing("bid-content", "O2")).toEqual(knowing("secured", "O2").filter((watcher) => watcher !== "console"));
});

test("R-5.6.6 IR34 secured, declared: the record reads out form and sum of a security to everybody; payer, guarantor and declared relations stay with the parties", async () => {
  const record = await asStranger(one.t.stage, (tx) => openingRecordOf(tx, one.lotId));
  const { rows } = record!.payload as unknown as RecordPayload;
  expect(rows.map(({ security }) => security?.form).sort()).toEqual(["保险保函", "无", "银行转账"].sort());
  const parties = knowing("declared", "O2");
  expect(parties).toEqual(["tenderer", "agency", "supervisor"]);
  for (const secret of [PAYER, INSURER, RELATED]) expect(await whoReads(secret), secret).toEqual(parties);
});

test("R-L.38 change-told: after the announcement a merger is the parties' to know, and no other bidder's, by no count and no letter", async () => {
  const { stage } = one.t;
  const look = { depth: "everything", hints: { lotId: one.lotId } } as const;
  // What the announcement has set going is over first.
  for (let i = 0; i < 3; i++) await stage.deliver();
  const before = await readings(one, look);
  await tellChange(stage, stage.person("jia"), one.lotId);
  await stage.deliver();
  const found = differencesOf(before, await readings(one, look));
  expect(whoDiffers(found)).toEqual(knowing("change-told", "O2"));
});

test("R-E.7 BL37 committee: who was drawn nobody reads before the members sit, the operator included", async () => {
  const library = [...one.t.stage.people.keys()].filter((key) => key.startsWith("expert-"));
  const before = await readings(one, { people: { expert: library } });
  const evaluationAt = addHours(deadline, 5);
  const drawn: (readonly Seated[])[] = [];
  await inBoth(async (stage, lotId) => {
    drawn.push(await formCommittee(stage, lotId, evaluationAt));
  });
  committees = drawn as unknown as typeof committees;
  // Who was not drawn of the library looks as its expert.
  const sitting = new Set(committees[0].map(({ person }) => person.key));
  const idle = library.filter((key) => !sitting.has(key)).slice(0, 2);
  const names = committees[0].flatMap(({ person, member }) => [person.personId, person.name, member.id]);
  const after = await readings(one, { people: { expert: idle } });
  const times = (text: string | undefined, word: string) => (text ?? "").split(word).length - 1;
  for (const [where, text] of Object.entries(after)) {
    const watcher = where.split(" | ")[0] as Watcher;
    if (WATCHERS.includes(watcher) && mayKnow("committee", watcher, "O2")) continue;
    // Everybody may be named as one of the library: what tells is to be named once more.
    for (const name of names)
      expect(times(text, name) > times(before[where], name) && `${where}: ${name}`, where).toBe(false);
  }
  expect(before["agency | agency: table committee_members"]).toBe(after["agency | agency: table committee_members"]);
});

test("SOD-08 scores: while the committee works a mark is known to the one who made it, and to nobody else", async () => {
  const { stage } = one.t;
  await stage.setClock(addHours(deadline, 5));
  await seatCommittee(stage, one.lotId, committees[0]);
  const [first, second] = committees[0].map(({ person }) => person.key) as [string, string];
  const look = { depth: "everything", people: { expert: [second] }, hints: { lotId: one.lotId } } as const;
  const before = await readings(one, look);
  const { bids, items } = await asService(stage, async (tx) => ({
    bids: await evaluatedBids(tx, one.lotId),
    items: (await documentInForce(tx, one.lotId)).content.reviewItems,
  }));
  const { member, person, seatId } = committees[0][0]!;
  for (const { bidId } of bids)
    await stage.act(person, markItem, { memberId: member.id, bidId, item: items[0]!.id, verdict: "pass" }, seatId);
  const found = differencesOf(before, await readings(one, look));
  expect(whoDiffers(found)).toEqual(knowing("scores", "E1"));
  expect(found.filter((line) => !line.startsWith("supervisor | supervisor: table trail_lines |"))).toEqual([]);
  const own = { watchers: ["expert"], people: { expert: [first] } } as const;
  expect((await readings(one, own))[`expert | ${first}: table preliminary_marks`]).toContain("pass");
});

test("R-5.7.26 R-5.9.1 expert-fees, service-fee: a fee is known to whom it is paid and who runs the lot; a claim to its parties, the operator reading sums", {
  timeout: 240_000,
}, async () => {
  const { stage } = one.t;
  const { lotId } = one;
  const [committee] = committees;
  const [first, second] = [committee[0]!, committee[1]!];
  await review(stage, lotId, committee, "preliminary");
  await review(stage, lotId, committee, "detailed");
  await signReportAll(stage, lotId, committee);
  const operator = stage.person("operator");
  await stage.act(operator, enterSchedule, {
    validFrom: "2026-01-01",
    source: "评标专家劳务报酬标准（演示）",
    rates: RATES,
  });
  const look = { depth: "everything", hints: { lotId } } as const;
  const differ = async (work: () => Promise<unknown>, people: Look["people"] = {}) => {
    for (let i = 0; i < 3; i++) await stage.deliver();
    const before = await readings(one, { ...look, people });
    await work();
    await stage.deliver();
    return differencesOf(before, await readings(one, { ...look, people }));
  };
  // An expert of the committee reads its own; one of the library that was not drawn reads nothing.
  const list = { lotId, payer: "tenderer" as const, travels: [] };
  const prepared = await differ(() => stage.act(stage.person("agency"), prepareExpertList, list), {
    expert: [first.person.key],
  });
  expect(whoDiffers(prepared)).toEqual(knowing("expert-fees", "E2"));
  const fees = await asService(stage, (tx) => tx.select().from(expertFees));
  const confirms = ({ member, person }: Seated) =>
    stage.act(person, confirmExpertFee, {
      feeId: fees.find(({ memberId }) => memberId === member.id)!.id,
      ...{ bank: "黔江商业银行（演示）", account: "6222000000001111" },
    });
  const confirmed = await differ(() => confirms(first), { expert: [second.person.key] });
  expect(whoDiffers(confirmed)).toEqual(["tenderer", "agency"]);
  for (const each of committee.slice(1)) await confirms(each);
  const claimed = await differ(() => stage.serve(claimExpertFees, { lotId }), { expert: [second.person.key] });
  expect(whoDiffers(claimed).filter((watcher) => watcher !== "expert")).toEqual(["tenderer", "agency"]);
  expect(await whoReads("6222000000001111", { people: { expert: [second.person.key] } })).toEqual(["expert"]);

  await awardLot({ stage }, lotId);
  const owed = await differ(() => stage.serve(claimServiceFee, { lotId }));
  const winner = await asService(stage, (tx) => awardOf(tx, lotId));
  const looks = stage.person("ji").orgId === winner!.orgId ? ["bidder", "agency"] : ["agency"];
  expect(whoDiffers(owed)).toEqual(looks);
  const [balance] = (await asPerson(stage, operator, (tx) => feeBalances(tx))).filter((row) => row.lotId === lotId);
  for (const name of [first.person.name, stage.person("jia").orgName])
    expect(JSON.stringify(balance, (_, each) => String(each))).not.toContain(name);
});
