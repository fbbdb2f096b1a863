"use client";

import { useState } from "react";
import { ROLE_NAMES } from "../home";
import type { SessionView } from "../schema";
import { OrgSwitch } from "./org-switch";

/** Who acts here: person · organisation · role · site; and the way out. */
export function SessionLine({ session, home }: { session: SessionView; home?: string }) {
  const [leaving, setLeaving] = useState(false);
  const leave = async () => {
    setLeaving(true);
    await fetch("/api/session", { method: "DELETE" }).catch(() => undefined);
    // Opening keys takes a large library, which pages that only show who is signed in do not load.
    await import("./key-ring").then(({ forgetKey }) => forgetKey()).catch(() => undefined);
    window.location.assign("/");
  };
  return (
    <span className="session-line">
      {home && <a href={home}>工作台</a>}
      <span>
        <span className="visually-hidden">当前身份：</span>
        {session.personName} · {session.orgName} · {ROLE_NAMES[session.role]} · {session.siteName}
        {session.unverified && "（待核验）"}
        {session.standing === "frozen" && "（已冻结）"}
        {session.standing === "cancelled" && "（已注销）"}
      </span>
      {session.roles.length > 1 && <OrgSwitch session={session} />}
      <button type="button" className="link-button" disabled={leaving} onClick={() => void leave()}>
        退出
      </button>
    </span>
  );
}
