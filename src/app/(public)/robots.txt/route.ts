import { baseOf, publicAnswer } from "@/server/web/public-answer";
import { respond } from "@/server/web/respond";

/** What is public by law is open to every search engine (O20 art. 9); workspaces hold nothing for them. */
export const GET = (request: Request) =>
  respond(async () =>
    publicAnswer(
      request,
      [
        "User-agent: *",
        "Allow: /",
        ...["/w/", "/admin", "/supervise", "/expert", "/login", "/receive/"].map((path) => `Disallow: ${path}`),
        `Sitemap: ${baseOf(request.headers)}/sitemap.xml`,
        "",
      ].join("\n"),
      "text/plain; charset=utf-8",
    ),
  );
