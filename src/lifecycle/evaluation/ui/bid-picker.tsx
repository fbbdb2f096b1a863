"use client";

import type { ReactNode } from "react";
import { itemText } from "@/lifecycle/opening/record";
import type { ReviewView } from "../review-view";
import { PdfPane } from "./pdf-pane";

interface BidPickerProps {
  readonly view: ReviewView;
  /** Bids of this step. */
  readonly bids: ReviewView["bids"];
  readonly current: string;
  onChoose(bidId: string): void;
  /** Cells that are still empty, by bid. */
  missing(bidId: string): number;
  readonly children: ReactNode;
  /** Below the grid: the end of the step. */
  readonly footer: ReactNode;
}

/** Reading on the left, judging on the right: the bids of the step, the grid of the chosen one, and the end of the step. */
export function BidPicker({ view, bids, current, onChoose, missing, children, footer }: BidPickerProps) {
  const index = bids.findIndex(({ bidId }) => bidId === current);
  const bid = bids[index];
  const go = (step: number) => onChoose(bids[index + step]!.bidId);
  const formLabels = view.formLabels.map(({ id, label, kind, unit }) => ({
    id,
    label,
    text: itemText(kind, unit, bid?.form[id]),
  }));
  return (
    <div className="review-split">
      {bid ? (
        <PdfPane key={bid.bidId} lotCode={view.lot.code} bid={bid} formLabels={formLabels} />
      ) : (
        <p>没有进入本步骤的投标。</p>
      )}
      <div>
        <fieldset className="bid-tabs">
          <legend className="visually-hidden">选择投标人</legend>
          {bids.map(({ bidId, name }) => (
            <button
              key={bidId}
              type="button"
              className="btn"
              aria-pressed={bidId === current}
              onClick={() => onChoose(bidId)}
            >
              {name}
              {missing(bidId) ? `（还有 ${missing(bidId)} 项）` : " ✔"}
            </button>
          ))}
        </fieldset>
        {bid && (
          <section className="card" aria-label={`${bid.name} 的评审`}>
            <div className="row">
              <h3>{bid.name}</h3>
              <span className="row push">
                <button type="button" className="btn" disabled={index <= 0} onClick={() => go(-1)}>
                  上一家
                </button>
                <button type="button" className="btn" disabled={index >= bids.length - 1} onClick={() => go(1)}>
                  下一家
                </button>
              </span>
            </div>
            {children}
          </section>
        )}
        {footer}
      </div>
    </div>
  );
}

/** What was saved, what is on its way, and what was not saved. */
export function SaveLine({ pending, savedAt, problems }: { pending: number; savedAt: string; problems: number }) {
  return (
    <p role="status" className={problems ? "note danger" : "small muted"}>
      {problems
        ? `有 ${problems} 项没有保存，请看标红的项目。`
        : pending
          ? "正在保存…"
          : savedAt
            ? `自动保存 ${savedAt}`
            : "填写后自动保存。"}
    </p>
  );
}
