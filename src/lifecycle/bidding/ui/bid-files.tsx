"use client";

import { useState } from "react";
import { envelopeOfFile, envelopeText, hasTwoEnvelopes } from "@/lifecycle/tender-document/envelopes";
import type { TenderDocumentContent } from "@/lifecycle/tender-document/schema";
import { controlOfSlot, type DraftFile, EXTRA_SLOT, sizeText } from "../draft";
import type { DraftHandle } from "./use-draft";

/** Required files and further ones (投标文件). They stay in this browser until they are sealed. */
export function BidFiles({ content, handle }: { content: TenderDocumentContent; handle: DraftHandle }) {
  const slots = [
    ...content.requiredFiles.map(({ id, title }) => ({ id, title, many: false })),
    { id: EXTRA_SLOT, title: "补充文件（选填，可多个）", many: true },
  ].map((slot) => ({ ...slot, envelope: envelopeText(content, envelopeOfFile(content, slot.id, "")) }));
  return (
    <>
      <p className="muted small">
        只收 PDF，单个不超过 1 GiB，合计不超过 4 GiB。文件只保存在本机浏览器中，加密前不离开这台电脑。
      </p>
      {hasTwoEnvelopes(content) && (
        <p className="note">
          本标段采用双信封：第一信封先开启、评审，其中的任何文件都不得写出报价；第二信封（报价）只在通过第一信封评审后开启，未通过的永久保持加密。
        </p>
      )}
      {slots.map((slot) => (
        <FileSlot
          key={slot.id}
          slot={slot}
          files={handle.draft.files.filter((file) => file.slot === slot.id)}
          handle={handle}
        />
      ))}
    </>
  );
}

function FileSlot({
  slot,
  files,
  handle,
}: {
  slot: { id: string; title: string; many: boolean; envelope: string };
  files: readonly DraftFile[];
  handle: DraftHandle;
}) {
  const [adding, setAdding] = useState(false);
  const [refused, setRefused] = useState<readonly string[]>([]);
  const control = controlOfSlot(slot.id);
  const add = async (chosen: FileList | null) => {
    if (!chosen?.length) return;
    setAdding(true);
    setRefused(await handle.add(slot.id, [...chosen]));
    setAdding(false);
  };
  return (
    <fieldset className="group">
      <legend>
        {slot.title} {slot.envelope && <span className="chip">{slot.envelope}</span>}
      </legend>
      <label className="field" htmlFor={control}>
        <span>{files.length && !slot.many ? `更换“${slot.title}”` : `选择“${slot.title}”的 PDF`}</span>
        <input
          id={control}
          type="file"
          accept=".pdf,application/pdf"
          multiple={slot.many}
          disabled={adding || !handle.loaded}
          onChange={(event) => {
            const input = event.currentTarget;
            void add(input.files).then(() => {
              input.value = "";
            });
          }}
        />
      </label>
      <p role="status" className={adding ? "small" : "visually-hidden"}>
        {adding ? "正在保存到本机…" : ""}
      </p>
      {refused.length > 0 && (
        <div className="note danger" role="alert">
          {refused.map((sentence) => (
            <p key={sentence}>{sentence}</p>
          ))}
        </div>
      )}
      <ul className="plain-list" aria-label={`${slot.title}：已添加的文件`}>
        {files.map((file) => (
          <li key={file.id} className="row">
            <span>
              {file.name}（{sizeText(file.sizeBytes)}）
            </span>
            <button
              type="button"
              className="btn"
              aria-label={`删除 ${file.name}`}
              onClick={() => handle.remove(file.id)}
            >
              删除
            </button>
          </li>
        ))}
      </ul>
    </fieldset>
  );
}
