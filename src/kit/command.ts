import { and, eq, sql } from "drizzle-orm";
import { z } from "zod";
import { hex, utf8 } from "@/core/bytes";
import { type Refusal, Refused, refuse } from "@/core/refusal";
import { isStorable } from "@/core/text";
import { fieldLabel } from "@/i18n/field-labels";
import type { Bank } from "@/ports/bank";
import type { ClockOffset } from "@/ports/clock-offset";
import type { PlatformKeys } from "@/ports/platform-keys";
import type { RevocationSource } from "@/ports/revocation";
import type { Storage } from "@/ports/storage";
import type { TimestampAuthority } from "@/ports/timestamp-authority";
import type { Db, Tx } from "./db/connect";
import { type Context, inContext, legalNow } from "./db/context";
import { type HubMessage, type Job, queueHubMessages, queueJobs } from "./outbox";
import { idempotencyKeys } from "./tables";
import { appendTrail, type TrailLine } from "./trail";

/** The trading site a request or a job belongs to. */
export interface SiteFacts {
  readonly id: string;
  readonly host: string;
  readonly name: string;
  readonly platformCode: string;
  readonly profile: string;
  readonly operatorName: string;
  readonly operatorCreditCode: string;
  readonly hubUrl: string | null;
  /** Certificates (PEM) of the roots and issuing authorities the site trusts. */
  readonly trustList: readonly string[];
  readonly crlUrls: readonly string[];
  readonly ocspUrls: readonly string[];
  readonly timestampUrl: string | null;
  readonly timestampTrust: readonly string[];
  /** Bank that collects document fees; without one documents are free. */
  readonly bankUrl: string | null;
  /** Certificate (PEM) with which that bank signs, and no other. */
  readonly bankCertificate: string | null;
}

/** What commands use of the outside: chosen once, by the process. */
export interface Ports {
  readonly storage: Storage;
  readonly revocation: RevocationSource;
  readonly platformKeys: PlatformKeys;
  readonly timestamps: TimestampAuthority;
  readonly bank: Bank;
  /** Difference between the database clock and the reference, in milliseconds. */
  readonly clockOffset: ClockOffset;
}

/** One site, one database role, one set of ports: everything a command or a query runs with. */
export interface Runtime {
  readonly db: Db;
  readonly site: SiteFacts;
  readonly ports: Ports;
}

/** Person × organisation × role × site: the session, shown in the head of every page and in every trail line. */
export interface Actor extends Context {
  readonly orgId: string;
  readonly personId: string;
  readonly role: Role;
  readonly certificateId: string;
  readonly address?: string;
  readonly seatId?: string;
  /** Its organisation's first entry is not verified yet: it completes its registration and does nothing else. */
  readonly unverified?: boolean;
}

export type Role =
  | "tenderer"
  | "agency"
  | "bidder"
  | "expert"
  | "supervisor"
  | "venue"
  | "operator"
  // Three people (SOD-07): what one sets up the second allows and the third reads. None has a part in any business.
  | "system-admin"
  | "security-admin"
  | "audit-admin";

/** A service of the platform acting for the procedure itself: closing, opening, drawing. */
export interface Service extends Context {
  readonly role: "platform";
  readonly orgId?: undefined;
  readonly personId?: undefined;
  readonly address?: undefined;
}

export interface CommandScope<A extends Actor | Service = Actor, P = undefined> {
  readonly tx: Tx;
  /** What `prepare` made before the transaction began. */
  readonly prepared: P;
  readonly actor: A;
  readonly site: SiteFacts;
  readonly ports: Ports;
  /**
   * Legal time. Read once when the command begins; acts that a deadline decides call `clock()` again after the lot is
   * locked (`clock_timestamp()`, never the start of the transaction).
   */
  readonly now: Date;
  clock(): Promise<Date>;
}

/** What a command returns: an answer and at least one line of trail. No trail, no commit: it is the return type. */
export interface Outcome<R> {
  readonly result: R;
  readonly trail: readonly [TrailLine, ...TrailLine[]];
  readonly hub?: readonly HubMessage[];
  readonly jobs?: readonly Job[];
}

