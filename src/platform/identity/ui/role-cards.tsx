"use client";

import { useState } from "react";
import { openDemoKey, signInWith } from "./key-ring";
import type { DemoKeyCard } from "./login-form";

/** Cards of the people of the demonstration; one press signs in by that person's certificate. */
export function RoleCards({ keys }: { keys: readonly (DemoKeyCard & { readonly card: string })[] }) {
  const [running, setRunning] = useState("");
  const [error, setError] = useState("");
  const enter = async ({ name, home }: DemoKeyCard) => {
    if (running) return;
    setRunning(name);
    setError("");
    try {
      await signInWith(await openDemoKey(name));
      window.location.assign(home);
    } catch (problem) {
      setError(problem instanceof Error ? problem.message : "登录没有成功，请重试。");
      setRunning("");
    }
  };
  const cards = keys.filter(({ card }) => card);
  const others = keys.filter(({ card }) => !card);
  return (
    <>
      {error && (
        <p className="note danger" role="alert">
          {error}
        </p>
      )}
      <div className="cards">
        {cards.map((key) => (
          <section key={key.name} className="card" aria-label={`${key.title} ${key.person}`}>
            <h3>
              {key.title} · {key.person}
            </h3>
            <p className="small muted">{key.organisation}</p>
            <p>{key.card}</p>
            <button type="button" className="btn btn-primary" disabled={running !== ""} onClick={() => void enter(key)}>
              {running === key.name ? "正在登录…" : `以${key.person}身份进入`}
            </button>
          </section>
        ))}
      </div>
      {others.length > 0 && (
        <details className="card">
          <summary>其他人员（{others.length} 人）</summary>
          <div className="row" style={{ marginTop: 8 }}>
            {others.map((key) => (
              <button
                key={key.name}
                type="button"
                className="btn"
                disabled={running !== ""}
                onClick={() => void enter(key)}
              >
                {running === key.name ? "正在登录…" : `${key.title} ${key.person} ${key.organisation}`}
              </button>
            ))}
          </div>
        </details>
      )}
    </>
  );
}
