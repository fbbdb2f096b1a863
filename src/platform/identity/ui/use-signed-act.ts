"use client";

import { actKey, insist } from "@/trpc/client";
import { type Act, useAct } from "@/trpc/use-act";
import { type ActToSign, type OpenKey, sealStatement, signAct } from "./key-ring";
import { type AskToSign, useSigning } from "./sign-dialog";

type Statement = Awaited<ReturnType<typeof signAct>> & { seal?: string };

export interface SignedAct {
  readonly toSign: ActToSign;
  /** What the dialog shows. */
  readonly ask: Parameters<AskToSign>[0];
  /** Sends it; called again with the same key when the answer was lost. Returns the sentence to show. */
  send(statement: Statement, key: string, signer: OpenKey): Promise<string>;
  /** Of an act that takes the organisation's seal too: keeps the person's signature when another adds the seal. */
  signFirst?(statement: Statement, key: string): Promise<string>;
}

/** A legal act of one press: prepare, ask, sign, send. `prepare` reads anew what is signed, so that nothing stale is. */
export function useSignedAct(): Omit<Act, "run"> & { press(prepare: () => Promise<SignedAct>): Promise<boolean> } {
  const ask = useSigning();
  const { run, ...act } = useAct();
  const press = (prepare: () => Promise<SignedAct>) => {
    const key = actKey();
    return run(async () => {
      const prepared = await prepare();
      const { signFirst } = prepared;
      const signer = await ask({ ...prepared.ask, ...(signFirst ? { seal: "too" as const } : {}) });
      if (!signer) return undefined;
      const statement = await signAct(signer, prepared.toSign);
      if (signFirst && !signer.seal) return insist(() => signFirst(statement, key));
      const sealed = signer.seal ? await sealStatement(signer.seal, statement) : statement;
      return insist(() => prepared.send(sealed, key, signer));
    });
  };
  return { ...act, press };
}
