"use client";

import { levelName } from "@/lifecycle/tender-document/levels";
import type { TenderDocumentContent } from "@/lifecycle/tender-document/schema";
import { CheckField, SelectField } from "@/ui/fields";
import { RowsEditor } from "@/ui/rows-editor";
import { INTEREST_KINDS } from "../declaration/part";
import {
  CONTROL_OF_INTERESTS,
  controlOfLevel,
  type DeclaringParty,
  EMPTY_DECLARATION,
  EMPTY_INTEREST,
  LEVEL_CHOICES,
  type TypedInterest,
  type TypedLevel,
  typedLevelOf,
} from "../declaration/typed";
import { declaringParties } from "../draft";
import type { DraftHandle } from "./use-draft";

const RELATED = [
  ["no", "不存在可能影响招标公正性的利害关系（控股、管理关系，单位负责人为同一人，或其他）"],
  ["yes", "存在下列利害关系"],
] as const;

/** The bidder's declaration (IR34), and its level of each qualification that is asked for (BL31); sealed with the bid. */
export function DeclarationForm({
  content,
  bidder,
  handle,
}: {
  content: TenderDocumentContent;
  bidder: DeclaringParty;
  handle: DraftHandle;
}) {
  const typed = handle.draft.declaration ?? EMPTY_DECLARATION;
  const parties = declaringParties(bidder, handle.draft);
  const set = (change: Partial<typeof typed>) => handle.setDeclaration({ ...typed, ...change });
  const setLevel = (row: TypedLevel) =>
    set({
      levels: [
        ...typed.levels.filter(({ party, requirement }) => party !== row.party || requirement !== row.requirement),
        row,
      ],
    });
  return (
    <>
      <p className="small muted">随投标文件加密，开标后供评标委员会与招标人登记的关联单位对照，不公开唱标。</p>
      {content.interestDeclaration && (
        <fieldset className="group" id={CONTROL_OF_INTERESTS} tabIndex={-1}>
          <legend>本投标人（联合体各方）与招标人</legend>
          {RELATED.map(([value, text]) => (
            <label key={value} className="row">
              <input
                type="radio"
                name="related"
                checked={typed.related === value}
                onChange={() =>
                  set({
                    related: value,
                    ...(value === "yes" && !typed.interests.length ? { interests: [EMPTY_INTEREST] } : {}),
                  })
                }
              />
              <span>{text}</span>
            </label>
          ))}
          {typed.related === "yes" && (
            <RowsEditor<TypedInterest>
              title="利害关系"
              rows={typed.interests}
              columns={[
                { label: "单位或个人", name: "name" },
                { label: "统一社会信用代码（没有的留空）", name: "creditCode" },
                { label: "关系", name: "kind", options: Object.entries(INTEREST_KINDS) },
                { label: "具体情况", name: "note", wide: true },
              ]}
              blank={() => EMPTY_INTEREST}
              onChange={(interests) => set({ interests })}
            />
          )}
        </fieldset>
      )}
      {content.levels?.map((requirement) => (
        <fieldset key={requirement.id} className="group">
          <legend>
            资质：{requirement.speciality}，要求{levelName(requirement.level)}及以上
          </legend>
          {parties.map((party, i) => {
            const row = typedLevelOf(typed, party.creditCode, requirement.id, parties.length === 1);
            return (
              <div
                key={party.creditCode || party.name}
                className="row"
                id={controlOfLevel(requirement.id, i)}
                tabIndex={-1}
              >
                <SelectField
                  label={`${party.name || `成员 ${i}`}的等级`}
                  value={row.level}
                  options={LEVEL_CHOICES}
                  onChange={(level) => setLevel({ ...row, level })}
                />
                {parties.length > 1 && (
                  <CheckField
                    label="按分工承担该专业"
                    checked={row.undertakes}
                    onChange={(undertakes) => setLevel({ ...row, undertakes })}
                  />
                )}
              </div>
            );
          })}
          {parties.length > 1 && (
            <p className="small muted">同一专业由多家承担的，按资质等级较低的单位确定（《招标投标法》第三十一条）。</p>
          )}
        </fieldset>
      ))}
    </>
  );
}
