"use client";

import { useState } from "react";
import { base64url } from "@/core/bytes";
import { formatInstant } from "@/core/time";
import { useSignedAct } from "@/platform/identity/ui/use-signed-act";
import { trpc } from "@/trpc/client";
import { SelectField, TextArea, TextField } from "@/ui/fields";
import {
  CIRCUMSTANCE_KINDS,
  CIRCUMSTANCE_LIMITS,
  type CircumstanceKind,
  type CircumstanceView,
} from "../circumstances/schema";

/** A bidder tells of its merger, split or bankruptcy after it has bid (IR38), and sees what it told. */
export function CircumstanceForm({ lotId, told }: { lotId: string; told: readonly CircumstanceView[] }) {
  const act = useSignedAct();
  const [kind, setKind] = useState<CircumstanceKind>("merger");
  const [occurredOn, setOccurredOn] = useState("");
  const [text, setText] = useState("");
  const [file, setFile] = useState<File>();
  const send = () =>
    act.press(async () => {
      if (!file) throw new Error("请添加证明文件（PDF，不超过 4 MB）。");
      if (file.size > CIRCUMSTANCE_LIMITS.documentBytes) throw new Error("证明文件超过 4 MB，请压缩后重新添加。");
      const document = { name: file.name, bytes: base64url(new Uint8Array(await file.arrayBuffer())) };
      const circumstance = { lotId, kind, occurredOn, text, document };
      return {
        toSign: await trpc.bid.changeToSign.mutate(circumstance),
        ask: {
          title: "告知重大变化",
          lines: [
            ["变化", `${CIRCUMSTANCE_KINDS[kind]}，${occurredOn}`],
            ["情况", text],
            ["证明文件", file.name],
          ],
          consequence:
            "签章后不能撤回。开标公布前只有本单位看得到；公布后送评标委员会、招标人和监督部门，由评标委员会认定投标是否有效。",
        },
        send: async (statement, key) => {
          await trpc.bid.tellChange.mutate({ key, body: { ...circumstance, statement } });
          return "已告知。";
        },
      };
    });
  return (
    <>
      <ul className="plain-list" aria-label="已告知的重大变化">
        {told.map((one) => (
          <li key={one.fileId}>
            {formatInstant(new Date(one.at))} 告知{one.kind}（{one.occurredOn}）：{one.text}{" "}
            <a href={`/api/files/${one.fileId}`}>{one.documentName}</a>
          </li>
        ))}
      </ul>
      <details>
        <summary>告知合并、分立、破产等重大变化</summary>
        <form
          noValidate
          aria-label="告知重大变化"
          onSubmit={(event) => {
            event.preventDefault();
            void send();
          }}
        >
          <p className="small muted">
            投标后发生合并、分立、破产等重大变化的，应当及时告知（《招标投标法实施条例》第三十八条）。谁能看到：开标公布前仅本单位；公布后评标委员会、招标人、代理机构和监督部门。
          </p>
          <SelectField
            label="变化"
            value={kind}
            options={Object.entries(CIRCUMSTANCE_KINDS)}
            onChange={(value) => setKind(value as CircumstanceKind)}
          />
          <TextField label="发生日期" type="date" value={occurredOn} onChange={setOccurredOn} />
          <TextArea label="情况和对投标的影响" value={text} rows={4} onChange={setText} />
          <label className="field">
            <span>证明文件（PDF，不超过 4 MB）</span>
            <input type="file" accept=".pdf" onChange={(event) => setFile(event.target.files?.[0])} />
          </label>
          {act.note}
          <button type="submit" className="btn btn-seal" disabled={act.running}>
            签章并告知
          </button>
        </form>
      </details>
    </>
  );
}
