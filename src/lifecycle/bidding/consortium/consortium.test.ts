import { beforeAll, expect, test } from "vitest";
import { base64url, utf8 } from "@/core/bytes";
import { encodeCanonical } from "@/core/canonical-json";
import type { CmsSigner } from "@/crypto/cms";
import { signStatement } from "@/crypto/statement";
import { checkedPki, TEST_TIME, type TestPki } from "@/crypto/testing/pki";
import { AGREEMENT_SLOT } from "../draft";
import { ConsentRefused, consentFile, holderOf, readConsent, readRequest, requestFile, signConsent } from "./consent";
import { consortiumFaults } from "./faults";
import { openConsortium, partiesTwice } from "./opened";
import {
  bidderTitle,
  CONSORTIUM_BYTES,
  type Declared,
  declaredBy,
  digestOf,
  encodePart,
  readPart,
  shareText,
  type Terms,
} from "./part";
import { prepareConsortium, sealedPart } from "./prepared";
import { declare, readParties, readShare, type TypedParty, termsFor } from "./typed";

const LOT = { tender: "E5200000001000001001", lot: "E5200000001000001001001" };
const LEADER = "91520000MA00000X1H";
const agreement = utf8("%PDF-1.7 联合体协议");
const leader: TypedParty = {
  name: "乌江工程（演示）",
  creditCode: LEADER,
  work: "主体结构",
  share: "60",
  qualification: "总承包三级",
};
let pki: TestPki;
let member: TypedParty;
let terms: Terms;
beforeAll(async () => {
  pki = await checkedPki();
  member = { ...leader, name: "黔山建设（演示）", creditCode: pki.account, work: "安装", share: "40%" };
  terms = termsFor(LOT, [leader, member], agreement).terms!;
});

const trust = () => ({ trust: pki.trust, crls: pki.crls, time: TEST_TIME });
const facts = () => ({ ...LOT, bidder: LEADER, isAllowed: true, trust: trust() });
const signedBy = async (signer: CmsSigner, of: Terms = terms): Promise<Declared> =>
  declaredBy(terms, agreement, [{ creditCode: pki.account, cms: (await signStatement(of, signer)).cms }]);
const codesOf = async (declared: Declared, changes: object = {}) =>
  (await consortiumFaults(declared, { ...facts(), ...changes })).map(({ code }) => code);

test("R-5.5.4: a consortium whose member signed the agreement is sealed and read again, and nothing is found", async () => {
  const declared = await signedBy(pki.signer);
  expect(await codesOf(declared)).toEqual([]);
  const bytes = encodePart(declared);
  expect(readPart(bytes)).toEqual({ kind: "declared", declared });
  expect(await openConsortium(bytes, { ...LOT, bidder: LEADER, isAllowed: true, trust: trust() })).toMatchObject({
    parties: [{ creditCode: LEADER, shareBasisPoints: 6000 }, { creditCode: pki.account }],
    agreement: digestOf(agreement),
    findings: [],
  });
});

test("R-5.5.4: a signature that is missing, broken, revoked, expired, of another agreement or of another company is found", async () => {
  const said = async (declared: Declared) => (await consortiumFaults(declared, facts())).map(({ code }) => code);
  const none = declaredBy(terms, agreement, []);
  expect(await said(none)).toEqual(["missing"]);
  const good = await signedBy(pki.signer);
  expect(await said({ ...good, consents: [{ creditCode: pki.account, cms: base64url(utf8("x")) }] })).toEqual([
    "invalid",
  ]);
  expect(await said(await signedBy(pki.signer, { ...terms, agreement: "0".repeat(64) }))).toEqual(["invalid"]);
  expect(await said(await signedBy(pki.otherCompany))).toEqual(["holder"]);
  for (const bad of [pki.revoked, pki.expired, pki.untrusted, pki.encryptionOnly])
    expect(await said(await signedBy(bad))).toEqual(["certificate"]);
  expect(await said({ ...good, consents: [...good.consents, { creditCode: LEADER, cms: "" }] })).toEqual(["stranger"]);
  expect(await said({ ...good, agreement: base64url(utf8("%PDF-2")) })).toEqual(["agreement"]);
});

