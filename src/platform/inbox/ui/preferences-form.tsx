"use client";

import { useState } from "react";
import { actKey, insist, trpc } from "@/trpc/client";
import { useAct } from "@/trpc/use-act";
import { CheckField, TextArea } from "@/ui/fields";
import type { Preferences } from "../schema";

/** Where copies of letters go besides the platform and the registered address. */
export function PreferencesForm({ start, registered }: { start: Preferences; registered: string }) {
  const act = useAct();
  const [copies, setCopies] = useState(start.copies.join("\n"));
  const [quiet, setQuiet] = useState(start.quiet);
  return (
    <form
      className="card"
      noValidate
      aria-labelledby="preferences-title"
      onSubmit={(event) => {
        event.preventDefault();
        const key = actKey();
        const body = { copies: copies.split(/[\s,，;；]+/).filter(Boolean), quiet };
        void act.run(async () => {
          await insist(() => trpc.inbox.setPreferences.mutate({ key, body }));
          return "通知设置已保存。";
        });
      }}
    >
      <h2 id="preferences-title">通知设置</h2>
      <p>
        有法律效力的文书（中标通知、澄清、异议答复、开标与解密通知等）一律在站内送达，并发送到注册邮箱
        {registered ? ` ${registered}` : "（未填写，请在“企业资料”中补充）"}，不能关闭。
      </p>
      <TextArea label="抄送邮箱（每行一个，最多 5 个）" required={false} value={copies} onChange={setCopies} />
      <CheckField
        label="提醒类来信（如证书到期提醒）只在站内显示，不发邮件和短信"
        checked={quiet}
        onChange={setQuiet}
      />
      {act.note}
      <button type="submit" className="btn" disabled={act.running}>
        保存通知设置
      </button>
    </form>
  );
}
