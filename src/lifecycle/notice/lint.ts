import { Refused, refuse } from "@/core/refusal";
import { defineCommand, roles } from "@/kit/command";
import { lint } from "@/lifecycle/law/lint";
import { isDrafting } from "@/lifecycle/lot/states";
import { lockOwnLot } from "@/lifecycle/tender-project/queries";
import { fileTextsOf, textsOf } from "./publish-check";
import { publicationOf } from "./queries";
import { AnswerLint } from "./schema";
import { lintAnswers } from "./tables";

/**
 * Gives the reason for wording that often restricts bidders (R-5.4.11, IR32). It is kept with the sentence it is about, and
 * the supervisor reads both; when the sentence changes, the answer no longer counts.
 */
export const answerLint = defineCommand({
  name: "notice.answer-lint",
  input: AnswerLint,
  may: roles("tenderer", "agency"),
  async run({ tx, actor, site, now }, { lotId, key, reason }) {
    const { lot, tender } = await lockOwnLot(tx, actor, lotId);
    if (!isDrafting(lot.state)) throw new Refused(refuse("conflict", "tender.not_editable"));
    const p = await publicationOf(tx, site, lot, tender);
    const hit = lint([...textsOf(lot, p), ...fileTextsOf(p)]).find((found) => found.key === key);
    if (!hit) throw new Refused(refuse("conflict", "tender.lint_gone"));
    const { rule, place, sentence } = hit;
    await tx.insert(lintAnswers).values({
      siteId: site.id,
      lotId,
      key,
      rule: rule.id,
      place,
      sentence,
      reason,
      personId: actor.personId,
      at: now,
    });
    return {
      result: { rule: rule.id },
      trail: [
        {
          action: "lint.answered",
          subject: lot.code,
          lotId,
          chain: `project:${tender.id}`,
          facts: { rule: rule.id, place, sentence, reason },
        },
      ],
    };
  },
});