test("R-5.5.4: a document without consortia, another lot, another leader, and companies named twice are found", async () => {
  const good = await signedBy(pki.signer);
  expect(await codesOf(good, { isAllowed: false })).toEqual(["not-allowed"]);
  expect(await codesOf(good, { lot: "E5200000001000001001002" })).toEqual(["other-lot"]);
  expect(await codesOf(good, { bidder: "91520000MA00000X0E" })).toEqual(["leader"]);
  const sentences = (parties: readonly TypedParty[]) => readParties(parties).problems.map(({ sentence }) => sentence);
  expect(sentences([leader, { ...member, creditCode: LEADER }])).toEqual([expect.stringContaining("又列为成员")]);
  expect(sentences([leader, { ...member, share: "20" }, { ...member, share: "20" }])).toEqual([
    expect.stringContaining("与另一方相同"),
  ]);
  expect(sentences([leader])).toEqual([expect.stringContaining("至少有一家成员")]);
  expect(sentences([leader, { ...member, share: "41" }])).toEqual([expect.stringContaining("合计须为 100%")]);
});

test("R-5.5.4: what is typed wrongly is told all at once, with who and what to do", () => {
  const bad = {
    name: "",
    creditCode: "91520000MA00000X0F",
    work: "安\u202e装",
    share: "101",
    qualification: "x".repeat(201),
  };
  expect(readParties([leader, bad]).problems.map(({ field, party }) => [party, field])).toEqual([
    [1, "name"],
    [1, "work"],
    [1, "qualification"],
    [1, "creditCode"],
    [1, "share"],
  ]);
  expect(["35", "35.5", "35.25 %", "100", "0"].map(readShare)).toEqual([3500, 3550, 3525, 10_000, 0]);
  expect(["", "-1", "100.01", "1.234", "1e1", "三十"].map(readShare)).toEqual(Array(6).fill(undefined));
  expect([3550, 10_000, 1].map(shareText)).toEqual(["35.5%", "100%", "0.01%"]);
  expect(termsFor(LOT, [leader, member], utf8("no PDF")).problems).toEqual([
    { sentence: expect.stringContaining("不是 PDF") },
  ]);
});

test("R-5.5.4: leader and member pass files, and what is no such file or no member's certificate is refused with a sentence", async () => {
  const request = utf8(requestFile({ terms, agreement }));
  expect(readRequest(request)).toEqual({ terms, agreement });
  const consent = await signConsent(terms, pki.signer);
  const back = readConsent(utf8(consentFile(consent)));
  expect(back).toEqual({ payload: consent.payload, cms: consent.cms });
  expect(await holderOf(back)).toBe(pki.account);
  await expect(signConsent(terms, pki.otherCompany)).rejects.toThrow("属于牵头人");
  const others = { ...terms, parties: [terms.parties[0]!, { ...terms.parties[1]!, creditCode: "91520000MA00000X2X" }] };
  await expect(signConsent(others, pki.signer)).rejects.toThrow("不在联合体名单中");
  for (const bytes of [utf8("x"), utf8("{}"), utf8("[[[["), new Uint8Array(CONSORTIUM_BYTES + 1)])
    expect(() => readRequest(bytes)).toThrow(ConsentRefused);
  expect(() => readRequest(utf8(requestFile({ terms, agreement: utf8("%PDF-2") })))).toThrow("与其校验值不符");
  for (const bytes of [utf8("x"), utf8("{}"), new Uint8Array(200_000)])
    expect(() => readConsent(bytes)).toThrow(ConsentRefused);
  await expect(holderOf({ ...back, cms: base64url(utf8("x")) })).rejects.toThrow("签章无效");
});

