import { beforeAll, expect, test } from "vitest";
import { type Bytes, concat, equalBytes, utf8 } from "@/core/bytes";
import { partLeaves, rootOf } from "@/crypto/merkle";
import { gather } from "@/crypto/pieces";
import type { Statement } from "@/crypto/statement";
import { someBytes } from "@/crypto/testing/package";
import { type TestPki, testPki } from "@/crypto/testing/pki";
import { type DraftContent, openCopy, prepareCopy } from "./draft-copy";

let pki: TestPki;
const files = [
  { id: "a", slot: "letter", name: "投标函.pdf", sizeBytes: 40_000 },
  { id: "b", slot: "extra", name: "空.pdf", sizeBytes: 0 },
  { id: "c", slot: "extra", name: "业绩.pdf", sizeBytes: 1_200_000 },
];
const draft: DraftContent = {
  form: { price: "", project_lead: "钱程（演示）" },
  files,
  prices: { "010101002001": "18.60" },
  consortium: {
    parties: [{ name: "乌江工程（演示）", creditCode: "", work: "", share: "60", qualification: "" }],
    consents: [{ payload: "e30", cms: "AA" }],
  },
};
const contents = new Map(files.map(({ id, sizeBytes }) => [id, someBytes(sizeBytes)]));
const LOT = "E5200000001000001001001";

async function made(what = draft): Promise<{ statement: Statement; body: Bytes }> {
  const copy = await prepareCopy({
    lot: LOT,
    draft: what,
    certificate: pki.encryption.certificate.der,
    open: ({ id }) => [contents.get(id)!],
  });
  const body = await gather(copy.body());
  expect(body.length).toBe(copy.bodyLength);
  // Sent again after a cut it is the same, so that only what is missing travels.
  expect(equalBytes(await gather(copy.body()), body)).toBe(true);
  const leaves: Bytes[] = [];
  for await (const leaf of partLeaves([body])) leaves.push(leaf);
  return { body, statement: await copy.finish(rootOf(leaves), "2026-05-17T10:20:00.000Z", pki.signer) };
}

const keyOf = (signing: Bytes, certificate = pki.encryption) => ({
  signing,
  encryption: { certificate: certificate.certificate.der, key: certificate.privateKey },
});
const own = () => keyOf(pki.signer.certificate);

async function opened(statement: Statement, body: Bytes, key = own(), lot = LOT) {
  const kept = new Map<string, Bytes>();
  const content = await openCopy(statement, lot, key, [body], async ({ id }, bytes) => {
    kept.set(id, await gather(bytes));
  });
  return { content, kept };
}

beforeAll(async () => {
  pki = await testPki();
});

test("a draft comes back from its encrypted copy as it was, form and files", async () => {
  const { statement, body } = await made();
  const { content, kept } = await opened(statement, body);
  expect(content).toEqual(draft);
  for (const { id } of files) expect(equalBytes(kept.get(id)!, contents.get(id)!)).toBe(true);
});

test("R-5.5.5: how many digits the prices of a draft have does not show in the length of its copy", async () => {
  const dear = { ...draft, form: { price: "12,800,000.00" }, prices: { "010101002001": "1,234,567.89" } };
  expect((await made(dear)).body.length).toBe((await made({ form: {}, files })).body.length);
});

test("neither text nor file names nor sizes of single files stand in what leaves the computer", async () => {
  const { statement, body } = await made();
  const seen = new TextDecoder("latin1").decode(
    concat(
      body,
      utf8(JSON.stringify(statement)),
      utf8(atob(statement.payload.replaceAll("-", "+").replaceAll("_", "/"))),
    ),
  );
  for (const secret of ["钱程", "投标函", "project_lead", "40000", "xb-draft/1"])
    expect(seen).not.toContain(new TextDecoder("latin1").decode(utf8(secret)));
});

test("another lot, another certificate, another signer, a changed, cut or exchanged body are refused with a sentence", async () => {
  const { statement, body } = await made();
  const other = await made();
  const flipped = (at: number) => {
    const copy = body.slice();
    copy[at]! ^= 1;
    return copy;
  };
  const cases: readonly (readonly [RegExp, () => Promise<unknown>])[] = [
    [/不属于这个标段/, () => opened(statement, body, own(), "E5200000001000001001002")],
    [/另一张加密证书/, () => opened(statement, body, keyOf(pki.signer.certificate, pki.spare))],
    [/由证书“/, () => opened(statement, body, keyOf(pki.otherCompany.certificate))],
    [/签名无效/, () => opened({ ...statement, payload: other.statement.payload }, body)],
    ...[10, 70, 20_000, body.length - 1].map((at) => [/已损坏/, () => opened(statement, flipped(at))] as const),
    [/已损坏/, () => opened(statement, body.slice(0, -1))],
    [/已损坏/, () => opened(statement, body.slice(0, 40))],
    [/已损坏/, () => opened(statement, concat(body, Uint8Array.of(0)))],
    [/已损坏/, () => opened(statement, other.body)],
  ];
  for (const [sentence, act] of cases) await expect(act()).rejects.toThrow(sentence);
});
