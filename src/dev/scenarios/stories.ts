import { addHours, shanghai } from "@/core/time";
import { keepDraftCopy, obtain, submit } from "./bidding";
import { DEMO_BILL, demoPrices } from "./bill";
import {
  award,
  formCommittee,
  publishTheCandidates,
  review,
  seatCommittee,
  signRecord,
  signReportAll,
} from "./evaluate";
import { decrypt, reachOpening, signIn } from "./opening";
import type { Person } from "./person";
import { secure } from "./securities";
import { draftLot, publish, simplePdf } from "./tendering";
import type { Stage } from "./world-state";

/**
 * A lot's story: acts between instants. Each `yield` gives the instant of the next acts; the player moves the clock there,
 * so that the stories of all lots run in one order of time.
 */
export type Story = AsyncGenerator<Date, void, void>;

const bidders = (stage: Stage, ...keys: string[]): Person[] => keys.map((key) => stage.person(key));

/** Awarded, with archive: the whole path in the weeks before. */
export async function* awarded(stage: Stage): Story {
  yield shanghai("2026-03-09 09:00");
  const { lotId } = await draftLot(stage, {
    name: "清溪市第三小学新建工程（演示）",
    content: "教学楼一栋，建筑面积 5200 平方米，施工总承包",
    estimateFen: 1_000_000_000n,
    deadline: shanghai("2026-03-31 09:30"),
  });
  await publish(stage, lotId);
  const all = bidders(stage, "jia", "yi", "bing", "ding", "wu", "ji");
  const prices = [965_000_000n, 948_000_000n, 921_000_000n, 987_000_000n, 899_000_000n, 933_000_000n];
  yield shanghai("2026-03-11 10:00");
  for (const bidder of all) await obtain(stage, bidder, lotId);
  yield shanghai("2026-03-30 15:00");
  for (const [i, bidder] of all.entries()) {
    await secure(stage, bidder, lotId);
    await submit(stage, bidder, lotId, { priceFen: prices[i]! });
  }
  yield shanghai("2026-03-31 09:00");
  for (const bidder of all) await signIn(stage, bidder, lotId);
  yield shanghai("2026-03-31 09:30");
  await reachOpening(stage, lotId, "O1");
  for (const bidder of all) await decrypt(stage, bidder, lotId);
  yield shanghai("2026-03-31 09:50");
  await signRecord(stage, lotId, all.slice(0, 4));
  const committee = await formCommittee(stage, lotId, shanghai("2026-03-31 14:00"));
  yield shanghai("2026-03-31 14:00");
  await seatCommittee(stage, lotId, committee);
  await review(stage, lotId, committee, "preliminary");
  await review(stage, lotId, committee, "detailed");
  yield shanghai("2026-03-31 17:00");
  await signReportAll(stage, lotId, committee);
  yield shanghai("2026-04-01 10:00");
  const end = await publishTheCandidates(stage, lotId);
  yield addHours(end, 9);
  await award(stage, lotId);
}

/** Failed: two bids at the deadline. Nothing says that there were two, nor whose. */
export async function* failed(stage: Stage): Story {
  yield shanghai("2026-04-20 09:00");
  const { lotId } = await draftLot(stage, {
    name: "清溪市老旧小区改造监理用房工程（演示）",
    content: "改造用房 800 平方米",
    estimateFen: 450_000_000n,
    deadline: shanghai("2026-05-13 09:30"),
  });
  await publish(stage, lotId);
  yield shanghai("2026-05-12 15:00");
  for (const [i, bidder] of bidders(stage, "bing", "ding").entries()) {
    await obtain(stage, bidder, lotId).catch(() => undefined);
    await secure(stage, bidder, lotId);
    await submit(stage, bidder, lotId, { priceFen: 430_000_000n + BigInt(i) * 1_000_000n });
  }
  yield shanghai("2026-05-13 09:30");
  await reachOpening(stage, lotId, "F1");
}

/** In evaluation: five members at their seats, preliminary review open. */
export async function* evaluating(stage: Stage): Story {
  yield shanghai("2026-04-22 09:00");
  const { lotId } = await draftLot(stage, {
    name: "清溪市人民医院门诊楼改造工程（演示）",
    content: "门诊楼改造 3600 平方米",
    estimateFen: 1_280_000_000n,
    deadline: shanghai("2026-05-15 09:30"),
  });
  await publish(stage, lotId);
  const some = bidders(stage, "jia", "yi", "ding", "ji");
  yield shanghai("2026-05-14 16:00");
  for (const [i, bidder] of some.entries()) {
    await secure(stage, bidder, lotId);
    await submit(stage, bidder, lotId, { priceFen: 1_201_140_000n + BigInt(i) * 9_870_000n });
  }
  yield shanghai("2026-05-15 09:30");
  await reachOpening(stage, lotId, "O1");
  for (const bidder of some) await decrypt(stage, bidder, lotId);
  yield shanghai("2026-05-15 09:55");
  await signRecord(stage, lotId, some.slice(0, 2));
  yield shanghai("2026-05-17 09:00");
  const committee = await formCommittee(stage, lotId, shanghai("2026-05-18 08:00"));
  yield shanghai("2026-05-18 07:35");
  // The demonstration's own expert is among them when the draw says so; whoever is drawn sits down.
  await seatCommittee(stage, lotId, committee);
}

