"use client";

import { useState } from "react";
import { sentenceOf } from "@/i18n/refusals";
import { trpc } from "@/trpc/client";
import { cellKey, EMPTY_MARK, type MarkCell, refusalOfMarkCell } from "../client/cells";
import type { ReviewView } from "../review-view";
import { missingItems, REJECTION_GROUNDS } from "../rules";
import { BidPicker, SaveLine } from "./bid-picker";
import { SignSheet } from "./sign-sheet";
import { type Autosave, useAutosave } from "./use-autosave";

type Item = ReviewView["reviewItems"][number];
const GROUPS = { form: "形式评审", qualification: "资格评审", responsiveness: "响应性评审" } as const;

/** Preliminary review (初步评审): every printed item of every bid, passed or failed with ground, reason and place. */
export function PreliminaryGrid({
  memberId,
  view,
  reload,
}: {
  memberId: string;
  view: ReviewView;
  reload(): Promise<void>;
}) {
  const { bids, reviewItems } = view;
  const [cells, setCells] = useState<ReadonlyMap<string, MarkCell>>(
    () =>
      new Map(
        view.marks.map(({ bidId, item, verdict, ground, reason, place }) => [
          cellKey(bidId, item),
          {
            verdict: verdict === "fail" ? "fail" : "pass",
            ground: ground ?? "",
            reason: reason ?? "",
            place: place ?? "",
          },
        ]),
      ),
  );
  const [current, setCurrent] = useState(bids[0]?.bidId ?? "");
  const autosave = useAutosave();
  const complete = [...cells]
    .filter(([key, cell]) => cell.verdict !== "" && !refusalOfMarkCell(reviewItems, key.split("|")[1]!, cell))
    .map(([key]) => ({ bidId: key.split("|")[0]!, item: key.split("|")[1]! }));
  const missing = (bidId: string) =>
    missingItems(
      [bidId],
      reviewItems.map(({ id }) => id),
      complete,
    );

  const change = (item: Item, cell: MarkCell, now: boolean) => {
    const key = cellKey(current, item.id);
    setCells((old) => new Map(old).set(key, cell));
    if (cell.verdict === "" || refusalOfMarkCell(reviewItems, item.id, cell)) return autosave.drop(key);
    const body = {
      memberId,
      bidId: current,
      item: item.id,
      verdict: cell.verdict,
      ...(cell.verdict === "fail" ? { ground: cell.ground, reason: cell.reason, place: cell.place } : {}),
    };
    autosave.save(key, (act) => trpc.evaluation.mark.mutate({ key: act, body }), now);
  };
  return (
    <>
      <SaveLine pending={autosave.pending} savedAt={autosave.savedAt} problems={autosave.problems.size} />
      <BidPicker
        view={view}
        bids={bids}
        current={current}
        onChoose={setCurrent}
        missing={missing}
        footer={
          <SignSheet
            memberId={memberId}
            step="preliminary"
            missing={bids.reduce((sum, { bidId }) => sum + missing(bidId), 0)}
            unsaved={autosave.pending + autosave.problems.size}
            reload={reload}
            lotCode={view.lot.code}
          />
        }
      >
        {reviewItems.map((item) => (
          <MarkRow
            key={`${current}${item.id}`}
            item={item}
            items={reviewItems}
            cell={cells.get(cellKey(current, item.id)) ?? EMPTY_MARK}
            problem={problemOf(autosave, current, item.id)}
            onChange={(cell, now) => change(item, cell, now)}
          />
        ))}
      </BidPicker>
    </>
  );
}

export const problemOf = (autosave: Autosave, bidId: string, item: string): string | undefined =>
  autosave.problems.get(cellKey(bidId, item));

function MarkRow({
  item,
  items,
  cell,
  problem,
  onChange,
}: {
  item: Item;
  items: readonly Item[];
  cell: MarkCell;
  problem: string | undefined;
  onChange(cell: MarkCell, now: boolean): void;
}) {
  const id = `mark-${item.id}`;
  const refusal = refusalOfMarkCell([...items], item.id, cell);
  const told = problem ?? (refusal ? sentenceOf(refusal) : "");
  return (
    <fieldset className="group" aria-describedby={`${id}-told`}>
      <legend>{item.title}</legend>
      <p className="small muted">
        {GROUPS[item.group]}　标准：{item.standard}　条款 {item.clause}
      </p>
      <div className="choices">
        {(["pass", "fail"] as const).map((verdict) => (
          <label key={verdict}>
            <input
              type="radio"
              name={id}
              checked={cell.verdict === verdict}
              onChange={() => onChange({ ...cell, verdict }, true)}
            />
            {verdict === "pass" ? "通过" : "不通过"}
          </label>
        ))}
      </div>
      {cell.verdict === "fail" && (
        <>
          <label className="field">
            <span>否决理由（法定）</span>
            <select
              className="text"
              value={cell.ground}
              onChange={(event) => onChange({ ...cell, ground: event.target.value }, true)}
            >
              <option value="">请选择</option>
              {Object.entries(REJECTION_GROUNDS).map(([ground, text]) => (
                <option key={ground} value={ground}>
                  {ground} {text}
                </option>
              ))}
            </select>
          </label>
          <label className="field">
            <span>具体理由（不少于 10 字）</span>
            <textarea
              className="text"
              rows={2}
              maxLength={2000}
              value={cell.reason}
              onChange={(event) => onChange({ ...cell, reason: event.target.value }, false)}
            />
          </label>
          <label className="field">
            <span>在投标文件中的位置（文件名和页码）</span>
            <input
              className="text"
              maxLength={200}
              value={cell.place}
              onChange={(event) => onChange({ ...cell, place: event.target.value }, false)}
            />
          </label>
        </>
      )}
      <p id={`${id}-told`} role="status" className={told ? "note danger small" : ""}>
        {told}
        {told && !problem ? "（尚未保存）" : ""}
      </p>
    </fieldset>
  );
}
