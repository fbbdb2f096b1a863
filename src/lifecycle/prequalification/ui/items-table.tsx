import type { ProposalItem } from "../schema";

/** What a technical proposal has to treat, as it is printed. */
export function ItemsTable({ items }: { items: readonly ProposalItem[] }) {
  return (
    <div className="scroll-x">
      <table className="plain">
        <caption>技术建议应当说明的内容</caption>
        <thead>
          <tr>
            <th scope="col">序号</th>
            <th scope="col">内容</th>
            <th scope="col">要求</th>
          </tr>
        </thead>
        <tbody>
          {items.map(({ id, title, text }, i) => (
            <tr key={id}>
              <td>{i + 1}</td>
              <td>{title}</td>
              <td>{text}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
