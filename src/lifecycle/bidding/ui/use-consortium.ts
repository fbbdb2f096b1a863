"use client";

import { useEffect, useMemo, useState } from "react";
import { openTrust, type TrustMaterial } from "@/platform/site/ui/verify/check";
import { serverNow } from "@/ui/server-clock";
import { keptFile } from "../client/draft-store";
import {
  agreementFileOf,
  CONSORTIUM_CONTROL,
  type ConsortiumPlace,
  type PreparedConsortium,
  prepareConsortium,
} from "../consortium/prepared";
import type { Draft } from "../draft";
import { draftKeyOf } from "../purpose";
import type { BidRoomView } from "../room";

const CHECKING: PreparedConsortium = {
  problems: [{ control: CONSORTIUM_CONTROL, sentence: "正在核对联合体各方的签章，请稍候。" }],
  consented: [],
};
const ALONE: PreparedConsortium = { problems: [], consented: [] };

/** Where the consortium of this bid room is prepared. */
export function placeOf(view: BidRoomView, trust: TrustMaterial | undefined): ConsortiumPlace {
  const opened = trust && openTrust(trust);
  return {
    tender: view.tender.code,
    lot: view.lot.code,
    bidder: view.bidder,
    isAllowed: view.document?.content.consortiumAllowed ?? false,
    ...(opened ? { trust: { trust: opened.trust, crls: opened.crls, time: serverNow(view.now) } } : {}),
  };
}

/** Reads what lies in the draft and verifies it. */
export const preparedOf = (
  view: BidRoomView,
  trust: TrustMaterial | undefined,
  draft: Pick<Draft, "files" | "consortium">,
): Promise<PreparedConsortium> =>
  prepareConsortium(
    placeOf(view, trust),
    draft,
    async (file) => new Uint8Array(await (await keptFile(view.orgId, draftKeyOf(view), file)).arrayBuffer()),
  );

/** The consortium of the draft, verified anew whenever it changes; until that is done it keeps the bid from being sealed. */
export function useConsortium(view: BidRoomView, trust: TrustMaterial | undefined, draft: Draft): PreparedConsortium {
  const { consortium } = draft;
  const file = agreementFileOf(draft);
  const key = useMemo(() => (consortium ? JSON.stringify([consortium, file?.id]) : ""), [consortium, file?.id]);
  const [known, setKnown] = useState<{ key: string; prepared: PreparedConsortium }>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for the draft's part that is read.
  useEffect(() => {
    if (!key) return;
    let current = true;
    preparedOf(view, trust, draft)
      .catch(
        (error: unknown): PreparedConsortium => ({
          problems: [
            {
              control: CONSORTIUM_CONTROL,
              sentence: error instanceof Error ? error.message : "联合体材料没有读出，请刷新页面重试。",
            },
          ],
          consented: [],
        }),
      )
      .then((prepared) => current && setKnown({ key, prepared }));
    return () => {
      current = false;
    };
  }, [key]);
  if (!key) return ALONE;
  return known?.key === key ? known.prepared : { ...(known?.prepared ?? CHECKING), problems: CHECKING.problems };
}
