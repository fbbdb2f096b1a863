import { expect, test } from "vitest";
import { type InterestedBid, interestFindings } from "./interests";

const party = (name: string, represent: string) => ({ name, creditCode: `code-${name}`, represent });
const bid = (bidId: string, ...parties: InterestedBid["parties"][number][]): InterestedBid => ({ bidId, parties });
const TENDERER = [party("招标人", "赵")];

test("IR34: two bidders of one chief person are both told, and so is one whose chief person is the tenderer's", () => {
  const found = interestFindings(
    [
      bid("1", party("甲", "钱")),
      bid("2", party("乙", "钱")),
      bid("3", party("丙", "赵")),
      bid("4", party("丁", "孙")),
    ],
    TENDERER,
    [],
  );
  expect([...found.keys()]).toEqual(["1", "2", "3"]);
  expect(found.get("1")![0]).toContain("“甲”与“乙”登记的法定代表人同名（钱）");
  expect(found.get("2")![0]).toContain("“乙”与“甲”");
  expect(found.get("3")![0]).toContain("“丙”与“招标人”");
});

test("IR34: who the tenderer named as related is told with the relation, also as a member of a consortium", () => {
  const relations = [{ creditCode: "code-戊", relation: "招标人的子公司" }];
  const found = interestFindings(
    [bid("1", party("甲", "钱"), party("戊", "李")), bid("2", party("乙", ""))],
    TENDERER,
    relations,
  );
  expect([...found]).toEqual([["1", [expect.stringContaining("招标人登记“戊”与其有利害关系（招标人的子公司）")]]]);
});

test("IR34: a chief person that is not known is nobody, and a company is not in conflict with itself", () => {
  const found = interestFindings(
    [bid("1", party("甲", "")), bid("2", party("乙", "")), bid("3", party("丙", "周")), bid("4", party("丙", "周"))],
    [party("招标人", "")],
    [],
  );
  expect([...found]).toEqual([]);
});
