"use client";

import { useState } from "react";
import { formatScore } from "@/core/score";
import { sentenceOf } from "@/i18n/refusals";
import { trpc } from "@/trpc/client";
import { cellKey, EMPTY_SCORE, readScoreCell, type ScoreCell, sumOf } from "../client/cells";
import type { ReviewView } from "../review-view";
import { missingItems } from "../rules";
import { BidPicker, SaveLine } from "./bid-picker";
import { problemOf } from "./preliminary-grid";
import { SignSheet } from "./sign-sheet";
import { useAutosave } from "./use-autosave";

type Criterion = ReviewView["criteria"][number];

/** Detailed review (详细评审): one score for every printed criterion, in its range, with reasons where they are due. */
export function ScoreGrid({ memberId, view, reload }: { memberId: string; view: ReviewView; reload(): Promise<void> }) {
  const { criteria } = view;
  const rejected = new Set(view.rejected.map(({ bidId }) => bidId));
  const bids = view.bids.filter(({ bidId }) => !rejected.has(bidId));
  const [cells, setCells] = useState<ReadonlyMap<string, ScoreCell>>(
    () =>
      new Map(
        view.scores.map(({ bidId, item, scoreHundredths, reason }) => [
          cellKey(bidId, item),
          { typed: formatScore(scoreHundredths), reason: reason ?? "" },
        ]),
      ),
  );
  const [current, setCurrent] = useState(bids[0]?.bidId ?? "");
  const autosave = useAutosave();
  const complete = [...cells].flatMap(([key, cell]) => {
    const [bidId, item] = key.split("|") as [string, string];
    const read = readScoreCell(criteria, item, cell);
    return read && "scoreHundredths" in read ? [{ bidId, item }] : [];
  });
  const missing = (bidId: string) =>
    missingItems(
      [bidId],
      criteria.map(({ id }) => id),
      complete,
    );

  const change = (item: string, cell: ScoreCell) => {
    const key = cellKey(current, item);
    setCells((old) => new Map(old).set(key, cell));
    const read = readScoreCell(criteria, item, cell);
    if (!read || "refusal" in read) return autosave.drop(key);
    const body = { memberId, bidId: current, item, scoreHundredths: read.scoreHundredths, reason: cell.reason };
    autosave.save(key, (act) => trpc.evaluation.score.mutate({ key: act, body }));
  };
  const max = criteria.reduce((sum, { maxHundredths }) => sum + maxHundredths, 0);
  return (
    <>
      <SaveLine pending={autosave.pending} savedAt={autosave.savedAt} problems={autosave.problems.size} />
      {view.rejected.length > 0 && (
        <p className="note warn">初步评审已否决 {view.rejected.length} 家，不进入详细评审。</p>
      )}
      <BidPicker
        view={view}
        bids={bids}
        current={current}
        onChoose={setCurrent}
        missing={missing}
        footer={
          <SignSheet
            memberId={memberId}
            step="detailed"
            missing={bids.reduce((sum, { bidId }) => sum + missing(bidId), 0)}
            unsaved={autosave.pending + autosave.problems.size}
            reload={reload}
            lotCode={view.lot.code}
          />
        }
      >
        {criteria.map((criterion) => (
          <ScoreRow
            key={`${current}${criterion.id}`}
            criterion={criterion}
            criteria={criteria}
            cell={cells.get(cellKey(current, criterion.id)) ?? EMPTY_SCORE}
            problem={problemOf(autosave, current, criterion.id)}
            onChange={(cell) => change(criterion.id, cell)}
          />
        ))}
        <p>
          <strong>
            合计 {formatScore(sumOf(criteria, current, cells))} / {formatScore(max)}
          </strong>
          <span className="small muted">（报价得分由系统按招标文件的公式计算）</span>
        </p>
      </BidPicker>
    </>
  );
}

function ScoreRow({
  criterion,
  criteria,
  cell,
  problem,
  onChange,
}: {
  criterion: Criterion;
  criteria: readonly Criterion[];
  cell: ScoreCell;
  problem: string | undefined;
  onChange(cell: ScoreCell): void;
}) {
  const id = `score-${criterion.id}`;
  const read = readScoreCell([...criteria], criterion.id, cell);
  const told = problem ?? (read && "refusal" in read ? sentenceOf(read.refusal) : "");
  const max = formatScore(criterion.maxHundredths);
  return (
    <div className="score-row">
      <div>
        <label htmlFor={id}>
          <strong>{criterion.title}</strong>
        </label>
        <p id={`${id}-standard`} className="small muted" style={{ margin: 0 }}>
          {criterion.standard}　条款 {criterion.clause}
        </p>
      </div>
      <div>
        <span className="small muted">范围 0–{max}</span>
        <input
          id={id}
          className="text"
          inputMode="decimal"
          autoComplete="off"
          maxLength={10}
          value={cell.typed}
          aria-invalid={told ? true : undefined}
          aria-describedby={`${id}-standard ${id}-told`}
          onChange={(event) => onChange({ ...cell, typed: event.target.value })}
        />
      </div>
      <label className="wide">
        <span className="small muted">{criterion.title}的理由（低于满分 60% 必填，不少于 10 字）</span>
        <textarea
          className="text"
          rows={1}
          maxLength={2000}
          value={cell.reason}
          onChange={(event) => onChange({ ...cell, reason: event.target.value })}
        />
      </label>
      <p id={`${id}-told`} role="status" className={told ? "wide note danger small" : "wide"} style={{ margin: 0 }}>
        {told}
      </p>
    </div>
  );
}
