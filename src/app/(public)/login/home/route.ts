import { redirect } from "next/navigation";
import { homeOf } from "@/platform/identity/home";
import { requestSession } from "@/server/web/context";

/** Sends whoever is signed in to where the role's work begins. */
export async function GET(): Promise<never> {
  const session = await requestSession();
  redirect(session ? homeOf(session.view.role, session.view.orgId) : "/login");
}
