import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { shanghai } from "@/core/time";
import { type Connection, connect } from "@/kit/db/connect";
import type { RoleUrls } from "@/kit/db/migrate";
import type { Storage } from "@/ports/storage";
import { openPorts } from "@/server/runtime";
import { DEMO_START } from "../demo-clock";
import type { OutsideUrls } from "../plans";
import { installWorld } from "./install";
import { ALL_STORIES, play } from "./stories";
import { openStage } from "./world-state";

export interface WorldOptions {
  readonly urls: RoleUrls & { readonly owner: string };
  readonly dataDir: string;
  readonly outside: OutsideUrls;
  readonly storage: Storage;
  say(line: string): void;
}

/** Where the past of the demonstration begins. */
const PAST = shanghai("2026-03-02 08:00");

/** The cards that are printed at the start: who there is to be in this very world, which an older version may have made. */
function rolesOf(dataDir: string) {
  const { keys } = JSON.parse(readFileSync(join(dataDir, "demo", "keys.json"), "utf8")) as {
    keys: { person: string; title: string; organisation: string; card: string }[];
  };
  return keys
    .filter(({ card }) => card)
    .map(({ title, person, organisation }) => ({ title, name: person, organisation }));
}

/** The card of the expert goes to the one who leads the committee that is sitting: the draw decided who that is. */
async function giveExpertCard(owner: Connection, dataDir: string): Promise<void> {
  const [chair] = await owner.db.execute<{ name: string }>(sql`
    select p.name from committee_members m join lots l on l.id = m.lot_id join people p on p.id = m.person_id
    where l.state = 'E1' and m.is_chair = 1 and m.state = 'signed_in' limit 1`);
  const file = join(dataDir, "demo", "keys.json");
  const content = JSON.parse(readFileSync(file, "utf8")) as { keys: { person: string; role: string; card: string }[] };
  const expert = content.keys.find(({ role, card }) => role === "expert" && card);
  const drawn = content.keys.find(({ person }) => person === chair?.name);
  if (!expert || !drawn || expert === drawn) return;
  drawn.card = expert.card;
  expert.card = "";
  writeFileSync(file, JSON.stringify(content, null, 2));
}

/**
 * Seeds the demonstration: sites, parties and certificates, then every lot played through the product's own commands in
 * the order of time. Does nothing when the world is there; a world that was cut off half-way is refused, not mended.
 */
export async function seedWorld(
  options: WorldOptions,
): Promise<{ roles: { title: string; name: string; organisation: string }[] }> {
  const { urls, dataDir, outside, storage, say } = options;
  const done = join(dataDir, "demo", "seeded");
  if (existsSync(done)) return { roles: rolesOf(dataDir) };
  const open = (url: string, name: string) => connect(url, { max: 3, name: `seed-${name}` });
  const connections = {
    app: open(urls.xb_app, "app"),
    receiver: open(urls.xb_receiver, "receiver"),
    worker: open(urls.xb_worker, "worker"),
    owner: open(urls.owner, "owner"),
  };
  try {
    const [begun] = await connections.owner.db.execute(sql`select 1 from sites limit 1`);
    if (begun) throw new Error("上次生成演示数据时被中断，数据不完整。请运行 npm run demo -- --reset 重新生成。");
    say("正在生成演示数据（约半分钟）：单位、证书、工位…");
    await connections.owner.db.execute(
      sql`update demo_clock set demo_base = ${PAST.toISOString()}::timestamptz, real_base = clock_timestamp(), running = false`,
    );
    const { people } = await installWorld(connections.owner, dataDir, outside, PAST);
    const stage = await openStage(connections, openPorts(dataDir, storage), people, "localhost");
    say("正在演示各标段的全过程…");
    await play(
      stage,
      ALL_STORIES.map((story) => story(stage)),
    );
    await giveExpertCard(connections.owner, dataDir);
    await stage.setClock(DEMO_START, true);
    writeFileSync(done, "");
  } finally {
    await Promise.all(Object.values(connections).map((connection) => connection.close()));
  }
  return { roles: rolesOf(dataDir) };
}
