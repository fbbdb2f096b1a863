import { base64url } from "@/core/bytes";
import type { CmsSigner } from "@/crypto/cms";
import { signDetached, signDetachedDigest } from "@/crypto/cms";
import type { OpenedPkcs12 } from "@/crypto/pkcs12";
import { payloadOf, type Statement, signStatement } from "@/crypto/statement";
import type { Actor, Role, Runtime } from "@/kit/command";
import { isPairedAct } from "@/lifecycle/signing/schema";
import { newChallenge } from "@/platform/identity/session";

/** Somebody who acts in a scenario, with the keys of its own certificate file. */
export interface Person {
  readonly key: string;
  readonly name: string;
  readonly personId: string;
  readonly orgId: string;
  readonly orgName: string;
  readonly creditCode: string;
  readonly role: Role;
  readonly certificateId: string;
  readonly opened: OpenedPkcs12;
  readonly signer: CmsSigner;
  /** Seal of its organisation, where it keeps one. */
  readonly seal?: CmsSigner;
}

export const actorOf = (person: Person, siteId: string, seatId?: string): Actor => ({
  siteId,
  orgId: person.orgId,
  personId: person.personId,
  role: person.role,
  certificateId: person.certificateId,
  address: "127.0.0.1",
  ...(seatId ? { seatId } : {}),
});

/** Signs one legal act as a browser does: a fresh nonce, act, subject and digest; a publication is sealed too. */
export async function signActAs(
  person: Pick<Person, "signer" | "seal">,
  runtime: Runtime,
  toSign: { act: string; subject: string; digest: string },
): Promise<Statement> {
  const { nonce, origin } = await newChallenge(runtime.db, runtime.site, "act");
  const { act, subject, digest } = toSign;
  const signed = await signStatement({ format: "xinbiao-act/1", act, subject, origin, nonce, digest }, person.signer);
  return person.seal && isPairedAct(act) ? sealAs(person.seal, signed) : signed;
}

/** Adds the seal's signature over the same bytes. */
export const sealAs = async (seal: CmsSigner, statement: Statement): Promise<Statement> => ({
  ...statement,
  seal: base64url(await signDetached(payloadOf(statement).bytes, seal)),
});

export const signPdfAs = async (person: Person, digest: Uint8Array<ArrayBuffer>): Promise<string> =>
  base64url(await signDetachedDigest(digest, person.signer));
