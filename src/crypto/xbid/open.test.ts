import { beforeAll, describe, expect, test } from "vitest";
import { type Bytes, concat, hex, utf8 } from "@/core/bytes";
import { encodeCanonical } from "@/core/canonical-json";
import { chunkKeys, ciphertextLength, decryptChunked, encryptChunked } from "../chunked";
import { gather } from "../pieces";
import { sha256 } from "../sha256";
import {
  aFile,
  aSealInput,
  blobsOf,
  RECOVERY_SECRET,
  SECRET_NAME,
  SECRET_PRICE,
  type SealedPackage,
  seal,
  sealBody,
  someBytes,
} from "../testing/package";
import { type TestPki, testPki } from "../testing/pki";
import { blobContext } from "./context";
import { isFileName } from "./file-name";
import { readManifest } from "./manifest";
import { checkCommitments, openFile, openManifest, rehearse } from "./open";
import { OpenError } from "./refusal";
import { unwrapWithKey, unwrapWithRecovery } from "./wrap";
import { type FileToSeal, prepareSeal, SealError, WHOLE_BYTES } from "./write";

let pki: TestPki;
let sealed: SealedPackage;
beforeAll(async () => {
  pki = await testPki();
  sealed = await seal(aSealInput(pki));
});

const ownKey = () => ({ fingerprint: pki.encryption.certificate.fingerprint, privateKey: pki.encryption.privateKey });
const problem = (attempt: Promise<unknown>) =>
  attempt.then(
    () => "opened",
    (error: unknown) => (error instanceof OpenError ? error.problem : String(error)),
  );
const segmentAs = (segmentId: string, cek: Bytes, from = sealed) => ({
  header: from.header,
  headerBytes: from.headerBytes,
  segmentId,
  cek,
});

test("what was sealed opens: forms, names, sizes and every byte", async () => {
  const cek = await unwrapWithKey(sealed.header, "tech", ownKey());
  const blobs = blobsOf(sealed)[0]!;
  checkCommitments(
    sealed.header,
    sealed.headerBytes,
    "tech",
    cek,
    blobs.map((blob) => blob.slice(0, 56)),
  );
  const manifest = await openManifest(segmentAs("tech", cek), [blobs[0]!], false);
  expect(manifest.files.map(({ name, size }) => [name, size])).toEqual([
    ["技术标/施工组织设计.pdf", 70_000],
    ["空.txt", 0],
  ]);
  expect(hex(await gather(openFile(segmentAs("tech", cek), manifest.files[0]!, 0, [blobs[1]!])))).toBe(
    hex(someBytes(70_000)),
  );
  const priceKey = await unwrapWithRecovery(sealed.header, "price", RECOVERY_SECRET);
  const price = await openManifest(segmentAs("price", priceKey), [blobsOf(sealed)[1]![0]!]);
  expect(price.form).toEqual({ price: SECRET_PRICE, bidder: "黔山建设" });
});

test("R-O.26b: the key of the first envelope opens the first envelope and nothing of the second", async () => {
  const techKey = await unwrapWithKey(sealed.header, "tech", ownKey());
  const priceBlob = blobsOf(sealed)[1]![0]!;
  expect(await problem(openManifest(segmentAs("tech", techKey), [blobsOf(sealed)[0]![0]!]))).toBe("opened");
  expect(await problem(openManifest(segmentAs("price", techKey), [priceBlob]))).toBe("commitment");
  expect(new TextDecoder().decode(priceBlob)).not.toContain(SECRET_PRICE);
});

test("R-5.5.5: the sealed package contains no name, price, form item or file name in clear", () => {
  const text = new TextDecoder("utf-8").decode(sealed.bytes.subarray(0, sealed.bodyLength));
  const encoded = [SECRET_NAME, SECRET_PRICE, "黔山", "施工组织设计", 'price":"', "xbid-manifest"];
  for (const secret of encoded) expect(text).not.toContain(secret);
  const padded = sealed.header.segments.map(({ blobs }) => blobs[0]);
  // Manifests of unlike content have the same length: neither count of files nor length of names shows.
  expect(padded).toEqual([ciphertextLength(4096), ciphertextLength(4096)]);
});

