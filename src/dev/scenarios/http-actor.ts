import { createHash } from "node:crypto";
import { base64url } from "@/core/bytes";
import { UNIT_BYTES } from "@/lifecycle/bidding/rules";
import type { ReceiptView } from "@/lifecycle/bidding/schema";
import { HttpRefusal, type WireSession, wireSession } from "@/wire/session";
import type { Person } from "./person";

export { HttpRefusal };

export interface HttpActor extends Omit<WireSession, "finish" | "put" | "stored"> {
  readonly person: Person;
  /** Stores one unit of a body. */
  part(uploadId: string, n: number, body: Uint8Array): Promise<{ n: number; sha256: string }>;
  finish(uploadId: string, sealed: Pick<Sealed, "sealBytes" | "signature">): Promise<ReceiptView>;
  /** Uploads a sealed body and finishes; `key` names the upload, so that a repeated call goes on where it stopped. */
  deliver(lotId: string, sealed: Sealed, key?: string): Promise<ReceiptView>;
}

export interface Sealed {
  readonly body: Uint8Array;
  readonly sealBytes: Uint8Array;
  readonly signature: Uint8Array;
}

/**
 * Somebody who uses the platform over the wire, as a browser or a program does.
 *
 * @param url - address of the front door, whose host name chooses the site (`http://localhost:3000`).
 * @param answerWithinMs - a request that gets no answer in this time fails with a `TimeoutError`.
 */
export function httpActor(url: string, person: Person, answerWithinMs?: number): HttpActor {
  const session = wireSession(url, person.signer, answerWithinMs);
  const part: HttpActor["part"] = async (uploadId, n, body) => {
    const unit = body.slice(n * UNIT_BYTES, (n + 1) * UNIT_BYTES) as Uint8Array<ArrayBuffer>;
    return session.put(uploadId, n, createHash("sha256").update(unit).digest("hex"), unit);
  };
  const finish: HttpActor["finish"] = async (uploadId, { sealBytes, signature }) =>
    session.finish(uploadId, base64url(sealBytes), base64url(signature));
  return {
    ...session,
    person,
    part,
    finish,
    async deliver(lotId, sealed, key) {
      const { uploadId, units } = await session.begin(lotId, sealed.body.length, key);
      for (let n = 0; n < units; n++) {
        try {
          await part(uploadId, n, sealed.body);
        } catch (error) {
          // Already finished in an earlier try whose answer was lost: the final act tells.
          if (!(error instanceof HttpRefusal) || error.code !== "bid.upload_closed") throw error;
        }
      }
      return finish(uploadId, sealed);
    },
  };
}
