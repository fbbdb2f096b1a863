"use client";

import { useState } from "react";
import { formsAllowed } from "@/lifecycle/bid-security/forms";
import { EMPTY_GUARANTEE } from "@/lifecycle/bid-security/guarantee/typed";
import { GuaranteeFields } from "@/lifecycle/bid-security/ui/guarantee-fields";
import { BackPart, TransferPart } from "@/lifecycle/bid-security/ui/security-card";
import { refusalToSubmit } from "@/lifecycle/lot/rules";
import { useServerTime } from "@/ui/server-clock";
import { GUARANTEE_SLOT, sizeText } from "../draft";
import { forRules } from "../lot-times";
import type { BidRoomView } from "../room";
import { controlOfGuarantee } from "../secured";
import type { DraftHandle } from "./use-draft";

/** The bid security (投标保证金): by transfer to an account of one's own, or by a guarantee that is sealed with the bid. */
export function SecuritySection({
  view,
  handle,
  bank,
}: {
  view: BidRoomView;
  handle: DraftHandle;
  /** The demonstration's bank. */
  bank?: string;
}) {
  const { lot, security, document } = view;
  const { now } = useServerTime(view.now);
  const { requiredFen, transfer, guarantee } = formsAllowed(document!.content);
  const open = !refusalToSubmit(forRules(lot), now);
  const typed = handle.draft.guarantee;
  return (
    <>
      <p className="muted small">
        是否缴纳、用什么形式，开标前只有本单位知道；保函随投标文件加密。
        {document!.content.security?.receiptCondition
          ? "招标文件规定：递交时没有保证金或保函的，不予接收（RF-14）。"
          : "没有保证金的投标文件照常接收，由评标委员会依招标文件认定。"}
      </p>
      {guarantee && transfer && (
        <label className="row">
          <input
            type="checkbox"
            checked={typed !== undefined}
            disabled={!handle.loaded}
            onChange={(event) =>
              handle.setGuarantee(event.target.checked ? { ...EMPTY_GUARANTEE, beneficiary: view.tenderer } : undefined)
            }
          />
          以保函代替转账
        </label>
      )}
      {guarantee && !transfer && !typed && (
        <p>
          <button
            type="button"
            className="btn"
            disabled={!handle.loaded}
            onClick={() => handle.setGuarantee({ ...EMPTY_GUARANTEE, beneficiary: view.tenderer })}
          >
            填写保函
          </button>
        </p>
      )}
      {typed ? (
        <>
          <GuaranteeFields typed={typed} onChange={handle.setGuarantee} />
          <GuaranteeFile handle={handle} />
        </>
      ) : (
        transfer && (
          <TransferPart
            lotId={lot.id}
            requiredFen={requiredFen}
            security={security}
            open={open}
            {...(bank ? { bank } : {})}
          />
        )
      )}
      {typed && security.arrived.length > 0 && (
        <TransferPart
          lotId={lot.id}
          requiredFen={requiredFen}
          security={security}
          open={open}
          {...(bank ? { bank } : {})}
        />
      )}
      <BackPart security={security} />
    </>
  );
}

function GuaranteeFile({ handle }: { handle: DraftHandle }) {
  const [refused, setRefused] = useState<readonly string[]>([]);
  const file = handle.draft.files.find(({ slot }) => slot === GUARANTEE_SLOT);
  return (
    <>
      <label className="field" htmlFor={controlOfGuarantee("file")}>
        <span>{file ? "更换保函文件" : "选择保函文件"}（PDF，不超过 10 MB）</span>
        <input
          id={controlOfGuarantee("file")}
          type="file"
          accept=".pdf,application/pdf"
          disabled={!handle.loaded}
          onChange={(event) => {
            const input = event.currentTarget;
            const files = [...(input.files ?? [])].slice(0, 1);
            if (!files.length) return;
            void handle.add(GUARANTEE_SLOT, files).then((sentences) => {
              setRefused(sentences);
              input.value = "";
            });
          }}
        />
      </label>
      {refused.map((sentence) => (
        <p key={sentence} className="note danger" role="alert">
          {sentence}
        </p>
      ))}
      {file && (
        <p>
          {file.name}（{sizeText(file.sizeBytes)}）
        </p>
      )}
    </>
  );
}
