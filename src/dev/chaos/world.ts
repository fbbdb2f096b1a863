import { join } from "node:path";
import { type SQL, sql } from "drizzle-orm";
import { fsStorage } from "@/adapters/storage-fs";
import { type Connection, connect } from "@/kit/db/connect";
import type { Storage } from "@/ports/storage";
import { openPorts } from "@/server/runtime";
import { type HttpActor, httpActor } from "../scenarios/http-actor";
import type { Person } from "../scenarios/person";
import { openStage, type Stage } from "../scenarios/world-state";
import { insist, type Silence } from "./insist";
import type { Ready } from "./launcher";

/** Longest wait for one answer: the platform itself gives up after twenty seconds and says so. */
const ANSWER_LIMIT_MS = 30_000;

/** The people of the tender over the wire, and the database as its owner sees it; both outlive a restart of everything. */
export interface World {
  readonly stage: Stage;
  readonly storage: Storage;
  actor(key: string): HttpActor;
  /** What an actor does after silence: a session that the platform no longer knows is opened anew. */
  backIn(actor: HttpActor): (silence: Silence) => Promise<void>;
  setClock(to: Date): Promise<void>;
  rows<R extends Record<string, unknown>>(query: SQL): Promise<R[]>;
  /** Work at the database as its owner, which no process of the product is. */
  asOwner<R>(work: (owner: Connection) => Promise<R>): Promise<R>;
  /** Does the query find a row? */
  has(query: SQL): Promise<boolean>;
  /** One look, not repeated: is the database there? */
  databaseAnswers(): Promise<boolean>;
  reconnect(ready: Ready): Promise<void>;
  close(): Promise<void>;
}

type Connections = Record<"app" | "receiver" | "worker" | "owner", Connection>;

const connectionsOf = ({ urls }: Ready): Connections => {
  const open = (url: string, name: string, max = 3) => connect(url, { max, name: `chaos-${name}` });
  return {
    app: open(urls.xb_app, "app", 10),
    receiver: open(urls.xb_receiver, "receiver"),
    worker: open(urls.xb_worker, "worker"),
    owner: open(urls.owner, "owner"),
  };
};

export async function openWorld(
  dataDir: string,
  ready: Ready,
  install: (owner: Connection) => Promise<ReadonlyMap<string, Person>>,
): Promise<World> {
  const storage = fsStorage(join(dataDir, "objects"));
  let connections = connectionsOf(ready);
  const people = await install(connections.owner);
  const stageOn = () => openStage(connections, openPorts(dataDir, storage), people, "localhost");
  let stage = await stageOn();
  const actors = new Map<string, HttpActor>();
  const close = () => Promise.all(Object.values(connections).map((connection) => connection.close()));
  const rows = async <R extends Record<string, unknown>>(query: SQL) =>
    insist(async () => [...(await connections.owner.db.execute(query))] as R[]);
  return {
    get stage() {
      return stage;
    },
    storage,
    actor(key) {
      const known = actors.get(key) ?? httpActor(ready.url, stage.person(key), ANSWER_LIMIT_MS);
      actors.set(key, known);
      return known;
    },
    backIn: (actor) => async (silence) => {
      if (silence === "general.signed_out") await insist(() => actor.signIn());
    },
    setClock: (to) => insist(() => stage.setClock(to)),
    rows,
    asOwner: (work) => work(connections.owner),
    has: async (query) => (await rows(query)).length > 0,
    async databaseAnswers() {
      return connections.owner.db.execute(sql`select 1`).then(
        () => true,
        () => false,
      );
    },
    async reconnect(again) {
      await close();
      connections = connectionsOf(again);
      stage = await insist(stageOn);
    },
    async close() {
      await close();
    },
  };
}
