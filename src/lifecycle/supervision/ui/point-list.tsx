import { formatInstant } from "@/core/time";
import { COLOURS, colourOf, type SupervisionPoint } from "../points";

const CHIPS = { green: "chip ok", yellow: "chip warn", red: "chip danger" } as const;

/** Supervision points of a lot: what the law gives a time for, until when, and how it stands. */
export function PointList({ points, now }: { points: readonly SupervisionPoint[]; now: Date }) {
  if (!points.length) return null;
  return (
    <section className="card" aria-labelledby="points-title">
      <h2 id="points-title">监督点</h2>
      <div className="scroll-x">
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">事项</th>
              <th scope="col">状态</th>
              <th scope="col">期限</th>
              <th scope="col">完成</th>
            </tr>
          </thead>
          <tbody>
            {points.map((point) => {
              const colour = colourOf(point, now);
              return (
                <tr key={point.id}>
                  <th scope="row">
                    {point.title}
                    <span className="small muted" style={{ display: "block" }}>
                      {point.ground}
                    </span>
                  </th>
                  <td>
                    <span className={CHIPS[colour]}>
                      {point.doneAt ? (colour === "red" ? "逾期办结" : "按期办结") : COLOURS[colour]}
                    </span>
                  </td>
                  <td>{formatInstant(point.dueAt)}</td>
                  <td>{point.doneAt ? formatInstant(point.doneAt) : "—"}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </section>
  );
}
