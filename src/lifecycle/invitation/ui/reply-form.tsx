"use client";

import { useState } from "react";
import { formatInstant } from "@/core/time";
import { sentenceOf } from "@/i18n/refusals";
import { useSignedAct } from "@/platform/identity/ui/use-signed-act";
import { trpc } from "@/trpc/client";
import { TextArea } from "@/ui/fields";
import { useServerTime } from "@/ui/server-clock";
import { refusalToReply } from "../rules";
import { type InvitationReply, REPLIES } from "../schema";

/** An invitation as its invitee sees it. */
export interface InvitationView {
  readonly notice: string;
  readonly replyBy?: string;
  readonly reply?: InvitationReply["reply"];
  readonly repliedAt?: string;
}

/** The invitation with its two answers; afterwards, what was answered. */
export function ReplyForm({
  lotId,
  lotCode,
  invitation,
  now,
}: {
  lotId: string;
  lotCode: string;
  invitation: InvitationView;
  now: string;
}) {
  const act = useSignedAct();
  const [reason, setReason] = useState("");
  const time = useServerTime(now);
  const { notice, reply, repliedAt } = invitation;
  const replyBy = invitation.replyBy ? new Date(invitation.replyBy) : null;
  const refusal = refusalToReply({ replyBy, reply: null }, time.now);
  const answer = (chosen: InvitationReply["reply"]) =>
    act.press(async () => {
      const body = { lotId, reply: chosen, reason };
      const toSign = await trpc.invitation.replyToSign.query(body);
      return {
        toSign,
        ask: {
          title: REPLIES[chosen],
          lines: [
            ["标段", lotCode],
            ["回复", REPLIES[chosen]],
            ...(reason ? [["原因", reason] as const] : []),
            ["签署内容校验值", toSign.digest],
          ],
          consequence:
            chosen === "accepted"
              ? "签章后可获取招标文件并投标；回复不能更改。回执只有招标人和招标代理机构看得到。"
              : "签章后不能再获取招标文件或者投标；回复不能更改。回执只有招标人和招标代理机构看得到。",
        },
        send: async (statement, key) => {
          await trpc.invitation.reply.mutate({ key, body: { ...body, statement } });
          return chosen === "accepted" ? "已接受邀请，可以获取招标文件。" : "已谢绝邀请。";
        },
      };
    });
  return (
    <section className="card" aria-labelledby="h-invitation">
      <h2 id="h-invitation">投标邀请</h2>
      <p>
        贵单位受邀参加本标段的投标，内容见<a href={`/notices/${notice}`}>投标邀请书</a>
        {replyBy && `，请于 ${formatInstant(replyBy)} 前回复`}。
      </p>
      <p className="small muted">受邀单位的名称和数量依法保密，各受邀单位互不知晓，请勿对外透露。</p>
      {reply ? (
        <p className={`note ${reply === "accepted" ? "ok" : "warn"}`} role="status">
          贵单位已{REPLIES[reply]}（{repliedAt}）。
          {reply === "declined" && "不能获取招标文件或者递交投标文件。"}
        </p>
      ) : refusal ? (
        <p className="note danger" role="status">
          {sentenceOf(refusal)}
        </p>
      ) : (
        <>
          <TextArea label="谢绝的原因" value={reason} rows={2} required={false} onChange={setReason} />
          <p className="row">
            <button
              type="button"
              className="btn btn-seal"
              disabled={act.running}
              onClick={() => void answer("accepted")}
            >
              签章接受邀请
            </button>
            <button type="button" className="btn" disabled={act.running} onClick={() => void answer("declined")}>
              签章谢绝
            </button>
          </p>
        </>
      )}
      {act.note}
    </section>
  );
}
