import { randomUUID } from "node:crypto";
import { payloadOf } from "@/crypto/statement";
import { MAGIC } from "@/crypto/xbid/schema";
import { ReceiptFile, ReceiptPayload } from "../verify/single";
import { NotHeld, WrongCall } from "./call";
import { headOfFile, readJson } from "./disk";
import { openSealed } from "./sealed-file";

/** Name of the bid, which every version of it keeps, and the number of this version. */
export interface Place {
  readonly bid: string;
  readonly seq: number;
}

/**
 * The place of a new package: the first of a new bid, or the next after an earlier delivery.
 *
 * @param replaces - receipt or package of the last delivery for the lot, withdrawn ones included.
 */
export async function placeAfter(replaces: string | undefined, lot: string): Promise<Place> {
  if (replaces === undefined) return { bid: randomUUID(), seq: 1 };
  const start = new TextDecoder("latin1").decode(await headOfFile(replaces, MAGIC.length));
  const last = start === MAGIC ? (await openSealed(replaces)).header : await receiptAt(replaces);
  if (last.lot !== lot)
    throw new NotHeld(
      `${replaces} 属于标段 ${last.lot}，不是本标段 ${lot}。请给出本标段上一次递交的回执。`,
      "cli.replaces",
    );
  return { bid: last.bid, seq: last.seq + 1 };
}

async function receiptAt(path: string): Promise<ReceiptPayload> {
  try {
    return ReceiptPayload.parse(payloadOf(ReceiptFile.parse(await readJson(path))).value);
  } catch (error) {
    if (error instanceof Error && "code" in error) throw error;
    throw new WrongCall(`${path} 不是递交回执（.json）或加密投标文件（.xbid）。`);
  }
}
