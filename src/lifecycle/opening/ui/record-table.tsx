import {
  instantText,
  namesSecurity,
  OTHERS_SEALED,
  PRICES_SEALED,
  type RecordPayload,
  rowTitle,
  securityText,
} from "../record";
import { openingName } from "../rounds";

/** The opening record as a table: every bidder in one line, opened or not, with the cause. */
export function RecordTable({ payload }: { payload: RecordPayload }) {
  const labels = payload.rows[0]?.items.map(({ id, label }) => ({ id, label })) ?? [];
  return (
    <>
      <p className="muted">
        开标 {instantText(payload.openedAt)}，唱标 {instantText(payload.announcedAt)}，共 {payload.count}{" "}
        家投标人，最高投标限价 {payload.ceiling}
        {payload.baseEstimate && `，标底 ${payload.baseEstimate.text}`}
      </p>
      {payload.envelope && <p className="note">{payload.envelope === 1 ? PRICES_SEALED : OTHERS_SEALED}</p>}
      <div className="scroll-x">
        <table className="plain">
          <caption className="visually-hidden">{openingName(payload.envelope)}记录</caption>
          <thead>
            <tr>
              <th scope="col">投标人</th>
              {labels.map(({ id, label }) => (
                <th key={id} scope="col">
                  {label}
                </th>
              ))}
              {namesSecurity(payload) && <th scope="col">投标保证金</th>}
              <th scope="col">解密情况</th>
            </tr>
          </thead>
          <tbody>
            {payload.rows.map((row) => (
              <tr key={row.bidId}>
                <th scope="row">{rowTitle(row)}</th>
                {labels.map(({ id }) => (
                  <td key={id}>
                    {row.outcome === "decrypted" ? (row.items.find((item) => item.id === id)?.value ?? "—") : "—"}
                  </td>
                ))}
                {namesSecurity(payload) && <td>{row.security ? securityText(row.security) : "—"}</td>}
                <td>
                  {row.outcome === "decrypted"
                    ? `已解密${row.cause ? `（${row.cause}）` : ""}`
                    : `${row.cause}，${row.effect}`}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