describe("R-K.8: who can open what", () => {
  const holders: [string, () => Promise<string>][] = [
    ["bidder's encryption key: opened", () => problem(unwrapWithKey(sealed.header, "price", ownKey()))],
    ["bidder's recovery code: opened", () => problem(unwrapWithRecovery(sealed.header, "price", RECOVERY_SECRET))],
    [
      "another key under the bidder's fingerprint: unwrap",
      () => problem(unwrapWithKey(sealed.header, "price", { ...ownKey(), privateKey: pki.spare.privateKey })),
    ],
    [
      "another certificate's key: no-stanza",
      () =>
        problem(
          unwrapWithKey(sealed.header, "price", {
            fingerprint: pki.spare.certificate.fingerprint,
            privateKey: pki.spare.privateKey,
          }),
        ),
    ],
    ["another recovery secret: unwrap", () => problem(unwrapWithRecovery(sealed.header, "price", new Uint8Array(32)))],
    [
      "the other envelope's content key: commitment",
      async () =>
        problem(openManifest(segmentAs("price", sealed.prepared.segments[0]!.cek), [blobsOf(sealed)[1]![0]!])),
    ],
    [
      "a key of zeros: commitment",
      () => problem(openManifest(segmentAs("price", new Uint8Array(32)), [blobsOf(sealed)[1]![0]!])),
    ],
  ];
  test.each(holders)("R-K.8: %s", async (line, attempt) => expect(line.endsWith(`: ${await attempt()}`)).toBe(true));

  test("R-K.8: everything the server stores, tried as a key on every stanza and blob, opens nothing", async () => {
    // What a server has of a sealed package: the package itself. Any 32 bytes of it might be tried as a secret.
    const stored = concat(sealed.head, sealed.sealBytes, sealed.signature);
    const manifest = blobsOf(sealed)[1]![0]!;
    for (let i = 0; i + 32 <= stored.length; i += 97) {
      const guess = stored.slice(i, i + 32);
      expect(await problem(unwrapWithRecovery(sealed.header, "price", guess))).toBe("unwrap");
      expect(await problem(openManifest(segmentAs("price", guess), [manifest]))).toBe("commitment");
    }
  });

  test("R-K.8: content keys are fresh for every package and segment, and stand nowhere in it", async () => {
    const again = await seal(aSealInput(pki));
    const keys = [...sealed.prepared.segments, ...again.prepared.segments].map(({ cek }) => hex(cek));
    expect(new Set(keys).size).toBe(4);
    const text = hex(sealed.bytes);
    for (const key of keys) expect(text).not.toContain(key);
    expect(text).not.toContain(hex(RECOVERY_SECRET));
  });
});

test("a changed, cut, moved or foreign blob does not open", async () => {
  const [cek, other] = sealed.prepared.segments.map((segment) => segment.cek) as [Bytes, Bytes];
  const blobs = blobsOf(sealed)[0]!;
  const manifest = await openManifest(segmentAs("tech", cek), [blobs[0]!]);
  const open = (blob: Bytes, index = 0, key = cek) =>
    problem(gather(openFile(segmentAs("tech", key), manifest.files[index]!, index, [blob])));
  const flipped = blobs[1]!.slice();
  flipped[30_000]! ^= 1;
  expect(await open(blobs[1]!)).toBe("opened");
  expect(await open(flipped)).toBe("chunk");
  expect(await open(blobs[1]!.subarray(0, blobs[1]!.length - 1))).toBe("chunk");
  expect(await open(blobs[2]!)).toBe("commitment");
  expect(await open(blobs[1]!, 0, other)).toBe("commitment");
  const again = await seal(aSealInput(pki));
  expect(await open(blobsOf(again)[0]![1]!)).toBe("commitment");
});

