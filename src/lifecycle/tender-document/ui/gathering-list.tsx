import { formatInstant } from "@/core/time";
import { GATHERING_KINDS, type Gathering } from "../schema";

/** Visits and meetings as everybody who holds the document reads them. */
export function GatheringList({ gatherings = [] }: { gatherings: readonly Gathering[] | undefined }) {
  if (!gatherings.length) return null;
  return (
    <section aria-label="踏勘现场、投标预备会">
      <h3>踏勘现场、投标预备会</h3>
      <ul>
        {gatherings.map(({ kind, at, place, note }) => (
          <li key={`${kind}${at}${place}`}>
            {GATHERING_KINDS[kind]}：{formatInstant(new Date(at))}，{place}。{note}
          </li>
        ))}
      </ul>
      <p className="small muted">面向所有潜在投标人，自愿参加，不登记参加单位，不影响投标。</p>
    </section>
  );
}
