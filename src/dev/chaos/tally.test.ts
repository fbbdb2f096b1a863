import { expect, test } from "vitest";
import { planOf, STEPS, SUPERVISED } from "./steps";
import { newTally, summaryOf, tableOf, verdictsOf } from "./tally";

test("with thirty rounds each process dies in each step", () => {
  for (const step of Object.values(STEPS).flat())
    expect([...new Set(planOf(step, 30))]).toEqual(expect.arrayContaining([...SUPERVISED]));
});

test("with few rounds another process dies in each step", () => {
  expect(STEPS.submit.map((step) => planOf(step, 1)[0])).toEqual(["web", "receiver", "worker"]);
});

test("a step that no kill has hit proves nothing; another answer and a loss are told", () => {
  const tally = newTally();
  tally.rowOf("begin", "none").acknowledged = 3;
  Object.assign(tally.rowOf("part", "web"), { kills: 1, acknowledged: 2, repeated: 2, different: 1 });
  Object.assign(tally.rowOf("finish", "database"), { kills: 1, acknowledged: 4, repeated: 4, lost: 1 });
  const told = verdictsOf(tally.rows()).map(({ name, ok }) => `${ok} ${name}`);
  expect(told[0]).toMatch(/^false submit: begin: 0 kills.*no kill came/);
  expect(told[1]).toBe("false submit: part: 1 kills, 1 other answers, 0 lost");
  expect(told[2]).toBe("false submit: finish: 1 kills, 0 other answers, 1 lost");
  expect(summaryOf(tally.rows())).toBe("acknowledged 9, kept 8, lost 1, killed web 1 receiver 0 worker 0 database 1");
  expect(tableOf(tally.rows())).toEqual([
    "step            killed    kills  acknowledged  retries  same answer  lost",
    "submit: begin   none      0      3             0        -            0",
    "submit: part    web       1      2             0        NO (1)       0",
    "submit: finish  database  1      4             0        yes          1",
  ]);
});