test("a package with two openings is refused: the second key does not fit the commitment", async () => {
  // The bidder writes the commitment of one key over chunks of another, so that it could choose later which to show.
  const prepared = await prepareSeal(aSealInput(pki));
  const [first, second] = prepared.segments.map(({ cek }) => cek) as [Bytes, Bytes];
  const body = await gather(prepared.body());
  const own = await sealBody(prepared, body);
  const blob = blobsOf(own)[0]![0]!;
  const context = blobContext(own.headerBytes, 0, 0);
  const twin = await chunkKeys(second, blob.slice(0, 24), context);
  const plain = await gather(decryptChunked(first, context, [blob]));
  const chunks = (await gather(encryptChunked(twin, [plain]))).subarray(56);
  const salamander = concat(blob.subarray(0, 56), chunks);
  expect(await problem(openManifest(segmentAs("tech", second, own), [salamander]))).toBe("commitment");
  expect(await problem(openManifest(segmentAs("tech", first, own), [salamander]))).toBe("chunk");
});

test("the rehearsal opens every stanza and finds a broken one before the deadline", async () => {
  const both = await seal(
    aSealInput(pki, { encryptionCertificates: [pki.encryption.certificate.der, pki.spare.certificate.der] }),
  );
  const { header, headerBytes, prepared } = both;
  const keys = [ownKey(), { fingerprint: pki.spare.certificate.fingerprint, privateKey: pki.spare.privateKey }];
  const blobHeads = prepared.blobHeads;
  const full = await rehearse({ header, headerBytes, blobHeads, keys, recoverySecret: RECOVERY_SECRET });
  expect(full.complete).toBe(true);
  expect(full.stanzas).toHaveLength(6);
  const part = await rehearse({ header, headerBytes, blobHeads, keys: [ownKey()] });
  expect(part.complete).toBe(false);
  expect(
    await problem(rehearse({ header, headerBytes, blobHeads, keys: [], recoverySecret: new Uint8Array(32) })),
  ).toBe("unwrap");
  expect(await problem(rehearse({ header, headerBytes, blobHeads, keys: [] }))).toBe("no-stanza");
  expect(await problem(rehearse({ header, headerBytes, blobHeads: [...blobHeads].reverse(), keys }))).toBe(
    "commitment",
  );
});

test("the body is the same every time it is produced, and a file that changes meanwhile stops it", async () => {
  const prepared = await prepareSeal(aSealInput(pki));
  expect(hex(await gather(prepared.body()))).toBe(hex(await gather(prepared.body())));
  let opened = 0;
  const file = { name: "a.txt", size: 4, open: () => aFile("a.txt", utf8(opened++ ? "4321" : "1234")).open() };
  const changing = await prepareSeal(aSealInput(pki, { segments: [{ id: "tech", form: {}, files: [file] }] }));
  await expect(gather(changing.body())).rejects.toThrow(SealError);
});

test("progress goes over every file twice and ends at the total", async () => {
  const seen: number[] = [];
  const prepared = await prepareSeal({ ...aSealInput(pki), progress: (done) => void seen.push(done) });
  await gather(prepared.body());
  expect(seen).toEqual([...seen].sort((a, b) => a - b));
  expect(seen.at(-1)).toBe(2 * (70_000 + utf8("报价 12800000.00 元").length));
});

