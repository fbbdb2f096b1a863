import type { ClaimStep } from "@/platform/billing/schema";

/** The steps of a computation, for whoever checks them by hand. */
export function Steps({ steps }: { steps: readonly ClaimStep[] }) {
  return (
    <div className="scroll-x">
      <table className="plain">
        <thead>
          <tr>
            <th scope="col">步骤</th>
            <th scope="col">结果（元）</th>
          </tr>
        </thead>
        <tbody>
          {steps.map(({ text, amount }) => (
            <tr key={text}>
              <td>{text}</td>
              <td>{amount}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
