"use client";
import { useState } from "react";
import { ROLE_NAMES } from "../home";
import type { SessionView } from "../schema";

/** Another role of the same person: chosen, told in the head, and written into the trail. Rights of two roles never mix. */
export function OrgSwitch({ session }: { session: SessionView }) {
  const [running, setRunning] = useState(false);
  const [error, setError] = useState("");
  const change = async (role: string) => {
    setRunning(true);
    const answer = await fetch("/api/session", {
      method: "PATCH",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ role }),
    }).catch(() => undefined);
    if (answer?.ok) return window.location.assign("/login/home");
    setError("没有切换成功，请重试。");
    setRunning(false);
  };
  return (
    <span>
      <label>
        <span className="visually-hidden">切换身份</span>
        <select value={session.role} disabled={running} onChange={(event) => void change(event.target.value)}>
          {session.roles.map((role) => (
            <option key={role} value={role}>
              {ROLE_NAMES[role]}
            </option>
          ))}
        </select>
      </label>
      {error && <span role="alert">{error}</span>}
    </span>
  );
}
