import { ts14 } from "@/core/time";
import type { HubMessage } from "@/kit/outbox";
import { roundWords } from "@/lifecycle/law/rounds";
import type { Lot } from "@/lifecycle/lot/queries";
import { lotKeys } from "@/lifecycle/notice/hub-messages";
import type { TenderProject } from "@/lifecycle/tender-project/queries";

/** The end of a first round, dataset 517: it says that there were too few, never how many or who. */
export const prequalFailure = (lot: Lot, tender: TenderProject, ground: string, now: Date): HubMessage => ({
  dataset: "517",
  tenderProjectId: tender.id,
  lotId: lot.id,
  subject: `${lot.code}-F1`,
  body: {
    ...lotKeys(lot, tender),
    EXCEPITON_NAME: `${lot.name}${roundWords(tender.regime).round}失败`,
    EXCEPITON_INFOR: ground,
    APPROVAL_RESULT: "依法重新招标",
    APPROVAL_TIME: ts14(now),
    EXCEPITON_TYPE: "1",
  },
});
