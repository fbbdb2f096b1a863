"use client";

import { actKey, insist } from "@/trpc/client";
import { type Act, useAct } from "@/trpc/use-act";
import { type ActToSign, type OpenKey, signAct } from "./key-ring";
import { type AskToSign, useSigning } from "./sign-dialog";

type Statement = Awaited<ReturnType<typeof signAct>>;

export interface SignedAct {
  readonly toSign: ActToSign;
  /** What the dialog shows. */
  readonly ask: Parameters<AskToSign>[0];
  /** Sends it; called again with the same key when the answer was lost. Returns the sentence to show. */
  send(statement: Statement, key: string, signer: OpenKey): Promise<string>;
}

/** A legal act of one press: prepare, ask, sign, send. `prepare` reads anew what is signed, so that nothing stale is. */
export function useSignedAct(): Omit<Act, "run"> & { press(prepare: () => Promise<SignedAct>): Promise<boolean> } {
  const ask = useSigning();
  const { run, ...act } = useAct();
  const press = (prepare: () => Promise<SignedAct>) => {
    const key = actKey();
    return run(async () => {
      const prepared = await prepare();
      const signer = await ask(prepared.ask);
      if (!signer) return undefined;
      const statement = await signAct(signer, prepared.toSign);
      return insist(() => prepared.send(statement, key, signer));
    });
  };
  return { ...act, press };
}
