"use client";

import { useState } from "react";
import { formatClock, formatInstant, readShanghai } from "@/core/time";
import { useSignedAct } from "@/platform/identity/ui/use-signed-act";
import { trpc } from "@/trpc/client";
import { TextField } from "@/ui/fields";

interface Avoided {
  readonly creditCode: string;
  readonly reason: string;
}

/** Requests a committee: composition and whom to avoid. Who is drawn stays unknown to everybody here. */
export function CommitteeRequestForm({
  lotId,
  evaluationAt,
  latest,
}: {
  lotId: string;
  evaluationAt: string;
  latest?: string;
}) {
  const act = useSignedAct();
  const [speciality, setSpeciality] = useState("房屋建筑");
  const [memberCount, setCount] = useState("5");
  const [standbyCount, setStandby] = useState("2");
  const [at, setAt] = useState(formatClock(new Date(evaluationAt)).replace(" ", "T"));
  const [avoidance, setAvoidance] = useState<readonly Avoided[]>([]);
  const send = () =>
    act.press(async () => {
      const time = readShanghai(at);
      if (!time) throw new Error("请填写评标开始时间。");
      const request = {
        lotId,
        speciality,
        memberCount: Number(memberCount),
        standbyCount: Number(standbyCount),
        evaluationAt: time.toISOString(),
        avoidance: avoidance.filter(({ creditCode }) => creditCode.trim()),
      };
      return {
        toSign: await trpc.committee.requestToSign.query(request),
        ask: {
          title: "申请组建评标委员会",
          lines: [
            ["专业", speciality],
            ["人数", `${memberCount} 人，备选 ${standbyCount} 人`],
            ["评标开始时间", formatInstant(time)],
            [
              "回避单位",
              request.avoidance.map(({ creditCode }) => creditCode).join("、") ||
                "无（投标人、招标人、代理机构自动回避）",
            ],
          ],
          consequence: "签章后立即随机抽取专家和工位。名单在专家签到前对任何人保密，抽取过程日后可以核验。",
        },
        send: async (statement, key) => {
          await trpc.committee.request.mutate({ key, body: { ...request, statement } });
          return "已提交组建申请，正在抽取专家。";
        },
      };
    });
  return (
    <form
      aria-label="组建评标委员会"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <div className="form-grid">
        <TextField label="专业" value={speciality} onChange={setSpeciality} />
        <TextField
          label="评标委员会人数"
          value={memberCount}
          inputMode="numeric"
          hint="五人以上单数"
          onChange={setCount}
        />
        <TextField label="备选人数" value={standbyCount} inputMode="numeric" onChange={setStandby} />
        <TextField
          label="评标开始时间（北京时间）"
          type="datetime-local"
          value={at}
          {...(latest ? { hint: `专家抽取不早于评标前 24 小时：不晚于 ${formatInstant(new Date(latest))}` } : {})}
          onChange={setAt}
        />
      </div>
      <fieldset className="group">
        <legend>回避单位（投标人、招标人、代理机构自动回避）</legend>
        {avoidance.map((row, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the position is the identity of a row here
          <div key={i} className="form-grid">
            <TextField
              label={`回避单位 ${i + 1} 统一社会信用代码`}
              value={row.creditCode}
              onChange={(creditCode) =>
                setAvoidance(avoidance.map((other, n) => (n === i ? { ...other, creditCode } : other)))
              }
            />
            <TextField
              label={`回避单位 ${i + 1} 理由`}
              value={row.reason}
              onChange={(reason) => setAvoidance(avoidance.map((other, n) => (n === i ? { ...other, reason } : other)))}
            />
          </div>
        ))}
        <p>
          <button
            type="button"
            className="btn"
            onClick={() => setAvoidance([...avoidance, { creditCode: "", reason: "" }])}
          >
            增加回避单位
          </button>
        </p>
      </fieldset>
      {act.note}
      <p>
        <button type="submit" className="btn btn-seal" disabled={act.running}>
          {act.running ? "正在提交…" : "签章并申请抽取"}
        </button>
      </p>
    </form>
  );
}
