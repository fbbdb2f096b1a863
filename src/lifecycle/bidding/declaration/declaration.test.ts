import { expect, test } from "vitest";
import { declarationFindings, levelFindings, levelRows } from "./opened";
import { DECLARATION_BYTES, type Declaration, encodeDeclaration, readDeclaration } from "./part";
import { declare, EMPTY_DECLARATION } from "./typed";

const asked = { interestDeclaration: true } as const;
const jia = { name: "甲山", creditCode: "91520100MA00000115" };
const yi = { name: "乙水", creditCode: "91520100MA0000012X" };
const NONE: Declaration = { format: "xb-declaration/1", interests: [], qualifications: [] };
const named: Declaration = {
  ...NONE,
  interests: [{ name: "清溪市教育局", kind: "management", note: "主管单位" }],
};

test("R-L.34: a bid is not whole before the bidder has said whether it is related to the tenderer, and who it is related to", () => {
  expect(declare(asked, [jia]).problems.map(({ sentence }) => sentence)).toEqual([
    expect.stringContaining("第三十四条"),
  ]);
  expect(declare(asked, [jia], { ...EMPTY_DECLARATION, related: "no" })).toEqual({ declaration: NONE, problems: [] });
  const yes = { ...EMPTY_DECLARATION, related: "yes" as const };
  expect(declare(asked, [jia], yes).problems).toHaveLength(1);
  const typed = { name: " 清溪市教育局 ", creditCode: "", kind: "management", note: "主管单位" };
  expect(declare(asked, [jia], { ...yes, interests: [typed] }).declaration).toEqual(named);
  for (const wrong of [
    { name: "" },
    { note: "" },
    { creditCode: "123" },
    { name: "隐\u200b形" },
    { note: "长".repeat(201) },
  ])
    expect(
      declare(asked, [jia], { ...yes, interests: [{ ...typed, ...wrong }] }).problems,
      JSON.stringify(wrong),
    ).toHaveLength(1);
  // Documents of before ask for nothing.
  expect(declare({}, [jia]).problems).toEqual([]);
});

test("R-L.34: the part has one length whatever is declared, and what is no declaration reads as none", () => {
  for (const one of [NONE, named]) {
    const bytes = encodeDeclaration(one);
    expect(bytes).toHaveLength(DECLARATION_BYTES);
    expect(readDeclaration(bytes)).toEqual(one);
  }
  for (const hostile of [
    new Uint8Array(),
    new Uint8Array(DECLARATION_BYTES + 1),
    new TextEncoder().encode('{"format":"x"}'),
  ])
    expect(readDeclaration(hostile)).toBeUndefined();
});

test("R-L.34: the committee reads what is declared beside what was found, and where the two do not agree", () => {
  expect(declarationFindings(asked, NONE, [])).toEqual([]);
  expect(declarationFindings(asked, null, [])).toEqual([expect.stringContaining("没有可读的利害关系声明")]);
  expect(declarationFindings({}, null, ["招标人登记…"])).toEqual([]);
  expect(declarationFindings(asked, named, [])).toEqual([expect.stringContaining("清溪市教育局：管理关系，主管单位")]);
  expect(declarationFindings(asked, NONE, ["招标人登记…"])).toEqual([expect.stringContaining("不一致")]);
});

const speciality = "建筑工程施工总承包";
const requirement = [{ id: "q1", speciality, level: 2 }];
const holds = (party: { creditCode: string }, level: number | undefined, undertakes = true) => ({
  ...{ party: party.creditCode, speciality, undertakes },
  ...(level === undefined ? {} : { level }),
});

test("R-L.31: of the members that do a speciality the lowest level counts; who does not do it does not lower it", () => {
  const levelOf = (...stated: ReturnType<typeof holds>[]) => levelRows(requirement, [jia, yi], stated)[0]!;
  expect(levelOf(holds(jia, 1), holds(yi, 2))).toMatchObject({ computed: "二级（乙级）", ok: true });
  expect(levelOf(holds(jia, 1), holds(yi, 3))).toMatchObject({ computed: "三级（丙级）", ok: false });
  expect(levelOf(holds(jia, 1), holds(yi, 3, false))).toMatchObject({ computed: "一级（甲级）", ok: true });
  expect(levelOf(holds(jia, 1), holds(yi, undefined))).toMatchObject({ ok: false });
  expect(levelOf(holds(jia, 1, false), holds(yi, 1, false))).toMatchObject({
    computed: "无（没有成员承担）",
    ok: false,
  });
  expect(levelOf()).toMatchObject({ ok: false });
  expect(levelFindings([levelOf(holds(jia, 1), holds(yi, 3))])).toEqual([
    expect.stringContaining("甲山：一级（甲级），承担；乙水：三级（丙级），承担计算为三级（丙级）"),
  ]);
});

test("R-L.31: each company states its level, and a consortium who does the work", () => {
  const levels = { levels: requirement };
  expect(declare(levels, [jia]).problems).toHaveLength(1);
  const level = (party: { creditCode: string }, text: string, undertakes: boolean) => ({
    ...{ party: party.creditCode, requirement: "q1", level: text, undertakes },
  });
  const typed = (...rows: ReturnType<typeof level>[]) => ({ ...EMPTY_DECLARATION, levels: rows });
  // Who bids alone does the work, whatever is ticked.
  expect(declare(levels, [jia], typed(level(jia, "1", false))).declaration?.qualifications).toEqual([holds(jia, 1)]);
  const both = typed(level(jia, "1", true), level(yi, "none", false));
  expect(declare(levels, [jia, yi], both).declaration?.qualifications).toEqual([
    holds(jia, 1),
    holds(yi, undefined, false),
  ]);
  expect(declare(levels, [jia, yi], typed(level(jia, "1", false), level(yi, "1", false))).problems).toHaveLength(1);
});