test("R-5.5.4: the tool seals a whole consortium alone, and a consent to what stood there before is told as that", async () => {
  const consent = await signConsent(terms, pki.signer);
  const place = { ...LOT, bidder: { name: leader.name, creditCode: LEADER }, isAllowed: true, trust: trust() };
  const file = { id: "a", slot: AGREEMENT_SLOT, name: "协议.pdf", sizeBytes: agreement.length };
  const draft = { files: [file], consortium: { parties: [leader, member], consents: [consent] } };
  const open = async () => agreement;
  const prepared = await prepareConsortium(place, draft, open);
  expect(prepared).toMatchObject({ problems: [], consented: [pki.account] });
  const [part] = sealedPart(true, prepared);
  expect([part?.name, digestOf(part!.bytes)]).toEqual([
    "consortium.json",
    digestOf(encodePart(await signedBy(pki.signer))),
  ]);
  const changed = { ...draft, consortium: { ...draft.consortium, parties: [leader, { ...member, work: "装饰" }] } };
  const [problem] = (await prepareConsortium(place, changed, open)).problems;
  expect(problem?.sentence).toContain("签署的是另一份协议或另一组成员");
  expect(() => sealedPart(true, { problems: [problem!], consented: [] })).toThrow("请重新发出签署请求");
  const alone = await prepareConsortium(place, { files: [] }, open);
  expect(digestOf(sealedPart(true, alone)[0]!.bytes)).toBe(digestOf(encodePart(undefined)));
  expect(sealedPart(false, alone)).toEqual([]);
  const forbidden = await declare({ ...facts(), isAllowed: false }, [leader, member], agreement, [consent]);
  expect(forbidden.problems.map(({ sentence }) => sentence)).toEqual([expect.stringContaining("请改为单独投标")]);
  const large = { ...draft, files: [{ ...file, sizeBytes: 5_000_000 }] };
  expect((await prepareConsortium(place, large, open)).problems[0]?.sentence).toContain("超过 4 MB");
});

test("R-5.5.4: the part has one length for every bid, also for the largest consortium, and hostile bytes are unreadable", async () => {
  const party = {
    ...terms.parties[0]!,
    name: "名".repeat(200),
    work: "工".repeat(200),
    qualification: "资".repeat(200),
  };
  const parties = Array.from({ length: 10 }, () => party);
  const cms = base64url(new Uint8Array(30_000));
  const consents = Array.from({ length: 10 }, () => ({ creditCode: LEADER, cms }));
  const largest = declaredBy({ ...terms, parties }, new Uint8Array(4 * 1024 * 1024), consents);
  expect([encodePart(largest), encodePart(undefined)].map(({ length }) => length)).toEqual(
    Array(2).fill(CONSORTIUM_BYTES),
  );
  expect(readPart(encodePart(largest)).kind).toBe("declared");
  expect(readPart(encodePart(undefined))).toEqual({ kind: "alone" });
  const bidi = encodeCanonical({ ...largest, terms: { ...terms, parties: [party, { ...party, name: "甲\u202e乙" }] } });
  for (const bytes of [
    utf8(""),
    utf8("x"),
    utf8('{"format":"xb-consortium/2"}'),
    bidi,
    new Uint8Array(CONSORTIUM_BYTES + 1),
  ])
    expect(readPart(bytes)).toEqual({ kind: "unreadable" });
});

test("R-5.5.4: a company in two bids, alone and in a consortium or in two, is found in all bids concerned (IR37)", () => {
  const of = (bidId: string, name: string, creditCode: string, members: readonly string[] = []) => ({
    bidId,
    name,
    creditCode,
    consortium: members.length
      ? {
          parties: [name, ...members].map((one) => ({ ...terms.parties[0]!, name: one, creditCode: `code-${one}` })),
          agreement: "",
          findings: [],
        }
      : null,
  });
  const found = partiesTwice([
    of("1", "甲", "code-甲", ["丙"]),
    of("2", "乙", "code-乙", ["丙", "丁"]),
    of("3", "丁", "code-丁"),
    of("4", "戊", "code-戊"),
  ]);
  expect([...found.keys()].sort()).toEqual(["1", "2", "3"]);
  expect(found.get("2")).toHaveLength(2);
  expect(found.get("3")![0]).toContain("联合体（牵头人：乙；成员：丙、丁）、丁（单独投标）");
  expect(bidderTitle("甲", [])).toBe("甲");
});
