"use client";

import { useState } from "react";
import { firstSignature } from "@/lifecycle/signing/ui/first-signature";
import { useSignedAct } from "@/platform/identity/ui/use-signed-act";
import { trpc } from "@/trpc/client";
import { CheckField, TextArea } from "@/ui/fields";
import type { PrequalContentInput } from "../schema";
import { PrequalFields, usePrequalForm } from "./prequal-form";

/** Publishes a change of the prequalification document while applications are received. */
export function AmendForm({ lotId, content }: { lotId: string; content: PrequalContentInput }) {
  const act = useSignedAct();
  const handle = usePrequalForm(content);
  const { words } = handle;
  const [change, setChange] = useState("");
  const [affects, setAffects] = useState(true);
  const publish = () =>
    act.press(async () => {
      const amendment = { lotId, content: handle.read(), change, affectsApplications: affects };
      const toSign = await trpc.prequalification.amendmentToSign.query(amendment);
      return {
        toSign,
        ask: {
          title: `签章并发布${words.document}的澄清、修改`,
          lines: [
            ["标段", toSign.subject],
            ["版本", `第 ${toSign.version} 版`],
            ["内容", change],
            [`可能影响${words.short}编制`, affects ? "是" : "否"],
          ],
          consequence: `签章后立即公布，并通知全部获取${words.document}的单位；已发布的内容不能撤销。`,
        },
        ...firstSignature(toSign, { lotId, title: change.slice(0, 300), body: { ...amendment } }),
        send: async (statement, key) => {
          const { version } = await trpc.prequalification.amend.mutate({ key, body: { ...amendment, statement } });
          return `已发布，${words.document}现为第 ${version} 版。`;
        },
      };
    });
  return (
    <details className="card">
      <summary>澄清、修改{words.document}</summary>
      <form
        aria-label={`澄清、修改${words.document}`}
        onSubmit={(event) => {
          event.preventDefault();
          void publish();
        }}
      >
        <p className="small muted">
          可能影响{words.short}编制的，须在{words.deadline}至少 3 日前发布；不足 3 日的，应当顺延截止时间（
          {handle.isProposal && "比照"}《招标投标法实施条例》第二十一条）。
        </p>
        <TextArea label="澄清、修改的内容（公开）" value={change} onChange={setChange} />
        <CheckField label={`可能影响${words.short}编制`} checked={affects} onChange={setAffects} />
        <PrequalFields handle={handle} />
        {act.note}
        <p>
          <button type="submit" className="btn btn-seal" disabled={act.running}>
            {act.running ? "正在发布…" : "签章并发布澄清、修改"}
          </button>
        </p>
      </form>
    </details>
  );
}
