"use client";

import { hex } from "@/core/bytes";
import { sealStatement } from "@/platform/identity/ui/key-ring";
import { useSigning } from "@/platform/identity/ui/sign-dialog";
import { actKey, insist, trpc } from "@/trpc/client";
import { useAct } from "@/trpc/use-act";
import type { PairedAct } from "../schema";

export interface WaitingSeal {
  readonly id: string;
  readonly act: string;
  readonly what: string;
  readonly title: string;
  readonly digest: string;
  readonly personName: string;
  readonly signedAt: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly statement: { readonly payload: string; readonly cms: string };
  readonly roomHref: string;
}

type Publish = (input: { key: string; body: never }) => Promise<unknown>;

/** The act that each kind of publication is: the same one that publishes with both signatures at once. */
const PUBLISH: Record<PairedAct, Publish> = {
  "notice.publish": (input) => trpc.tender.publish.mutate(input),
  "notice.withdraw": (input) => trpc.tender.withdraw.mutate(input),
  "clarification.publish": (input) => trpc.clarification.publish.mutate(input),
  "prequalification.publish": (input) => trpc.prequalification.publish.mutate(input),
  "prequalification.amend": (input) => trpc.prequalification.amend.mutate(input),
  "prequalification.terminate": (input) => trpc.prequalification.terminate.mutate(input),
  "award.publish-candidates": (input) => trpc.award.publishCandidates.mutate(input),
  "award.send-notices": (input) => trpc.award.send.mutate(input),
};

/** Publications that a colleague has signed: whoever keeps the seal adds it, and with it they are published. */
export function WaitingSeals({ rows }: { rows: readonly WaitingSeal[] }) {
  return (
    <ul className="plain-list" aria-label="待加盖单位印章">
      {rows.map((row) => (
        <SealRow key={row.id} row={row} />
      ))}
    </ul>
  );
}

function SealRow({ row }: { row: WaitingSeal }) {
  const act = useAct();
  const ask = useSigning();
  const seal = () => {
    const key = actKey();
    return act.run(async () => {
      const held = await ask({
        title: "加盖单位印章并发布",
        lines: [
          ["事项", row.what],
          ["内容", row.title],
          ["已签名", `${row.personName}，${row.signedAt}`],
          ["签署内容校验值", row.digest],
        ],
        consequence: "加盖印章后立即发布，不能撤销，只能依法变更。内容在签名之后改变过的，不会发布。",
        seal: "only",
      });
      if (!held) return undefined;
      const statement = await sealStatement(held, row.statement);
      const nonce =
        row.act === "notice.publish" ? { tendererNonce: hex(crypto.getRandomValues(new Uint8Array(32))) } : {};
      const body = { ...row.body, ...nonce, statement } as never;
      await insist(() => PUBLISH[row.act as PairedAct]({ key, body }));
      return "已加盖单位印章并发布。";
    });
  };
  return (
    <li>
      <p>
        <strong>{row.what}</strong>：{row.title}
        <br />
        <span className="small muted">
          {row.personName}已于 {row.signedAt} 签名，等待加盖单位印章。<a href={row.roomHref}>核对内容</a>
        </span>
      </p>
      {act.note}
      <button type="button" className="btn btn-seal" disabled={act.running} onClick={() => void seal()}>
        加盖印章并发布
      </button>
    </li>
  );
}
