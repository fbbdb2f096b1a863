"use client";

import { useState } from "react";
import { formatClock, readShanghai } from "@/core/time";
import { actKey, insist, trpc } from "@/trpc/client";
import { useAct } from "@/trpc/use-act";
import { TextArea, TextField } from "@/ui/fields";
import type { NoticeDraftInput } from "../schema";
import { LiveCheck } from "./live-check";

/** `2026-06-10T09:30:00` in Beijing time, as the browser's time field wants it. */
const wallTime = (iso: string) => formatClock(new Date(iso)).replace(" ", "T");

const TIMES = [
  ["saleStart", "获取招标文件开始时间（北京时间）", "获取招标文件开始时间"],
  ["saleEnd", "获取招标文件截止时间（北京时间）", "获取招标文件截止时间"],
  ["bidDeadline", "投标截止（开标）时间（北京时间）", "投标截止时间"],
] as const;

/** What an invitation says besides. */
const REPLY = ["replyBy", "回复邀请的截止时间（北京时间）", "回复邀请的截止时间"] as const;

/** Writes the notice and the schedule. */
export function NoticeForm({ lotId, draft, nextHref }: { lotId: string; draft: NoticeDraftInput; nextHref: string }) {
  const act = useAct();
  const [form, setForm] = useState({
    ...draft,
    saleStart: wallTime(draft.saleStart),
    saleEnd: wallTime(draft.saleEnd),
    bidDeadline: wallTime(draft.bidDeadline),
    ...(draft.replyBy ? { replyBy: wallTime(draft.replyBy) } : {}),
  });
  const times = draft.replyBy ? [...TIMES, REPLY] : TIMES;
  const set = (name: keyof NoticeDraftInput) => (value: string) => setForm({ ...form, [name]: value });
  const instant = (name: (typeof times)[number][0], label: string): string => {
    const at = readShanghai(form[name] ?? "");
    if (!at) throw new Error(`${label}没有填写完整。`);
    return at.toISOString();
  };
  const save = async (key: string) => {
    const chosen = Object.fromEntries(times.map(([name, , short]) => [name, instant(name, short)]));
    await insist(() => trpc.tender.saveNotice.mutate({ key, body: { lotId, draft: { ...form, ...chosen } } }));
    return "日程与公告已保存。";
  };
  const typed = {
    draft: {
      ...form,
      ...Object.fromEntries(times.map(([name]) => [name, readShanghai(form[name] ?? "")?.toISOString() ?? ""])),
    },
  };
  return (
    <div className="beside">
      <form
        aria-label="日程与公告"
        onSubmit={(event) => {
          event.preventDefault();
          const key = actKey();
          void act.run(() => save(key));
        }}
      >
        <fieldset className="group">
          <legend>日程</legend>
          <div className="form-grid">
            {times.map(([name, label]) => (
              <TextField key={name} label={label} type="datetime-local" value={form[name] ?? ""} onChange={set(name)} />
            ))}
          </div>
          <p className="small muted">
            开标时间就是投标截止时间。获取期不少于 5 日，自开始发出至投标截止不少于 20 日；是否合规见“发布检查”。
          </p>
        </fieldset>
        <fieldset className="group">
          <legend>公告内容</legend>
          <TextArea label="投标人资格能力要求" value={form.qualification} onChange={set("qualification")} />
          <div className="form-grid">
            <TextField label="数量" value={form.quantity} required={false} onChange={set("quantity")} />
            <TextField label="实施地点" value={form.performancePlace} onChange={set("performancePlace")} />
            <TextField label="工期（交货期、服务期）" value={form.performanceTime} onChange={set("performanceTime")} />
            <TextField label="联系人" value={form.contactPerson} onChange={set("contactPerson")} />
            <TextField label="联系电话" value={form.contactPhone} onChange={set("contactPhone")} />
            <TextField label="发布责任人" value={form.responsiblePublisher} onChange={set("responsiblePublisher")} />
            <TextField label="平台验证责任人" value={form.responsibleVerifier} onChange={set("responsibleVerifier")} />
          </div>
          <TextArea label="其他依法应当载明的内容" value={form.other} required={false} onChange={set("other")} />
          <p className="small muted">
            招标人、代理机构、项目、限价等内容由已填写的资料带出，公告页与省平台数据是同一份。
          </p>
        </fieldset>
        {act.note}
        <p className="row">
          <button type="submit" className="btn btn-primary" disabled={act.running}>
            {act.running ? "正在保存…" : "保存日程与公告"}
          </button>
          <a href={nextHref}>下一步：发布检查</a>
        </p>
      </form>
      <LiveCheck lotId={lotId} typed={typed} checkHref={nextHref} />
    </div>
  );
}
