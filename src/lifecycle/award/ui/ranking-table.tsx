export interface RankingRow {
  readonly rank: number;
  readonly name: string;
  readonly price: string;
  readonly total: string;
}

/** Bidders by rank, with price and total. */
export function RankingTable({ rows }: { rows: readonly RankingRow[] }) {
  return (
    <div className="scroll-x">
      <table className="plain">
        <caption className="visually-hidden">排名</caption>
        <thead>
          <tr>
            <th scope="col">排名</th>
            <th scope="col">投标人</th>
            <th scope="col" className="num">
              投标报价
            </th>
            <th scope="col" className="num">
              综合得分
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ rank, name, price, total }) => (
            <tr key={rank}>
              <td>{rank}</td>
              <th scope="row">{name}</th>
              <td className="num">{price}</td>
              <td className="num">{total}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
