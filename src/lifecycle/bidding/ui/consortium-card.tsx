"use client";

import { useState } from "react";
import { saveFile } from "@/ui/save-file";
import { ConsentRefused, holderOf, readConsent, requestFile } from "../consortium/consent";
import { CONSORTIUM_LIMITS } from "../consortium/part";
import { agreementFileOf, controlOfParty, type PreparedConsortium, withLeader } from "../consortium/prepared";
import { EMPTY_PARTY, partyTitle, type TypedConsortium, type TypedParty } from "../consortium/typed";
import { AGREEMENT_SLOT, sizeText } from "../draft";
import type { BidRoomView } from "../room";
import type { DraftHandle } from "./use-draft";

/**
 * A consortium in preparation (联合体): who bids together, under which agreement, and what its members gave back. All of it
 * lies in this browser; members sign a file at their own computers, and the platform learns nothing.
 */
export function ConsortiumCard({
  view,
  handle,
  prepared,
}: {
  view: BidRoomView;
  handle: DraftHandle;
  prepared: PreparedConsortium;
}) {
  const { consortium } = handle.draft;
  const isAllowed = view.document?.content.consortiumAllowed ?? false;
  const toggle = (together: boolean) =>
    handle.setConsortium(
      together ? { parties: withLeader([EMPTY_PARTY, EMPTY_PARTY], view.bidder), consents: [] } : undefined,
    );
  return (
    <>
      <p className="muted small">
        {isAllowed ? "招标文件接受联合体投标。" : "招标文件不接受联合体投标。"}
        是否为联合体、成员和协议只保存在本机，随投标文件加密，开标前平台和其他人都看不到。
      </p>
      <label className="row">
        <input
          type="checkbox"
          checked={consortium !== undefined}
          disabled={!handle.loaded}
          onChange={(event) => toggle(event.target.checked)}
        />
        以联合体投标（本单位为牵头人）
      </label>
      {consortium && (
        <>
          <Parties
            parties={withLeader(consortium.parties, view.bidder)}
            onChange={(parties) => handle.setConsortium({ ...consortium, parties })}
          />
          <Agreement handle={handle} />
          <Consents view={view} handle={handle} consortium={consortium} prepared={prepared} />
        </>
      )}
    </>
  );
}

const FIELDS = [
  ["name", "单位名称"],
  ["creditCode", "统一社会信用代码"],
  ["work", "分工"],
  ["share", "份额（%）"],
  ["qualification", "资质"],
] as const;

function Parties({
  parties,
  onChange,
}: {
  parties: readonly TypedParty[];
  onChange(parties: readonly TypedParty[]): void;
}) {
  return (
    <>
      {parties.map((party, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a company has no other name while it is being typed.
        <fieldset key={i} className="group">
          <legend>{partyTitle(i)}</legend>
          {FIELDS.map(([field, label]) => {
            const id = controlOfParty(i, field);
            const fixed = i === 0 && (field === "name" || field === "creditCode");
            return (
              <label key={field} className="field" htmlFor={id}>
                <span>{label}</span>
                <input
                  id={id}
                  className="text"
                  value={party[field]}
                  readOnly={fixed}
                  maxLength={field === "creditCode" ? 18 : CONSORTIUM_LIMITS.textLength}
                  inputMode={field === "share" ? "decimal" : undefined}
                  autoComplete="off"
                  aria-label={`${partyTitle(i)}：${label}`}
                  onChange={(event) => onChange(parties.with(i, { ...party, [field]: event.target.value }))}
                />
              </label>
            );
          })}
          {i > 0 && (
            <button
              type="button"
              className="btn"
              disabled={parties.length <= 2}
              onClick={() => onChange(parties.filter((_, at) => at !== i))}
            >
              删除成员 {i}
            </button>
          )}
        </fieldset>
      ))}
      <button
        type="button"
        className="btn"
        disabled={parties.length >= CONSORTIUM_LIMITS.parties}
        onClick={() => onChange([...parties, EMPTY_PARTY])}
      >
        添加成员
      </button>
    </>
  );
}

