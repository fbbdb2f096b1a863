import { type Refusal, refuse } from "@/core/refusal";

/** State changes come from our own pages or from programs, never from a page of another site. */
export function refusalOfOrigin(headers: Pick<Headers, "get">): Refusal | undefined {
  const site = headers.get("sec-fetch-site");
  if (site && site !== "same-origin" && site !== "none") return refuse("forbidden", "identity.cross_site_request");
  const origin = headers.get("origin");
  if (origin && origin !== "null" && hostOf(origin) !== headers.get("host"))
    return refuse("forbidden", "identity.cross_site_request");
  return undefined;
}

/** Undefined for a text that is no address. */
const hostOf = (origin: string): string | undefined => (URL.canParse(origin) ? new URL(origin).host : undefined);
