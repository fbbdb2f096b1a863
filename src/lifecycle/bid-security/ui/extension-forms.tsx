"use client";

import { useState } from "react";
import { formatInstant, readShanghai } from "@/core/time";
import { signAct } from "@/platform/identity/ui/key-ring";
import { useSigning } from "@/platform/identity/ui/sign-dialog";
import { actKey, insist, trpc } from "@/trpc/client";
import { useAct } from "@/trpc/use-act";
import { SelectField, TextArea, TextField } from "@/ui/fields";
import type { OwnExtension } from "../queries";
import { validityText } from "../rules";
import { Extension, ExtensionReply, VALIDITY_ANSWERS } from "../schema";

/** Whoever runs the lot asks all bidders to extend their bids (R-L.101). */
export function AskExtensionForm({ lotId, validityEnd }: { lotId: string; validityEnd: string }) {
  const ask = useSigning();
  const act = useAct();
  const [until, setUntil] = useState("");
  const [replyBy, setReplyBy] = useState("");
  const [reason, setReason] = useState("");
  const send = async (press: string) => {
    const at = readShanghai(replyBy);
    const read = Extension.safeParse({ lotId, until, replyBy: at?.toISOString() ?? "", reason });
    if (!read.success) throw new Error(`${read.error.issues[0]!.message}。`);
    const toSign = await trpc.validity.askToSign.query(read.data);
    const key = await ask({
      title: "请求延长投标有效期",
      lines: [
        ["标段编号", toSign.subject],
        ["延长至", `${until} 24:00`],
        ["答复期限", formatInstant(at!)],
        ["理由", read.data.reason],
      ],
      consequence: "向全部投标人发出。不同意或者期满未答复的，其投标失效，保证金及利息退还。",
    });
    if (!key) return undefined;
    const statement = await signAct(key, toSign);
    await insist(() => trpc.validity.ask.mutate({ key: press, body: { ...read.data, statement } }));
    return "已向全部投标人发出请求。";
  };
  return (
    <details>
      <summary>请求延长投标有效期（现至 {validityText(new Date(validityEnd))}）</summary>
      <form
        noValidate
        aria-label="请求延长投标有效期"
        onSubmit={(event) => {
          event.preventDefault();
          const key = actKey();
          void act.run(() => send(key));
        }}
      >
        <TextField label="延长后的有效期（最后一日）" type="date" value={until} onChange={setUntil} />
        <TextField label="答复期限" type="datetime-local" value={replyBy} onChange={setReplyBy} />
        <TextArea label="理由" value={reason} rows={3} onChange={setReason} />
        {act.note}
        <button type="submit" className="btn btn-seal" disabled={act.running}>
          签章发出请求
        </button>
      </form>
    </details>
  );
}

const ANSWERS = Object.entries(VALIDITY_ANSWERS);

/** A bidder reads what it is asked, and answers. */
export function ExtensionCard({ extension, now }: { extension: OwnExtension; now: Date }) {
  const ask = useSigning();
  const act = useAct();
  const [answer, setAnswer] = useState("consent");
  const [guaranteeUntil, setGuaranteeUntil] = useState("");
  const { id, until, reason, replyBy } = extension;
  const send = async (press: string) => {
    const read = ExtensionReply.safeParse({ extensionId: id, answer, guaranteeUntil });
    if (!read.success) throw new Error(`${read.error.issues[0]!.message}。`);
    const toSign = await trpc.validity.replyToSign.query(read.data);
    const key = await ask({
      title: VALIDITY_ANSWERS[read.data.answer],
      lines: [
        ["标段编号", toSign.subject],
        ["延长至", `${until} 24:00`],
      ],
      consequence:
        answer === "consent"
          ? "投标文件其他内容不变，投标保证金有效期同时延长。答复后不能更改。"
          : "本单位的投标失效，不再评审；投标保证金及利息退还。答复后不能更改。",
    });
    if (!key) return undefined;
    const statement = await signAct(key, toSign);
    await insist(() => trpc.validity.reply.mutate({ key: press, body: { ...read.data, statement } }));
    return "已答复。";
  };
  return (
    <>
      <p>
        招标人请求将投标有效期延长至 {until} 24:00。理由：{reason}。答复期限 {formatInstant(new Date(replyBy))}。
      </p>
      {extension.answer ? (
        <p className="note ok">本单位已答复：{VALIDITY_ANSWERS[extension.answer]}。</p>
      ) : now >= new Date(replyBy) ? (
        <p className="note danger">期满未答复，视为不同意：投标失效，投标保证金及利息退还。</p>
      ) : (
        <form
          noValidate
          aria-label="答复延长投标有效期"
          onSubmit={(event) => {
            event.preventDefault();
            const key = actKey();
            void act.run(() => send(key));
          }}
        >
          <SelectField label="答复" value={answer} options={ANSWERS} onChange={setAnswer} />
          {answer === "consent" && (
            <TextField
              label="延长后的保函有效期至"
              type="date"
              required={false}
              value={guaranteeUntil}
              hint="以保函提交保证金的填写"
              onChange={setGuaranteeUntil}
            />
          )}
          {act.note}
          <button type="submit" className="btn btn-seal" disabled={act.running}>
            签章答复
          </button>
        </form>
      )}
    </>
  );
}