function Agreement({ handle }: { handle: DraftHandle }) {
  const [refused, setRefused] = useState<readonly string[]>([]);
  const file = agreementFileOf(handle.draft);
  return (
    <fieldset className="group">
      <legend>联合体协议</legend>
      <label className="field" htmlFor="consortium-agreement">
        <span>{file ? "更换联合体协议" : "选择联合体协议"}（PDF，不超过 4 MB，即各方签字盖章的共同投标协议）</span>
        <input
          id="consortium-agreement"
          type="file"
          accept=".pdf,application/pdf"
          disabled={!handle.loaded}
          onChange={(event) => {
            const input = event.currentTarget;
            const files = [...(input.files ?? [])];
            if (!files.length) return;
            void handle.add(AGREEMENT_SLOT, files).then((sentences) => {
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
    </fieldset>
  );
}

function Consents({
  view,
  handle,
  consortium,
  prepared,
}: {
  view: BidRoomView;
  handle: DraftHandle;
  consortium: TypedConsortium;
  prepared: PreparedConsortium;
}) {
  const { terms, agreement, consented } = prepared;
  const [said, setSaid] = useState("");
  const [refused, setRefused] = useState<readonly string[]>([]);
  const take = async (files: readonly File[]) => {
    const problems: string[] = [];
    const added: TypedConsortium["consents"][number][] = [];
    for (const file of files) {
      try {
        const consent = readConsent(new Uint8Array(await file.arrayBuffer()));
        await holderOf(consent);
        added.push({ payload: consent.payload, cms: consent.cms });
      } catch (error) {
        if (!(error instanceof ConsentRefused)) throw error;
        problems.push(`${file.name}：${error.message}`);
      }
    }
    const others = consortium.consents.filter(({ cms }) => !added.some((one) => one.cms === cms));
    if (added.length) handle.setConsortium({ ...consortium, consents: [...others, ...added] });
    setRefused(problems);
    setSaid(added.length ? `已导入 ${added.length} 份签署文件。` : "");
  };
  return (
    <fieldset className="group">
      <legend>成员签章</legend>
      <ol className="small">
        <li>
          名单和协议定稿后，保存签署请求，用贵单位自己的途径（如优盘、邮件）交给各成员。其中没有报价，也没有投标文件。
        </li>
        <li>
          成员在<a href="/consortium-consent">联合体签署页</a>
          打开请求，用本单位机构证书签署（也可用命令行离线签署），把签署文件交回。
        </li>
        <li>在这里导入全部签署文件。名单、分工、份额或协议改动后，须重新签署。</li>
      </ol>
      <p className="row">
        <button
          type="button"
          className="btn"
          disabled={!terms || !agreement}
          onClick={() =>
            saveFile(
              `联合体签署请求-${view.lot.code}.json`,
              requestFile({ terms: terms!, agreement: agreement! }),
              "application/json",
            )
          }
        >
          保存签署请求
        </button>
        {!terms && <span className="small">先填齐各方并添加协议。</span>}
      </p>
      <label className="field" htmlFor="consortium-consents">
        <span>导入成员的签署文件（.json，可多选）</span>
        <input
          id="consortium-consents"
          type="file"
          accept=".json,application/json"
          multiple
          disabled={!handle.loaded}
          onChange={(event) => {
            const input = event.currentTarget;
            void take([...(input.files ?? [])]).finally(() => {
              input.value = "";
            });
          }}
        />
      </label>
      <p role="status">{said}</p>
      {refused.map((sentence) => (
        <p key={sentence} className="note danger" role="alert">
          {sentence}
        </p>
      ))}
      {terms && (
        <ul className="plain-list" aria-label="成员签章情况">
          {terms.parties.slice(1).map(({ name, creditCode }) => (
            <li key={creditCode} className="row">
              <span>{name}</span>
              <span className={`chip push ${consented.includes(creditCode) ? "ok" : ""}`}>
                {consented.includes(creditCode) ? "已签章" : "未签章"}
              </span>
            </li>
          ))}
        </ul>
      )}
      {consortium.consents.length > 0 && (
        <button type="button" className="btn" onClick={() => handle.setConsortium({ ...consortium, consents: [] })}>
          清除已导入的签署文件
        </button>
      )}
    </fieldset>
  );
}
