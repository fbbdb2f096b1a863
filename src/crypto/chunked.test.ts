import { expect, test } from "vitest";
import { type Bytes, concat, fromHex, hex, utf8 } from "@/core/bytes";
import {
  CHUNK_BYTES,
  ChunkedError,
  chunkKeys,
  ciphertextLength,
  decryptChunked,
  decryptRange,
  encryptChunked,
  HEAD_BYTES,
  isCommittedTo,
  isPossibleCiphertextLength,
  openHead,
  plaintextLength,
} from "./chunked";
import { gather } from "./pieces";

const key: Bytes = Uint8Array.from({ length: 32 }, (_, i) => i);
const salt: Bytes = new Uint8Array(24).fill(9);
const context = utf8("place");
const message = (length: number): Bytes => Uint8Array.from({ length }, (_, i) => (i * 131 + (i >> 9)) & 0xff);
const seal = async (plain: Bytes) => gather(encryptChunked(await chunkKeys(key, salt, context), [plain]));
const open = (sealed: Bytes, k = key, c = context) => gather(decryptChunked(k, c, [sealed]));
const problem = async (sealed: Bytes, k = key, c = context) =>
  open(sealed, k, c).then(
    () => "opened",
    (error: unknown) => (error instanceof ChunkedError ? error.code : String(error)),
  );

test("a published vector comes out byte for byte", async () => {
  const published = {
    key: "94df7101a8ae58db9988c47c9d7b6ad879503e9bfa5fa1ef23de7ec999c4be41",
    salt: "d5339b0762f944071374ae39cfe82c4fa278ac66e51ec454",
    context: "2ca1f20b8ff32819c7b05c68e80013a9186b394af781e95173837301be43a1f09a15c5cccea0b94fff972fda20",
    sealed:
      "d5339b0762f944071374ae39cfe82c4fa278ac66e51ec45475f974449f5c884dba412591798d04b0c93d36dba556117a01b7f1604cd63a7f5bfacec4fa18d570367c48755a54bf2e",
  };
  const keys = await chunkKeys(fromHex(published.key), fromHex(published.salt), fromHex(published.context));
  expect(hex(await gather(encryptChunked(keys, [])))).toBe(published.sealed);
});

test.each([0, 1, 16_383, 16_384, 16_385, 32_768, 700_001])(
  "%d bytes open to themselves and have the announced length",
  async (n) => {
    const sealed = await seal(message(n));
    expect(sealed.length).toBe(ciphertextLength(n));
    expect(plaintextLength(sealed.length)).toBe(n);
    expect(hex(await open(sealed))).toBe(hex(message(n)));
  },
);

test("pieces of any size give the same bytes in both directions", async () => {
  const plain = message(100_000);
  const pieces = (bytes: Bytes, size: number) =>
    Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.subarray(i * size, (i + 1) * size));
  const sealed = await gather(encryptChunked(await chunkKeys(key, salt, context), pieces(plain, 777)));
  expect(hex(sealed)).toBe(hex(await seal(plain)));
  expect(hex(await gather(decryptChunked(key, context, pieces(sealed, 13_001))))).toBe(hex(plain));
});

test("lengths no message can have are told apart", () => {
  for (const impossible of [0, 55, 56, 71, HEAD_BYTES + 16_400, HEAD_BYTES + 16_400 + 15])
    expect(isPossibleCiphertextLength(impossible)).toBe(false);
  for (const possible of [72, 73, HEAD_BYTES + 16_399, HEAD_BYTES + 16_400 + 16])
    expect(isPossibleCiphertextLength(possible)).toBe(true);
});

test("one flipped bit in salt, commitment, chunk or tag is refused", async () => {
  const sealed = await seal(message(40_000));
  const flip = (offset: number) => Uint8Array.from(sealed, (byte, i) => (i === offset ? byte ^ 1 : byte));
  expect(await problem(flip(0))).toBe("commitment");
  expect(await problem(flip(55))).toBe("commitment");
  expect(await problem(flip(56))).toBe("chunk");
  expect(await problem(flip(56 + CHUNK_BYTES))).toBe("chunk");
  expect(await problem(flip(sealed.length - 1))).toBe("chunk");
});

test("cut, lengthened, swapped and doubled chunks are refused", async () => {
  const sealed = await seal(message(40_000));
  const chunk = (i: number) =>
    sealed.subarray(HEAD_BYTES + i * 16_400, Math.min(sealed.length, HEAD_BYTES + (i + 1) * 16_400));
  const head = sealed.subarray(0, HEAD_BYTES);
  expect(await problem(concat(head, chunk(0), chunk(1)))).toBe("length");
  expect(await problem(concat(head, chunk(0)))).toBe("length");
  expect(await problem(head)).toBe("length");
  expect(await problem(sealed.subarray(0, 30))).toBe("length");
  expect(await problem(sealed.subarray(0, sealed.length - 1))).toBe("chunk");
  expect(await problem(concat(sealed, Uint8Array.of(0)))).toBe("chunk");
  expect(await problem(concat(head, chunk(1), chunk(0), chunk(2)))).toBe("chunk");
  expect(await problem(concat(head, chunk(0), chunk(0), chunk(2)))).toBe("chunk");
});

test("another key, another context or a key of another length is refused before any chunk", async () => {
  const sealed = await seal(message(10));
  expect(await problem(sealed, new Uint8Array(32))).toBe("commitment");
  expect(await problem(sealed, key, utf8("elsewhere"))).toBe("commitment");
  expect(await problem(sealed, key.slice(0, 16))).toBe("key");
  expect(isCommittedTo(sealed.slice(0, 56), key, context)).toBe(true);
  expect(isCommittedTo(sealed.slice(0, 56), new Uint8Array(32), context)).toBe(false);
});

test("any range opens without the rest of the message", async () => {
  const plain = message(60_000);
  const sealed = await seal(plain);
  const keys = await openHead(sealed.slice(0, HEAD_BYTES), key, context);
  let touched = 0;
  const read = async (offset: number, length: number) => {
    touched += length;
    return sealed.slice(offset, offset + length);
  };
  for (const [start, length] of [
    [0, 1],
    [16_383, 2],
    [16_384, 16_384],
    [59_999, 1],
    [0, 60_000],
    [60_000, 0],
  ] as const) {
    expect(hex(await decryptRange(keys, sealed.length, { start, length }, read))).toBe(
      hex(plain.subarray(start, start + length)),
    );
  }
  touched = 0;
  await decryptRange(keys, sealed.length, { start: 20_000, length: 10 }, read);
  expect(touched).toBe(16_400);
  await expect(decryptRange(keys, sealed.length, { start: 60_000, length: 1 }, read)).rejects.toThrow(RangeError);
});
