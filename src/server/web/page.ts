import { headers } from "next/headers";
import { notFound, redirect } from "next/navigation";
import { cache } from "react";
import { type Refusal, Refused, refuse } from "@/core/refusal";
import { isStorable } from "@/core/text";
import { legalNow } from "@/kit/db/context";
import { homeOf } from "@/platform/identity/home";
import type { SessionView } from "@/platform/identity/schema";
import { requestRuntime, requestSession } from "./context";
import { baseOf } from "./public-answer";

function refusalIn(error: unknown): Refusal | undefined {
  for (let e: unknown = error, depth = 0; e instanceof Error && depth < 5; e = e.cause, depth++) {
    if (e instanceof Refused) return e.refusal;
  }
  return undefined;
}

/**
 * Reads for a page. What does not exist for this reader is the 404 page; who is signed out goes to the sign-in page and
 * comes back to `next`. Other errors go to the error page.
 */
export async function page<R>(read: () => Promise<R>, next?: string): Promise<R> {
  try {
    return await read();
  } catch (error) {
    const refusal = refusalIn(error);
    if (refusal?.code === "general.signed_out") redirect(next ? `/login?next=${encodeURIComponent(next)}` : "/login");
    if (refusal?.kind === "not_found") notFound();
    throw error;
  }
}

/** An id out of an address. @throws Refused `not_found` for a text that is none. */
export function idParam(text: string): string {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text))
    throw new Refused(refuse("not_found", "general.not_found"));
  return text;
}

/** An organisation's own workspace. @throws Refused `not_found` in another organisation's, signed out without session. */
export async function ownOrganisation(org: string): Promise<SessionView> {
  const session = await requestSession();
  if (!session) throw new Refused(refuse("forbidden", "general.signed_out"));
  if (session.view.orgId !== org) throw new Refused(refuse("not_found", "general.not_found"));
  return session.view;
}

/** A query's value that stands once in the address; undefined when it is missing, stands twice or is no text to look for. */
export const oneOf = (value: string | string[] | undefined): string | undefined =>
  typeof value === "string" && isStorable(value) ? value : undefined;

export interface HeadFacts {
  readonly siteName: string;
  /** Legal time when the page was made. */
  readonly now: string;
  readonly session?: SessionView;
  /** Where the signed-in person's work begins. */
  readonly home?: string;
}

/** What the head of every page shows. */
export const headFacts = cache(async (): Promise<HeadFacts> => {
  const runtime = await requestRuntime();
  const session = await requestSession();
  const now = (await legalNow(runtime.db)).toISOString();
  return {
    siteName: runtime.site.name,
    now,
    ...(session ? { session: session.view, home: homeOf(session.view.role, session.view.orgId) } : {}),
  };
});

export const isDemo = (): boolean => process.env.DEMO === "1";

/** Whole address of a path of this site, as this request came to it: for paper and for programs. */
export const addressOf = async (path: string): Promise<string> => `${baseOf(await headers())}${path}`;
