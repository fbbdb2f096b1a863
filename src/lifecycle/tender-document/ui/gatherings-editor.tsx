"use client";

import { RowsEditor } from "@/ui/rows-editor";
import type { GatheringFields } from "../gathering-fields";
import { GATHERING_KINDS } from "../schema";

const KINDS = Object.entries(GATHERING_KINDS) as [keyof typeof GATHERING_KINDS, string][];

/** Visits and meetings: time and place for everybody. There is no column for who comes. */
export function GatheringsEditor({
  rows,
  onChange,
}: {
  rows: readonly GatheringFields[];
  onChange(rows: readonly GatheringFields[]): void;
}) {
  return (
    <>
      <RowsEditor<GatheringFields>
        title="踏勘现场、投标预备会"
        rows={rows}
        least={0}
        columns={[
          { label: "种类", name: "kind", options: KINDS },
          { label: "时间（北京时间）", name: "at", type: "datetime-local" },
          { label: "集合地点", name: "place", wide: true },
          { label: "说明", name: "note", wide: true },
        ]}
        blank={() => ({ kind: "visit", at: "", place: "", note: "" })}
        onChange={onChange}
      />
      <p className="small muted">
        面向所有潜在投标人（《招标投标法实施条例》第二十八条）；不签到、不报名、不登记参加单位，不作为投标条件。
      </p>
    </>
  );
}