describe("manifest", () => {
  const entry = { name: "a.pdf", size: 10, sha256: "00".repeat(32) };
  const manifest = { format: "xbid-manifest/1", files: [entry], form: {} };
  const pad = (value: object, length = 4096) => {
    const bytes = new Uint8Array(length).fill(0x20);
    bytes.set(encodeCanonical(value as never));
    return bytes;
  };
  const blobs = [ciphertextLength(4096), ciphertextLength(10)];
  const verdict = (plain: Bytes, draws?: boolean) => {
    try {
      readManifest(plain, blobs, draws);
      return "read";
    } catch (error) {
      return error instanceof OpenError ? error.problem : String(error);
    }
  };

  test("is read when it follows every rule", () => {
    expect(verdict(pad(manifest))).toBe("read");
    expect(verdict(pad({ ...manifest, draw: "A".repeat(43) }), true)).toBe("read");
  });

  test.each<[string, Bytes, boolean?]>([
    ["an unnamed member", pad({ ...manifest, more: true })],
    ["no form", pad({ format: manifest.format, files: manifest.files })],
    ["a size that is not its blob's", pad({ ...manifest, files: [{ ...entry, size: 11 }] })],
    ["more files than blobs", pad({ ...manifest, files: [entry, { ...entry, name: "b" }] })],
    ["padding that is too long", pad(manifest, 8192)],
    ["no padding", encodeCanonical(manifest)],
    ["a draw where none belongs", pad({ ...manifest, draw: "A".repeat(43) }), false],
    ["no draw where one belongs", pad(manifest), true],
    ["a draw that is too short", pad({ ...manifest, draw: "AAAA" }), true],
    ["a name that climbs out", pad({ ...manifest, files: [{ ...entry, name: "../a.pdf" }] })],
  ])("with %s is refused", (_, plain, draws) => expect(verdict(plain, draws)).toBe("manifest"));

  test("file names are relative, plain and short", () => {
    for (const name of ["a.pdf", "技术标/图纸 1.dwg", "报价（一）.xlsx"]) expect(isFileName(name), name).toBe(true);
    const bad = [
      "",
      "/a",
      "a/",
      "a//b",
      "./a",
      "a/..",
      "a\\b",
      "c:a",
      "a\u0000",
      "a\u202eb",
      "a\u2028b",
      "e\u0301",
      "字".repeat(67),
    ];
    for (const name of bad) expect(isFileName(name), JSON.stringify(name)).toBe(false);
  });
});

test("what cannot be sealed is said before it is tried", async () => {
  const file = aFile("a.pdf", utf8("x"));
  const refused = (changes: Parameters<typeof aSealInput>[1]) =>
    expect(prepareSeal(aSealInput(pki, changes))).rejects.toThrow(SealError);
  await refused({ encryptionCertificates: [] });
  await refused({ segments: [{ id: "tech", form: {}, files: [{ ...file, name: "a:b" }] }] });
  await refused({ segments: [{ id: "tech", form: {}, files: [file, { ...file, name: "A.PDF" }] }] });
  await refused({ segments: [{ id: "tech", form: {}, files: [{ ...file, size: 2 }] }] });
});

test("a file is opened as it was sealed and refused when it changes between the two passes, held whole or streamed, to the byte of the limit", async () => {
  for (const size of [WHOLE_BYTES - 1, WHOLE_BYTES, WHOLE_BYTES + 1]) {
    const content = new Uint8Array(size).fill(5);
    const segments = (file: FileToSeal) => ({ segments: [{ id: "price", form: {}, files: [file] }] });
    const package_ = await seal(aSealInput(pki, segments(aFile("大文件.pdf", content))));
    const segment = segmentAs("price", package_.prepared.segments[0]!.cek, package_);
    const [[manifest, blob]] = blobsOf(package_) as [Bytes[]];
    const { files } = await openManifest(segment, [manifest!]);
    expect(hex(sha256(await gather(openFile(segment, files[0]!, 0, [blob!])))), String(size)).toBe(
      hex(sha256(content)),
    );
    let passes = 0;
    const changing: FileToSeal = {
      ...{ name: "大文件.pdf", size },
      async *open() {
        yield content.subarray(0, size - 1);
        yield Uint8Array.of(passes++);
      },
    };
    const prepared = await prepareSeal(aSealInput(pki, segments(changing)));
    await expect(gather(prepared.body()), String(size)).rejects.toThrow("发生变化");
  }
});
