import { initTRPC, TRPCError } from "@trpc/server";
import { sql } from "drizzle-orm";
import superjson from "superjson";
import { z } from "zod";
import { type Refusal, Refused, refuse } from "@/core/refusal";
import { type Actor, type Command, execute, parseInput, type Runtime } from "./command";
import type { Tx } from "./db/connect";
import { inContext } from "./db/context";
import { answerOf, refusalOf, transportOf } from "./errors";

/** What a request brings: its site and ports, and, when somebody is signed in, who. */
export interface RequestContext {
  readonly runtime: Runtime;
  readonly actor?: Actor;
  readonly address?: string;
}

/** Codes by which the library says no to a request before any of our code has seen it. */
const UNREADABLE: ReadonlySet<string> = new Set([
  "BAD_REQUEST",
  "PARSE_ERROR",
  "UNSUPPORTED_MEDIA_TYPE",
  "PAYLOAD_TOO_LARGE",
]);
const UNKNOWN: ReadonlySet<string> = new Set(["NOT_FOUND", "METHOD_NOT_SUPPORTED"]);

/** What to tell about an error of the library; what is neither is a fault. */
function refusalOfRequest(error: TRPCError): Refusal {
  if (error.cause instanceof Refused) return error.cause.refusal;
  if (UNKNOWN.has(error.code)) return refuse("not_found", "general.not_found");
  if (UNREADABLE.has(error.code))
    return refuse("invalid", "general.invalid_input", { field: "请求", problem: "不是约定格式的 JSON" });
  return refusalOf(error.cause ?? error);
}

/** What a procedure takes and who may call it: judged by our own code, so the library does not know it. */
export interface ProcedureMeta {
  /** Parsed by our own schema, for our own sentence. */
  readonly input?: z.ZodType;
  /** Name of the command, of an act. */
  readonly act?: string;
  /** Permission by role, of an act. */
  readonly may?: (actor: Actor) => Refusal | undefined;
  /** Answers without a session. */
  readonly open?: true;
}

const t = initTRPC
  .context<RequestContext>()
  .meta<ProcedureMeta>()
  .create({
    transformer: superjson,
    errorFormatter: ({ shape, error }) => ({
      ...shape,
      message: error.message,
      data: {
        code: shape.data.code,
        httpStatus: shape.data.httpStatus,
        answer: answerOf(refusalOfRequest(error)),
      },
    }),
  });

export const router = t.router;
export const createCaller = t.createCallerFactory;

/** Turns every error into one that says only what its reader may know. */
const translated = t.middleware(async ({ next }) => {
  const result = await next();
  if (result.ok) return result;
  const refusal = refusalOfRequest(result.error);
  throw new TRPCError({
    code: transportOf(refusal.kind).trpc,
    message: answerOf(refusal).sentence,
    cause: new Refused(refusal),
  });
});

const open = t.procedure.use(translated);
const signedIn = open.use(({ ctx, next }) => {
  if (!ctx.actor) throw new Refused(refuse("forbidden", "general.signed_out"));
  return next({ ctx: { ...ctx, actor: ctx.actor } });
});

/** Input is parsed by our own schema so that a mistake is told in our own sentence. */
const passed = <T>() => z.custom<T>(() => true);

/** A command as a mutation. The key makes a repeated request act once. */
export function mutation<I extends z.ZodType, R, P>(command: Command<I, R, Actor, P>) {
  return signedIn
    .meta({ input: command.input, act: command.name, may: command.may })
    .input(passed<{ key: string; body: z.input<I> } | undefined>())
    .mutation(({ ctx, input }) =>
      execute(ctx.runtime, ctx.actor, command, input?.body, parseInput(z.uuid("缺少操作编号"), input?.key)),
    );
}

/** A read by somebody who is signed in. */
export function query<I extends z.ZodType, R>(
  schema: I,
  read: (tx: Tx, actor: Actor, input: z.output<I>, runtime: Runtime) => Promise<R>,
) {
  return signedIn
    .meta({ input: schema })
    .input(passed<z.input<I>>())
    .query(({ ctx, input }) =>
      inContext(ctx.runtime.db, ctx.actor, (tx) => read(tx, ctx.actor, parseInput(schema, input), ctx.runtime)),
    );
}

/**
 * A read whose question is too long for an address, such as a form that is being written: it travels in the body, and its
 * transaction can write nothing.
 */
export function probe<I extends z.ZodType, R>(
  schema: I,
  read: (tx: Tx, actor: Actor, input: z.output<I>, runtime: Runtime) => Promise<R>,
) {
  return signedIn
    .meta({ input: schema })
    .input(passed<z.input<I>>())
    .mutation(({ ctx, input }) =>
      inContext(ctx.runtime.db, ctx.actor, async (tx) => {
        await tx.execute(sql`set transaction read only`);
        return read(tx, ctx.actor, parseInput(schema, input), ctx.runtime);
      }),
    );
}

/** An act without a session and outside of commands: signing in, asking for a challenge. */
export function openMutation<I extends z.ZodType, R>(
  schema: I,
  act: (context: RequestContext, input: z.output<I>) => Promise<R>,
) {
  return open
    .meta({ input: schema, open: true })
    .input(passed<z.input<I>>())
    .mutation(({ ctx, input }) => act(ctx, parseInput(schema, input)));
}
