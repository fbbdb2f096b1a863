import type { ReactNode } from "react";
import { ServerClock } from "./server-clock";

/** Head of every page: site, navigation, server time, and who is signed in. */
export function SiteHead({
  siteName,
  now,
  links,
  children,
}: {
  siteName: string;
  now: string;
  links: readonly (readonly [string, string])[];
  children: ReactNode;
}) {
  return (
    <header className="site-head no-print">
      <div className="site-head-row">
        <a className="brand" href="/">
          {siteName}
        </a>
        <nav aria-label="主导航" className="site-nav">
          {links.map(([href, label]) => (
            <a key={href} href={href}>
              {label}
            </a>
          ))}
        </nav>
        <span className="push">
          <ServerClock initial={now} />
        </span>
        {children}
      </div>
    </header>
  );
}

/** First thing that a keyboard reaches: over the head to the content. */
export function SkipLink() {
  return (
    <a className="skip" href="#main">
      跳到正文
    </a>
  );
}
