"use client";

import { useState } from "react";
import { consortiumFileOf } from "@/lifecycle/bidding/consortium/opened";
import { agreementOf, readPart, shareText } from "@/lifecycle/bidding/consortium/part";
import { saveFile } from "@/ui/save-file";
import type { ReviewView } from "../review-view";

type Bid = ReviewView["bids"][number];

/** Who bids together, and what machines found of the bidders (R-5.5.4, IR37); nothing for whom nothing is to be said. */
export function PartiesPane({ bid }: { bid: Bid }) {
  const { consortium, partyFindings, declaredInterests, levels, circumstances } = bid;
  if (!consortium && !partyFindings.length && !declaredInterests && !levels.length) return null;
  return (
    <details open={partyFindings.length > 0}>
      <summary>
        {consortium ? "联合体" : "投标主体"}：
        {partyFindings.length
          ? `核对发现 ${partyFindings.length} 处`
          : consortium
            ? "协议与成员签章核对齐全"
            : "声明与核对没有发现问题"}
      </summary>
      {partyFindings.length > 0 && (
        <div className="note warn">
          <ul className="problems">
            {partyFindings.map((finding) => (
              <li key={finding}>{finding}</li>
            ))}
          </ul>
          <p className="small">
            以上由平台核对得出，不是结论；是否否决由评标委员会在初步评审中认定（《招标投标法实施条例》第三十七条、第五十一条）。
          </p>
        </div>
      )}
      <Interests bid={bid} />
      <Levels rows={levels} />
      {circumstances.map(({ fileId, kind, documentName }) => (
        <p key={fileId} className="small">
          {kind}的证明文件：<a href={`/api/files/${fileId}`}>{documentName}</a>
        </p>
      ))}
      {consortium && consortium.parties.length > 0 && (
        <>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a keyboard must be able to scroll it */}
          <section className="scroll-x" aria-label="联合体各方" tabIndex={0}>
            <table className="plain small">
              <caption className="visually-hidden">联合体各方</caption>
              <thead>
                <tr>
                  <th scope="col">身份</th>
                  <th scope="col">单位</th>
                  <th scope="col">分工</th>
                  <th scope="col" className="num">
                    份额
                  </th>
                  <th scope="col">资质</th>
                </tr>
              </thead>
              <tbody>
                {consortium.parties.map((party, i) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: a hostile list may name a company twice.
                  <tr key={i}>
                    <td>{i === 0 ? "牵头人" : "成员"}</td>
                    <th scope="row">
                      {party.name}
                      <br />
                      {party.creditCode}
                    </th>
                    <td>{party.work}</td>
                    <td className="num">{shareText(party.shareBasisPoints)}</td>
                    <td>{party.qualification}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
          <Agreement bid={bid} />
        </>
      )}
    </details>
  );
}

/** What the bidder declares of relations to the tenderer, beside what the platform found (IR34). */
function Interests({ bid: { declaredInterests, foundInterests } }: { bid: Bid }) {
  if (!declaredInterests && !foundInterests.length) return null;
  const cell = (lines: readonly string[], none: string) =>
    lines.length ? (
      <ul className="problems">
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    ) : (
      none
    );
  return (
    <table className="plain small">
      <caption>利害关系对照（《招标投标法实施条例》第三十四条）</caption>
      <thead>
        <tr>
          <th scope="col">投标人声明</th>
          <th scope="col">招标人登记与平台核对</th>
        </tr>
      </thead>
      <tbody>
        <tr>
          <td>{declaredInterests ? cell(declaredInterests, "声明不存在利害关系") : "没有声明"}</td>
          <td>{cell(foundInterests, "没有发现")}</td>
        </tr>
      </tbody>
    </table>
  );
}

/** Level of the bid by required speciality, with how it was computed (BL31). */
function Levels({ rows }: { rows: Bid["levels"] }) {
  if (!rows.length) return null;
  return (
    <table className="plain small">
      <caption>资质等级（同一专业的联合体按等级较低的单位确定，《招标投标法》第三十一条）</caption>
      <thead>
        <tr>
          <th scope="col">专业</th>
          <th scope="col">要求</th>
          <th scope="col">计算结果</th>
          <th scope="col">依据</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ speciality, required, computed, by, ok }) => (
          <tr key={speciality}>
            <th scope="row">{speciality}</th>
            <td>{required}及以上</td>
            <td>
              {computed}
              <span className={`chip ${ok ? "ok" : "warn"}`}>{ok ? "达到" : "低于要求"}</span>
            </td>
            <td>{by.join("；")}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The agreement lies in the consortium's part, and is taken out of it here. */
function Agreement({ bid }: { bid: Bid }) {
  const [problem, setProblem] = useState("");
  const file = consortiumFileOf(bid.files);
  const save = async () => {
    setProblem("");
    const answer = await fetch(`/api/files/${file?.fileId}`).catch(() => undefined);
    const part = answer?.ok ? readPart(new Uint8Array(await answer.arrayBuffer())) : undefined;
    if (part?.kind !== "declared") return setProblem("联合体协议没有取到，请刷新页面重试。");
    saveFile(`联合体协议-${bid.name.slice(0, 60)}.pdf`, agreementOf(part.declared), "application/pdf");
  };
  return (
    <>
      <button type="button" className="btn" onClick={() => void save()}>
        下载联合体协议
      </button>
      {problem && (
        <p className="note danger" role="alert">
          {problem}
        </p>
      )}
    </>
  );
}
