import type { ScheduleView } from "../experts-view";

/** Fee standards of the expert library, newest first (R-E.4). */
export function ScheduleList({ schedules }: { schedules: readonly ScheduleView[] }) {
  if (!schedules.length) return <p className="muted">运营机构还没有登记评标专家劳务报酬标准。</p>;
  return schedules.map(({ validFrom, source, rates }) => (
    <details key={validFrom} open={validFrom === schedules[0]!.validFrom}>
      <summary>
        自 {validFrom} 起：{source}
      </summary>
      <table className="plain">
        <thead>
          <tr>
            <th scope="col">项目</th>
            <th scope="col">金额</th>
          </tr>
        </thead>
        <tbody>
          {rates.map(({ name, amount }) => (
            <tr key={name}>
              <td>{name}</td>
              <td>{amount}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  ));
}
