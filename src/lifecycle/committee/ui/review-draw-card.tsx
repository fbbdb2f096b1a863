"use client";

import { useState } from "react";
import { hex } from "@/core/bytes";
import { formatInstant, readShanghai } from "@/core/time";
import { useSignedAct } from "@/platform/identity/ui/use-signed-act";
import { trpc } from "@/trpc/client";
import { TextArea, TextField } from "@/ui/fields";
import { FailedDraw } from "./failed-draw";

/** What the host sees of the draw of its review committee: what it asked for, and never a name. */
export interface ReviewDrawShown {
  readonly speciality: string;
  readonly expertCount: number;
  readonly reviewAt: string;
  readonly drawnAt?: string;
  /** When nobody could be drawn, because too few were left. */
  readonly failedAt?: string;
}

/** `credit code reason`, one organisation a line. */
const readAvoidance = (text: string) =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean)
    .map((line) => {
      const [creditCode = "", ...reason] = line.split(/\s+/);
      return { creditCode, reason: reason.join(" ") };
    });

/** Asks for the experts of a review committee to be drawn (资格审查委员会). */
export function ReviewDrawCard({
  lotId,
  request,
  reviewAt,
  editable,
}: {
  lotId: string;
  request?: ReviewDrawShown | undefined;
  /** A time that would do, as Beijing wall time. */
  reviewAt: string;
  editable: boolean;
}) {
  const act = useSignedAct();
  const [speciality, setSpeciality] = useState(request?.speciality ?? "房屋建筑");
  const [experts, setExperts] = useState(String(request?.expertCount ?? 4));
  const [standby, setStandby] = useState("2");
  const [at, setAt] = useState(reviewAt);
  const [avoided, setAvoided] = useState("");
  const send = () =>
    act.press(async () => {
      const time = readShanghai(at);
      if (!time) throw new Error("请填写资格评审开始时间。");
      const body = {
        lotId,
        speciality,
        expertCount: Number(experts),
        standbyCount: Number(standby),
        reviewAt: time.toISOString(),
        avoidance: readAvoidance(avoided),
      };
      return {
        toSign: await trpc.prequalification.drawToSign.query(body),
        ask: {
          title: "申请抽取资格审查委员会专家",
          lines: [
            ["专业", speciality],
            ["专家人数", `${experts} 人，备选 ${standby} 人`],
            ["资格评审开始时间", formatInstant(time)],
            [
              "回避单位",
              body.avoidance.map(({ creditCode }) => creditCode).join("、") || "无（申请人、招标人、代理机构自动回避）",
            ],
          ],
          consequence: "申请截止后立即随机抽取。专家名单在资格评审开始前对任何人保密，抽取过程日后可以核验。",
        },
        send: async (statement, key) => {
          const hostNonce = hex(crypto.getRandomValues(new Uint8Array(32)));
          await trpc.prequalification.requestDraw.mutate({ key, body: { ...body, statement, hostNonce } });
          return "已申请抽取专家。";
        },
      };
    });
  return (
    <section className="card" aria-labelledby="draw-title">
      <h2 id="draw-title">抽取资格审查委员会专家</h2>
      {request?.drawnAt ? (
        <p role="status">
          已于 {request.drawnAt} 抽取 {request.expertCount} 名专家（{request.speciality}），资格评审开始时间{" "}
          {request.reviewAt}
          。名单在资格评审开始前对任何人保密；专家回避的，由备选专家依次递补。
        </p>
      ) : request?.failedAt ? (
        <FailedDraw at={request.failedAt} speciality={request.speciality} needed={request.expertCount} />
      ) : (
        <p role="status">
          {request
            ? `已申请 ${request.expertCount} 名专家（${request.speciality}），申请截止后随机抽取。`
            : "专家从专家库中随机抽取；申请人、招标人、代理机构和监督部门的人员自动回避。"}
        </p>
      )}
      {editable && !request?.drawnAt && (
        <form
          aria-label="抽取资格审查委员会专家"
          onSubmit={(event) => {
            event.preventDefault();
            void send();
          }}
        >
          <div className="form-grid">
            <TextField label="专业" value={speciality} onChange={setSpeciality} />
            <TextField
              label="专家人数"
              value={experts}
              inputMode="numeric"
              hint="连同招标人代表五人以上单数，专家不少于三分之二"
              onChange={setExperts}
            />
            <TextField label="备选人数" value={standby} inputMode="numeric" onChange={setStandby} />
            <TextField label="资格评审开始时间（北京时间）" type="datetime-local" value={at} onChange={setAt} />
          </div>
          <TextArea
            label="回避单位（选填，每行一个：统一社会信用代码 空格 理由）"
            value={avoided}
            required={false}
            onChange={setAvoided}
          />
          <p>
            <button type="submit" className="btn btn-seal" disabled={act.running}>
              {act.running ? "正在提交…" : request ? "签章并重新申请抽取" : "签章并申请抽取专家"}
            </button>
          </p>
        </form>
      )}
      {act.note}
    </section>
  );
}
