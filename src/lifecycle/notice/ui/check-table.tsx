import { blocks, type CheckRow } from "@/lifecycle/law/check-row";
import { AnswerHit } from "./answer-hit";

const VERDICTS = { pass: "✔ 通过", warn: "! 提示", fail: "✖ 不通过" } as const;
/** What must be mended stands first. */
const ORDER = { fail: 0, warn: 1, pass: 2 } as const;
const TONES = { pass: "", warn: "warn", fail: "danger" } as const;

/** In which tab of the room a row is mended. */
function tabOf(id: string): string {
  if (id === "CLK-16") return "invitations";
  if (id === "R-5.2.3" || id === "R-5.2.4" || id === "R-L.114") return "overview";
  if (
    /^(CLK-0[136]|TIME-ORDER|DEADLINE-WORKDAY|R-5\.3\.3|FIELD-.*)$/.test(id) ||
    (id.startsWith("NOTICE-") && !/ceiling|consortium/.test(id))
  )
    return "schedule";
  return "documents";
}

/** The contract with the platform is the organisation's, not the tender's. */
function placeOf(id: string, roomHref: string, tab: string | undefined): string {
  if (id === "R-O.16a") return roomHref.replace(/\/tenders\/.*$/, "/agreement");
  const usual = tabOf(id);
  return `${roomHref}?tab=${tab && usual !== "overview" ? tab : usual}`;
}

/** Rows of the check before publication: rule with its article, what is there, what the law asks, verdict, way out. */
export function CheckTable({
  lotId,
  rows,
  roomHref,
  tab,
}: {
  lotId: string;
  rows: readonly CheckRow[];
  roomHref: string;
  /** Where everything that is published is written in one place. */
  tab?: string;
}) {
  return (
    <div className="scroll-x">
      <table className="plain">
        <caption className="visually-hidden">发布检查逐项结果</caption>
        <thead>
          <tr>
            <th scope="col">规则</th>
            <th scope="col">当前值</th>
            <th scope="col">要求</th>
            <th scope="col">结果</th>
          </tr>
        </thead>
        <tbody>
          {[...rows]
            .sort((a, b) => ORDER[a.verdict] - ORDER[b.verdict])
            .map((row) => (
              <tr key={row.hit?.key ?? `${row.id}-${row.title}`} className={TONES[row.verdict]}>
                <th scope="row">
                  {row.title}
                  <div className="small muted">{row.article}</div>
                </th>
                <td style={{ overflowWrap: "anywhere" }}>{row.value}</td>
                <td>{row.limit}</td>
                <td>
                  {row.hit && blocks(row) ? "! 待说明" : VERDICTS[row.verdict]}
                  {row.fix && (
                    <div>
                      <a href={placeOf(row.id, roomHref, tab)}>{row.fix} →</a>
                    </div>
                  )}
                  {row.hit && (
                    <AnswerHit
                      lotId={lotId}
                      hitKey={row.hit.key}
                      {...(row.hit.reason === undefined ? {} : { reason: row.hit.reason })}
                    />
                  )}
                </td>
              </tr>
            ))}
        </tbody>
      </table>
    </div>
  );
}
