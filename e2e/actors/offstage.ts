import { join } from "node:path";
import { fsStorage } from "@/adapters/storage-fs";
import { loadPeople } from "@/dev/scenarios/install";
import { openStage, type Stage } from "@/dev/scenarios/world-state";
import { connect } from "@/kit/db/connect";
import { openPorts } from "@/server/runtime";
import { installation } from "../installation";

/** Opening two dozen certificate files takes seconds; they are the same in every story. */
let people: ReturnType<typeof loadPeople> | undefined;

/**
 * The same actors without a screen, on the same installation: for worlds that a story needs before it begins, and for
 * the colleagues whose clicks it does not tell.
 */
export async function offstage(): Promise<Stage & { close(): Promise<void> }> {
  const { urls, dataDir } = installation();
  const open = (url: string, name: string) => connect(url, { max: 3, name: `offstage-${name}` });
  const connections = {
    app: open(urls.xb_app, "app"),
    receiver: open(urls.xb_receiver, "receiver"),
    worker: open(urls.xb_worker, "worker"),
    owner: open(urls.owner, "owner"),
  };
  people ??= loadPeople(connections.owner, dataDir);
  const stage = await openStage(
    connections,
    openPorts(dataDir, fsStorage(join(dataDir, "objects"))),
    await people,
    "localhost",
  );
  return {
    ...stage,
    async close() {
      await Promise.all(Object.values(connections).map((connection) => connection.close()));
    },
  };
}
