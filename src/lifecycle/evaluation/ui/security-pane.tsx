"use client";

import type { ReviewView } from "../review-view";

/** How a bid is secured, and what does not hold of it: evidence for the committee, which decides by the tender document. */
export function SecurityPane({ bid: { security } }: { bid: ReviewView["bids"][number] }) {
  if (!security) return null;
  const { text, findings } = security;
  return (
    <details open={findings.length > 0}>
      <summary>投标保证金：{findings.length ? `有 ${findings.length} 项须认定` : "未发现问题"}</summary>
      <p>{text}</p>
      {findings.length > 0 && (
        <ul className="problems note warn">
          {findings.map((finding) => (
            <li key={finding}>{finding}</li>
          ))}
        </ul>
      )}
    </details>
  );
}
