import type { LotState } from "@/lifecycle/lot/states";
import { FileObjectionForm } from "@/lifecycle/objection/ui/file-form";
import { ObjectionList } from "@/lifecycle/objection/ui/objection-list";
import type { BidRoomView } from "../room";

/** What is objected to in a state, and until when. */
const OBJECTED: Partial<Record<LotState, keyof typeof WINDOWS>> = {
  P1: "prequalification_document",
  T1: "tender_document",
  A1: "result",
};
const WINDOWS = {
  prequalification_document: "异议应在递交截止时间二日前提出（实施条例第二十二条）；逾期提出的按意见答复，不暂停活动。",
  tender_document:
    "对招标文件的异议应在投标截止时间十日前提出（实施条例第二十二条）；逾期提出的按意见答复，不暂停活动。",
  result: "对评标结果的异议应在中标候选人公示期间提出（实施条例第五十四条）。",
} as const;

/** Own objections, and the form while one can be filed. Interested parties object without holding the document. */
export function ObjectionsCard({ view: { lot, objections, round } }: { view: BidRoomView }) {
  const kind = OBJECTED[lot.state];
  if (!kind && !objections.length) return null;
  return (
    <section className="card" id="objections" aria-labelledby="h-objections">
      <h2 id="h-objections">异议</h2>
      <ObjectionList objections={objections} round={round} unanswered={() => <p className="chip">等待答复</p>} />
      {kind && (
        <details>
          <summary>提出异议</summary>
          <FileObjectionForm lotId={lot.id} kind={kind} window={WINDOWS[kind]} round={round} />
        </details>
      )}
      {(lot.state === "T1" || lot.state === "P1") && (
        <details id="notice-defect">
          <summary>公告有误？请求更正</summary>
          <FileObjectionForm
            lotId={lot.id}
            kind="notice"
            window="公告内容不符合规定、遗漏或者与招标文件不一致的，可以要求更正（《招标公告和公示信息发布管理办法》第十六条）。不暂停活动；答复公开，需要更正的同时发布更正公告。"
          />
        </details>
      )}
    </section>
  );
}
