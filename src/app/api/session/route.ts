import { cookies } from "next/headers";
import { Refused } from "@/core/refusal";
import { parseInput } from "@/kit/command";
import { SESSION_COOKIE, SignInInput, SwitchInput } from "@/platform/identity/schema";
import { signIn, signOut, switchRole } from "@/platform/identity/session";
import { refusalOfOrigin } from "@/server/origin";
import { requestAddress, requestRuntime } from "@/server/web/context";
import { respond } from "@/server/web/respond";

/** Signs in by a signed challenge; the answer sets the cookie. */
export const POST = (request: Request) =>
  respond(async () => {
    const refusal = refusalOfOrigin(request.headers);
    if (refusal) throw new Refused(refusal);
    const runtime = await requestRuntime();
    const input = parseInput(SignInInput, await request.json().catch(() => ({})));
    const { cookie } = await signIn(runtime.db, runtime.site, runtime.ports.revocation, input, await requestAddress());
    const secure = new URL(request.url).protocol === "https:";
    (await cookies()).set(SESSION_COOKIE, cookie, { httpOnly: true, sameSite: "lax", secure, path: "/" });
    return Response.json({ ok: true });
  });

/** Goes on in another role of the same person and organisation. */
export const PATCH = (request: Request) =>
  respond(async () => {
    const refusal = refusalOfOrigin(request.headers);
    if (refusal) throw new Refused(refusal);
    const { role } = parseInput(SwitchInput, await request.json().catch(() => ({})));
    const cookie = (await cookies()).get(SESSION_COOKIE)?.value ?? "";
    const { db, site } = await requestRuntime();
    await switchRole(db, site, cookie, role);
    return Response.json({ ok: true });
  });

/** Signs out. */
export const DELETE = (request: Request) =>
  respond(async () => {
    const refusal = refusalOfOrigin(request.headers);
    if (refusal) throw new Refused(refusal);
    const jar = await cookies();
    const cookie = jar.get(SESSION_COOKIE)?.value;
    if (cookie) await signOut((await requestRuntime()).db, cookie);
    jar.delete(SESSION_COOKIE);
    return Response.json({ ok: true });
  });
