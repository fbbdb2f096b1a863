"use client";

import { useState } from "react";
import { actKey, insist } from "@/trpc/client";
import { useAct } from "@/trpc/use-act";

/** A text and the one button that sends it; the text stays until it was taken. */
export function TextAct({
  label,
  button,
  send,
  min = 5,
  max = 2000,
}: {
  label: string;
  button: string;
  send(key: string, text: string): Promise<string>;
  min?: number;
  max?: number;
}) {
  const act = useAct();
  const [text, setText] = useState("");
  const submit = async () => {
    const key = actKey();
    if (await act.run(() => insist(() => send(key, text)))) setText("");
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <label className="field">
        <span>{label}</span>
        <textarea
          className="text"
          rows={3}
          maxLength={max}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      </label>
      <button type="submit" className="btn" disabled={act.running || text.trim().length < min}>
        {button}
      </button>
      {act.note}
    </form>
  );
}
