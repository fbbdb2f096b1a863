import type { Metadata } from "next";
import { StateChip } from "@/lifecycle/lot/ui/state-chip";
import { publishedTenders } from "@/lifecycle/tender-project/queries";
import { RoleCards } from "@/platform/identity/ui/role-cards";
import { DemoClock, type JumpLot } from "@/platform/site/ui/demo-clock";
import { asPublic, requestRuntime } from "@/server/web/context";
import { demoKeys, demoOnly } from "@/server/web/demo";
import { clockState } from "@/server/web/demo-clock";
import { page } from "@/server/web/page";

export const metadata: Metadata = { title: "演示台" };

export default async function DemoPage() {
  const { keys, clock, lots } = await page(async () => {
    demoOnly();
    return {
      keys: await demoKeys(),
      clock: await clockState((await requestRuntime()).db),
      lots: await asPublic((tx) => publishedTenders(tx)),
    };
  });
  const jumps = lots.map(
    ({ lot, tender }): JumpLot => ({
      code: lot.code,
      name: `${tender.name} ${lot.name}`,
      ...(lot.bidDeadline ? { deadline: lot.bidDeadline.toISOString() } : {}),
      ...(lot.windowEndsAt ? { windowEnds: lot.windowEndsAt.toISOString() } : {}),
      ...(lot.candidatePeriodEndsAt ? { periodEnds: lot.candidatePeriodEndsAt.toISOString() } : {}),
    }),
  );
  return (
    <>
      <h1>演示台</h1>
      <DemoClock initial={clock} lots={jumps} />
      <h2>选一个角色进入</h2>
      <RoleCards keys={keys} />
      <section className="card" aria-labelledby="lots-title">
        <h2 id="lots-title">演示标段</h2>
        <ul className="plain-list">
          {lots.map(({ lot, tender }) => (
            <li key={lot.id} className="row">
              <StateChip state={lot.state} flags={lot.flags} />
              <a href={`/tenders/${lot.code}`}>
                {tender.name} {lot.name}
              </a>
              <span className="hash">{lot.code}</span>
            </li>
          ))}
        </ul>
        {lots.length === 0 && <p className="muted">还没有发布的标段。</p>}
      </section>
    </>
  );
}
