import { type RoundKind, wordsOf } from "@/lifecycle/law/rounds";
import type { InviteeShown } from "../queries";
import { REPLIES } from "../schema";

const FEWEST = 3;

/** What an invitee answered, in words. */
export const replyText = ({ reply, repliedAt, reason }: InviteeShown): string =>
  reply ? `${REPLIES[reply]}（${repliedAt}）${reason ? `：${reason}` : ""}` : "尚未回复";

/** Fewer than three who take part are told while something can still be done about it. */
export function FewAccepted({ invitees }: { invitees: readonly InviteeShown[] }) {
  const accepted = invitees.filter(({ reply }) => reply === "accepted").length;
  if (!invitees.length || accepted >= FEWEST) return null;
  return (
    <p className="note warn" role="status">
      接受邀请的单位现为 {accepted} 个。截止时投标人少于三个的，不得开标，应当重新招标。
    </p>
  );
}

/**
 * Who came through a first round and whether each takes part, for its host and the supervisor: to whoever else asks the
 * database answers with nobody (R-L.105).
 */
export function ReplyList({
  invitees,
  round,
  isTendering,
}: {
  invitees: readonly InviteeShown[];
  round: RoundKind;
  /** While bids can still come. */
  isTendering: boolean;
}) {
  const { chosen, invitation } = wordsOf(round);
  return (
    <section className="card" aria-labelledby="replies-title">
      <h2 id="replies-title">{chosen}的回复</h2>
      <p className="small muted">
        {invitation}
        发出后各单位自行回复，互不知晓。名单、数量和回复在开标前保密，只有主持招标的招标代理机构（自行招标的为招标人）和监督部门可以看到；接受邀请不等于已经投标，谁递交了投标文件在开标前不显示。
      </p>
      {isTendering && <FewAccepted invitees={invitees} />}
      <div className="scroll-x">
        <table className="plain">
          <caption className="visually-hidden">{chosen}的回复</caption>
          <thead>
            <tr>
              <th scope="col">单位</th>
              <th scope="col">统一社会信用代码</th>
              <th scope="col">回复</th>
            </tr>
          </thead>
          <tbody>
            {invitees.map((invitee) => (
              <tr key={invitee.orgId}>
                <td>{invitee.name}</td>
                <td className="hash">{invitee.creditCode}</td>
                <td>{replyText(invitee)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