export interface Command<I extends z.ZodType, R, A extends Actor | Service = Actor, P = undefined> {
  readonly name: string;
  readonly input: I;
  readonly may: (actor: A) => Refusal | undefined;
  /** Work with files and other servers that must not happen inside a transaction; it writes nothing that counts. */
  readonly prepare?: (runtime: Runtime, actor: A, input: z.output<I>) => Promise<P>;
  readonly run: (scope: CommandScope<A, P>, input: z.output<I>) => Promise<Outcome<R>>;
}

/** A state change: parse → may? → begin → lock, rule, write (in `run`) → trail, outbox, jobs → commit. */
export function defineCommand<I extends z.ZodType, R, P = undefined>(
  command: Command<I, R, Actor, P>,
): Command<I, R, Actor, P> {
  return command;
}

/** The same for acts of the platform itself (closing, opening, drawing). */
export function defineServiceCommand<I extends z.ZodType, R, P = undefined>(
  command: Command<I, R, Service, P>,
): Command<I, R, Service, P> {
  return command;
}

/**
 * Permission by role alone; ownership of the object is asked by the command, which finds or does not find it.
 * Nobody acts for an organisation whose first entry is not verified (O20 art. 24).
 */
export function roles(...allowed: Role[]): (actor: Actor) => Refusal | undefined {
  return (actor) => {
    if (!allowed.includes(actor.role)) return refuse("forbidden", "general.forbidden");
    return actor.unverified
      ? refuse("forbidden", "identity.organisation_unverified", { organisation: "贵单位" })
      : undefined;
  };
}

/** For acts on one's own registration: everybody who is signed in, verified or not; the command asks the rest. */
export const whoeverIsSignedIn = (): undefined => undefined;

/** For service commands: every service may. */
export const byService = (): undefined => undefined;

/** Bodies of repeated requests are compared by this hash. */
async function hashOf(value: unknown): Promise<string> {
  const text = JSON.stringify(value, (_, v) =>
    typeof v === "bigint" ? `${v}n` : v instanceof Uint8Array ? [...v] : v,
  );
  return hex(new Uint8Array(await crypto.subtle.digest("SHA-256", utf8(text ?? "null"))));
}

/** Anywhere in what a stranger sent. */
function hasUnstorableText(value: unknown): boolean {
  if (typeof value === "string") return !isStorable(value);
  if (!value || typeof value !== "object" || ArrayBuffer.isView(value)) return false;
  return Object.entries(value).some(([name, inner]) => hasUnstorableText(name) || hasUnstorableText(inner));
}

const encodeAnswer = (value: unknown): unknown =>
  JSON.parse(JSON.stringify({ v: value }, (_, v) => (typeof v === "bigint" ? { $bigint: String(v) } : v)));
const decodeAnswer = (value: unknown): unknown =>
  (
    JSON.parse(JSON.stringify(value), (_, v) =>
      v && typeof v === "object" && "$bigint" in v ? BigInt(v.$bigint as string) : v,
    ) as { v: unknown }
  ).v;

/** What a schema that has no sentence of its own says of a value. */
const { localeError } = z.locales.zhCN();

/** Turns the first problem of a schema into a refusal that names the field as its form does. */
export function parseInput<I extends z.ZodType>(schema: I, input: unknown): z.output<I> {
  if (hasUnstorableText(input))
    throw new Refused(
      refuse("invalid", "general.invalid_input", { field: "文字", problem: "含有不能保存的字符（空字符或残缺字符）" }),
    );
  const parsed = schema.safeParse(input, { error: localeError });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Refused(
    refuse("invalid", "general.invalid_input", {
      field: fieldLabel(issue?.path ?? []),
      problem: issue?.message ?? "格式不正确",
    }),
  );
}

/**
 * Executes a command for a person, once per idempotency key.
 *
 * The same key with the same body gives the answer of the first time; with another body it is refused. Two requests
 * with one key at the same moment: the second waits for the first on the unique row, then gets its answer.
 */