/** In opening: two have released their keys, two have not; the window ends ten minutes after the demonstration begins. */
export async function* opening(stage: Stage): Story {
  yield shanghai("2026-04-24 09:00");
  const { lotId } = await draftLot(stage, {
    name: "清溪市北环路市政管网工程（演示）",
    content: "雨污水管网 4.2 公里",
    estimateFen: 860_000_000n,
    deadline: shanghai("2026-05-18 07:45"),
  });
  await publish(stage, lotId);
  const some = bidders(stage, "jia", "bing", "wu", "ji");
  yield shanghai("2026-05-17 16:00");
  for (const [i, bidder] of some.entries()) {
    await secure(stage, bidder, lotId);
    await submit(stage, bidder, lotId, { priceFen: 801_000_000n + BigInt(i) * 7_310_000n });
  }
  yield shanghai("2026-05-18 07:45");
  await reachOpening(stage, lotId, "O1");
  for (const bidder of some.slice(1, 3)) await decrypt(stage, bidder, lotId);
}

/**
 * Closes sixty minutes after the demonstration begins; others have delivered, which nobody can see. One bid is nearly
 * ready: its encrypted draft waits for its author, only two unit prices and the technical file are missing.
 */
export async function* closing(stage: Stage): Story {
  yield shanghai("2026-04-26 09:00");
  const { lotId } = await draftLot(stage, {
    name: "清溪市第五幼儿园新建工程（演示）",
    content: "幼儿园主体及室外工程，12 个班",
    estimateFen: 1_280_000_000n,
    bill: DEMO_BILL,
    deadline: shanghai("2026-05-18 09:00"),
    saleDays: 22,
  });
  await publish(stage, lotId);
  const some = bidders(stage, "yi", "bing", "ding");
  yield shanghai("2026-05-17 17:00");
  for (const bidder of [...some, stage.person("jia")]) await obtain(stage, bidder, lotId);
  for (const [i, bidder] of some.entries()) {
    await secure(stage, bidder, lotId);
    await submit(stage, bidder, lotId, { priceFen: 1_201_000_000n + BigInt(i) * 8_880_000n });
  }
  yield shanghai("2026-05-18 07:20");
  const jia = stage.person("jia");
  const letter = await simplePdf("投标函", [`投标人：${jia.orgName}`, "演示内容"], await stage.now());
  const { "010807001001": _windows, "040203005001": _ground, ...prices } = demoPrices(1_196_000_000n);
  await keepDraftCopy(
    stage,
    jia,
    lotId,
    { period_days: "255", quality: "合格", project_lead: "钱程（演示）", lead_certificate: "黔建演示-0007" },
    [{ slot: "letter", name: "投标函.pdf", bytes: letter }],
    prices,
  );
}

/** On sale. */
export async function* onSale(stage: Stage): Story {
  yield shanghai("2026-05-14 09:00");
  const { lotId } = await draftLot(stage, {
    name: "清溪市档案馆库房工程（演示）",
    content: "库房一栋，建筑面积 2100 平方米",
    estimateFen: 620_000_000n,
    deadline: shanghai("2026-06-09 09:30"),
    documentFeeFen: 30_000n,
  });
  await publish(stage, lotId);
}

/** A draft with one failing rule: the bid security is above two per cent. */
export async function* drafting(stage: Stage): Story {
  yield shanghai("2026-05-15 15:00");
  await draftLot(stage, {
    name: "清溪市文化馆改造工程（演示）",
    content: "文化馆改造 1800 平方米",
    estimateFen: 500_000_000n,
    securityFen: 12_000_000n,
    deadline: shanghai("2026-06-10 09:30"),
  });
}

/** Plays stories in one order of time. */
export async function play(stage: Stage, stories: readonly Story[]): Promise<void> {
  const waiting: { at: Date; story: Story }[] = [];
  const advance = async (story: Story) => {
    const { value, done } = await story.next();
    if (!done && value) waiting.push({ at: value, story });
  };
  for (const story of stories) await advance(story);
  while (waiting.length) {
    waiting.sort((a, b) => a.at.getTime() - b.at.getTime());
    const { at, story } = waiting.shift()!;
    await stage.setClock(at);
    await advance(story);
  }
}

export const ALL_STORIES = [awarded, failed, evaluating, opening, closing, onSale, drafting] as const;
