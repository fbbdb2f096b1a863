import { cookies, headers } from "next/headers";
import { cache } from "react";
import { Refused, refuse } from "@/core/refusal";
import type { Actor, Runtime } from "@/kit/command";
import type { Tx } from "@/kit/db/connect";
import { inContext } from "@/kit/db/context";
import { SESSION_COOKIE, type SessionView } from "@/platform/identity/schema";
import { sessionOf } from "@/platform/identity/session";
import { siteOfHost } from "@/platform/site/queries";
import { openProcess, type Process } from "../runtime";

/** One pool per process; the development server reloads modules and must not open a pool each time. */
const shared = globalThis as { xinbiaoWeb?: Process };
export function webProcess(): Process {
  shared.xinbiaoWeb ??= openProcess("web", 10);
  return shared.xinbiaoWeb;
}

/** Runtime of the site that this request's host name stands for. */
export const requestRuntime = cache(async (): Promise<Runtime> => {
  const list = await headers();
  const site = await siteOfHost(webProcess().connection.db, list.get("host") ?? undefined);
  if (!site) throw new Refused(refuse("not_found", "identity.unknown_site"));
  return webProcess().runtime(site);
});

export const requestAddress = async (): Promise<string | undefined> =>
  (await headers()).get("x-forwarded-for")?.split(",")[0]?.trim();

/** Who is signed in, once per request. */
export const requestSession = cache(async (): Promise<{ actor: Actor; view: SessionView } | undefined> => {
  const runtime = await requestRuntime();
  return sessionOf(runtime.db, runtime.site, (await cookies()).get(SESSION_COOKIE)?.value, await requestAddress());
});

/** Reads as the public: what is secret for a stranger does not exist here. */
export async function asPublic<R>(read: (tx: Tx, runtime: Runtime) => Promise<R>): Promise<R> {
  const runtime = await requestRuntime();
  return inContext(runtime.db, { siteId: runtime.site.id, role: "public" }, (tx) => read(tx, runtime));
}

/**
 * Reads as the public, and what is not there for everybody as whoever is signed in: a page of an invited tender is the
 * same page, for fewer readers. Answers of the second kind are for one reader and kept nowhere.
 */
export async function asReader<R>(read: (tx: Tx, runtime: Runtime) => Promise<R>): Promise<R> {
  try {
    return await asPublic(read);
  } catch (error) {
    const hidden = error instanceof Refused && error.refusal.kind === "not_found" && (await requestSession());
    if (!hidden) throw error;
    return asActor((tx, _actor, runtime) => read(tx, runtime));
  }
}

/** Reads as whoever is signed in; a page for signed-in people sends everybody else to the sign-in page first. */
export async function asActor<R>(read: (tx: Tx, actor: Actor, runtime: Runtime) => Promise<R>): Promise<R> {
  const runtime = await requestRuntime();
  const session = await requestSession();
  if (!session) throw new Refused(refuse("forbidden", "general.signed_out"));
  return inContext(runtime.db, session.actor, (tx) => read(tx, session.actor, runtime));
}
