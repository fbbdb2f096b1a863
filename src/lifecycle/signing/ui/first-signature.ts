"use client";

import type { ActToSign } from "@/platform/identity/ui/key-ring";
import type { SignedAct } from "@/platform/identity/ui/use-signed-act";
import { trpc } from "@/trpc/client";
import type { SignFirst } from "../schema";

/** What makes a publication one of two signatures (O10 art. 10): who has no seal at hand signs, and its keeper seals. */
export const firstSignature = (
  toSign: ActToSign,
  publication: Pick<SignFirst, "lotId" | "title" | "body">,
): Required<Pick<SignedAct, "signFirst">> => ({
  signFirst: async (statement, key) => {
    const { act, digest } = toSign;
    const body = { ...publication, act: act as SignFirst["act"], digest, statement };
    await trpc.signing.signFirst.mutate({ key, body });
    return "您已签名，尚未发布：等待印章保管人在工作台加盖单位印章。";
  },
});
