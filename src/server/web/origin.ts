import { type Refusal, refuse } from "@/core/refusal";

/** State changes come from our own pages, never from a page of another site. */
export function refusalOfOrigin(headers: Headers): Refusal | undefined {
  const site = headers.get("sec-fetch-site");
  if (site && site !== "same-origin" && site !== "none") return refuse("forbidden", "identity.cross_site_request");
  const origin = headers.get("origin");
  if (origin && origin !== "null" && new URL(origin).host !== headers.get("host"))
    return refuse("forbidden", "identity.cross_site_request");
  return undefined;
}