export async function execute<I extends z.ZodType, R, P>(
  runtime: Runtime,
  actor: Actor,
  command: Command<I, R, Actor, P>,
  rawInput: unknown,
  idempotencyKey: string,
): Promise<R> {
  const input = parseInput(command.input, rawInput);
  const refusal = command.may(actor);
  if (refusal) throw new Refused(refusal);
  const bodyHash = await hashOf([command.name, rawInput]);
  const { site } = runtime;
  // What prepares nothing is answered by its own transaction, also when it is asked again.
  const earlier = command.prepare ? await answerOf(runtime, actor, idempotencyKey, bodyHash) : undefined;
  if (earlier) return earlier.answer as R;
  let prepared: P;
  try {
    prepared = (await command.prepare?.(runtime, actor, input)) as P;
  } catch (error) {
    // The other of two equal requests may have ended just now: its answer counts, not what was seen after it.
    const ended = error instanceof Refused ? await answerOf(runtime, actor, idempotencyKey, bodyHash) : undefined;
    if (!ended) throw error;
    return ended.answer as R;
  }
  return inContext(runtime.db, actor, async (tx) => {
    // Sent together, and the time is read when the row is there: it is that of the act, not of the wait for another request.
    const [inserted, now] = await Promise.all([
      tx.execute(sql`
        insert into idempotency_keys (site_id, person_id, key, command, body_hash)
        values (${site.id}, ${actor.personId}, ${idempotencyKey}, ${command.name}, ${bodyHash})
        on conflict do nothing returning key`),
      legalNow(tx),
    ]);
    const mine = and(
      eq(idempotencyKeys.siteId, site.id),
      eq(idempotencyKeys.personId, actor.personId),
      eq(idempotencyKeys.key, idempotencyKey),
    );
    if (inserted.length === 0) {
      const [earlier] = await tx.select().from(idempotencyKeys).where(mine);
      if (!earlier || earlier.bodyHash !== bodyHash)
        throw new Refused(refuse("conflict", "general.idempotency_mismatch"));
      return decodeAnswer(earlier.answer) as R;
    }
    const result = await runIn(tx, runtime, actor, command, input, prepared, now);
    await tx
      .update(idempotencyKeys)
      .set({ answer: encodeAnswer(result) })
      .where(mine);
    return result;
  });
}

/** The answer given to this key before, if any: a repeated request must not prepare its files a second time. */
async function answerOf(
  runtime: Runtime,
  actor: Actor,
  key: string,
  bodyHash: string,
): Promise<{ answer: unknown } | undefined> {
  return inContext(runtime.db, actor, async (tx) => {
    const [row] = await tx
      .select()
      .from(idempotencyKeys)
      .where(
        and(
          eq(idempotencyKeys.siteId, runtime.site.id),
          eq(idempotencyKeys.personId, actor.personId),
          eq(idempotencyKeys.key, key),
        ),
      );
    if (!row) return undefined;
    if (row.bodyHash !== bodyHash) throw new Refused(refuse("conflict", "general.idempotency_mismatch"));
    return { answer: decodeAnswer(row.answer) };
  });
}

/** Executes a service command. Services repeat safely because their rules look at the state, not at a key. */
export async function executeAsService<I extends z.ZodType, R, P>(
  runtime: Runtime,
  command: Command<I, R, Service, P>,
  rawInput: unknown,
): Promise<R> {
  const input = parseInput(command.input, rawInput);
  const actor: Service = { siteId: runtime.site.id, role: "platform" };
  const prepared = (await command.prepare?.(runtime, actor, input)) as P;
  return inContext(runtime.db, actor, async (tx) =>
    runIn(tx, runtime, actor, command, input, prepared, await legalNow(tx)),
  );
}

async function runIn<I extends z.ZodType, R, A extends Actor | Service, P>(
  tx: Tx,
  { site, ports }: Runtime,
  actor: A,
  command: Command<I, R, A, P>,
  input: z.output<I>,
  prepared: P,
  now: Date,
): Promise<R> {
  const outcome = await command.run({ tx, actor, site, ports, prepared, now, clock: () => legalNow(tx) }, input);
  await appendTrail(tx, actor, now, outcome.trail);
  if (outcome.hub?.length) await queueHubMessages(tx, site, now, outcome.hub);
  if (outcome.jobs?.length) await queueJobs(tx, site.id, outcome.jobs);
  return outcome.result;
}
