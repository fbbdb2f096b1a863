import { readdirSync, readFileSync } from "node:fs";

/** What a path is filled with: the watcher's own organisation, a public lot, and ids that belong to somebody else. */
export interface Spot {
  readonly orgId: string;
  /** For everybody else there is no tender room, whatever the tab. */
  readonly runsTenders: boolean;
  readonly lotId: string;
  readonly lotCode: string;
  /** Of a bidder that is not the watcher: its bid, upload, order, receipt; made up as long as there is none. */
  readonly bidId: string;
  readonly uploadId: string;
  readonly orderId: string;
  readonly receiptNumber: string;
  /** The document that is offered, as a file and as a package. */
  readonly documentFileId: string;
  readonly documentLotId: string;
  readonly anyId: string;
}

/** One request: a path to get, or another method with a body. */
export type Ask = string | { readonly method: string; readonly path: string; readonly body?: unknown };
type Asks = (at: Spot) => readonly Ask[];

/** Tabs of the tender room, of which each is a page of its own. */
export const ROOM_TABS =
  "overview documents schedule sales questions objections check bids opening security committee evaluation award fees archive trail";

const one =
  (path: string): Asks =>
  () => [path];

/**
 * Every page and every handler, and how it is asked about the lot. A route that is new and has no row here fails the test of
 * this list, before it can tell anybody anything.
 */
export const ROUTES: Readonly<Record<string, Asks>> = {
  // For everybody.
  "/": one("/"),
  "/notices": () => ["/notices", "/notices?q=E52"],
  "/notices/[no]": ({ lotCode }) => [`/notices/${lotCode}-ZB01`],
  "/notices/[no]/data": ({ lotCode }) => [`/notices/${lotCode}-ZB01/data`],
  "/tenders/[code]": ({ lotCode }) => [`/tenders/${lotCode}`],
  "/tenders/[code]/opening": ({ lotCode }) => [`/tenders/${lotCode}/opening`],
  "/tenders/[code]/calendar.ics": ({ lotCode }) => [`/tenders/${lotCode}/calendar.ics`],
  "/feeds/notices.atom": one("/feeds/notices.atom"),
  "/feeds/notices.json": one("/feeds/notices.json"),
  "/sitemap.xml": one("/sitemap.xml"),
  "/robots.txt": one("/robots.txt"),
  "/about": one("/about"),
  "/status": one("/status"),
  "/help": one("/help"),
  "/help/check": one("/help/check"),
  "/verify": one("/verify"),
  "/login": one("/login"),
  "/login/home": one("/login/home"),
  "/register": one("/register"),
  "/unsubscribe": one("/unsubscribe?key=none"),
  "/unsubscribe/end": one("/unsubscribe/end?key=none"),
  "/join/[token]": one("/join/none"),
  "/[...missing]": ({ lotId }) => [`/nothing/${lotId}`],
  "/demo": one("/demo"),
  "/consortium-consent": one("/consortium-consent"),
  "/demo/clock": one("/demo/clock"),
  "/demo/keys": one("/demo/keys"),
  "/demo/keys/[name]": one("/demo/keys/ji"),
  // Of an organisation.
  "/w/[org]": ({ orgId }) => [`/w/${orgId}`],
  "/w/[org]/calendar.ics": ({ orgId }) => [`/w/${orgId}/calendar.ics?key=none`],
  "/w/[org]/agreement": ({ orgId }) => [`/w/${orgId}/agreement`],
  "/w/[org]/company": ({ orgId }) => [`/w/${orgId}/company`],
  "/w/[org]/company/history": ({ orgId }) => [`/w/${orgId}/company/history`],
  "/w/[org]/fees": ({ orgId }) => [`/w/${orgId}/fees`],
  "/w/[org]/fees/invoice": ({ orgId, orderId }) => [`/w/${orgId}/fees/invoice?order=${orderId}`],
  "/w/[org]/inbox": ({ orgId }) => [`/w/${orgId}/inbox`],
  "/w/[org]/keys": ({ orgId }) => [`/w/${orgId}/keys`],
  "/w/[org]/team": ({ orgId }) => [`/w/${orgId}/team`],
  "/w/[org]/tenders/new": ({ orgId }) => [`/w/${orgId}/tenders/new`],
  "/w/[org]/tenders/[id]": ({ orgId, lotId, runsTenders }) =>
    (runsTenders ? ROOM_TABS.split(" ") : ["bids"]).map((tab) => `/w/${orgId}/tenders/${lotId}?tab=${tab}`),
  "/w/[org]/tenders/[id]/settlement": ({ orgId, lotId }) => [`/w/${orgId}/tenders/${lotId}/settlement`],
  "/w/[org]/bids/[lotId]": ({ orgId, lotId }) => [`/w/${orgId}/bids/${lotId}`],
  "/w/[org]/bids/[lotId]/order": ({ orgId, lotId }) => [`/w/${orgId}/bids/${lotId}/order`],
  "/w/[org]/bids/[lotId]/order/invoice": ({ orgId, lotId, orderId }) => [
    `/w/${orgId}/bids/${lotId}/order/invoice?order=${orderId}`,
  ],
  "/w/[org]/bids/[lotId]/seal": ({ orgId, lotId }) => [`/w/${orgId}/bids/${lotId}/seal`],
  "/w/[org]/bids/[lotId]/receipt": ({ orgId, lotId }) => [`/w/${orgId}/bids/${lotId}/receipt`],
  "/w/[org]/bids/[lotId]/receipt/[bidId]/data": ({ orgId, lotId, bidId }) => [
    `/w/${orgId}/bids/${lotId}/receipt/${bidId}/data`,
  ],
  "/w/[org]/bids/[lotId]/receipt/[bidId]/pdf": ({ orgId, lotId, bidId }) => [
    `/w/${orgId}/bids/${lotId}/receipt/${bidId}/pdf`,
  ],
  // Of the procedure's other people.
  "/hall/[lot]": ({ lotId }) => [`/hall/${lotId}`, `/hall/${lotId}?board=1`],
  "/expert": one("/expert"),
  "/expert/p/[lotId]": ({ lotId }) => [`/expert/p/${lotId}`],
  "/expert/s/[id]": ({ anyId }) => [`/expert/s/${anyId}`],
  "/supervise": one("/supervise"),
  "/supervise/live/[lot]": ({ lotId }) => [`/supervise/live/${lotId}`],
  // Of the operator's people.
  "/admin": one("/admin"),
  "/admin/audit": one("/admin/audit"),
  "/admin/clock": one("/admin/clock"),
  "/admin/fees": one("/admin/fees"),
  "/admin/orgs": one("/admin/orgs"),
  "/admin/orgs/[id]": ({ orgId }) => [`/admin/orgs/${orgId}`],
  "/admin/people": one("/admin/people"),
  "/admin/people/[id]": ({ anyId }) => [`/admin/people/${anyId}`],
  "/admin/sites": one("/admin/sites"),
  "/admin/sites/new": one("/admin/sites/new"),
  "/admin/sites/[id]": ({ anyId }) => [`/admin/sites/${anyId}`],
  "/admin/sites/proposals/[id]": ({ anyId }) => [`/admin/sites/proposals/${anyId}`],
  "/admin/trust": one("/admin/trust"),
  // For programs.
  "/api/time": one("/api/time"),
  "/api/session": one("/api/session"),
  "/api/files/[id]": ({ documentFileId, bidId }) => [`/api/files/${documentFileId}`, `/api/files/${bidId}`],
  "/api/xtd/[lotId]": ({ documentLotId }) => [`/api/xtd/${documentLotId}`],
  "/api/bank/notice": () => [{ method: "POST", path: "/api/bank/notice", body: {} }],
  "/api/upload": () => [{ method: "POST", path: "/api/upload", body: {} }],
  "/api/upload/evidence": () => [{ method: "POST", path: "/api/upload/evidence", body: {} }],
  // What the procedures answer and refuse is compared one by one, without a socket; here, how an answer travels.
  "/api/trpc/[trpc]": (at) => [
    question("opening.view", { lotId: at.lotId }),
    question("opening.unlockMaterial", { lotId: at.lotId }),
    question("bid.standing", { lot: at.lotCode }),
    question("bid.receipt", { number: at.receiptNumber }),
    question("bid.withdrawalToSign", { bidId: at.bidId }),
  ],
};

const question = (name: string, input: unknown) =>
  `/api/trpc/${name}?input=${encodeURIComponent(JSON.stringify({ json: input }))}`;

/** The same for the receiver, by the names of its routes. */
export const RECEIVER: Readonly<Record<string, Asks>> = {
  "/": one("/receive/"),
  "/receive/health": one("/receive/health"),
  "/receive/speed": () => [{ method: "POST", path: "/receive/speed", body: {} }],
  "/receive/instructions": () => [{ method: "POST", path: "/receive/instructions", body: {} }],
  // Begun by whoever looks it would be an upload of its own: asked with a size that is refused.
  "/receive/upload": ({ lotId }) => [{ method: "POST", path: "/receive/upload", body: { lotId, bodyLength: -1 } }],
  upload: ({ uploadId }) => [`/receive/upload/${uploadId}`, { method: "DELETE", path: `/receive/upload/${uploadId}` }],
  unit: ({ uploadId }) => [`/receive/upload/${uploadId}/0`],
  finish: ({ uploadId }) => [
    { method: "POST", path: `/receive/upload/${uploadId}/finish`, body: { seal: "AAAA", signature: "AAAA" } },
  ],
  keep: ({ uploadId }) => [{ method: "POST", path: `/receive/upload/${uploadId}/keep`, body: {} }],
  hall: ({ lotId }) => [`/receive/hall/${lotId}/events`],
};

/** All that a watcher asks of the running processes. */
export const asksOf = (at: Spot): readonly Ask[] =>
  [...Object.values(ROUTES), ...Object.values(RECEIVER)].flatMap((asks) => asks(at));

/** Pages and handlers that there are, by the address that Next makes of their file. */
export function routesThatExist(): string[] {
  const files = readdirSync("src/app", { recursive: true }).map((file) => String(file).replaceAll("\\", "/"));
  return files
    .filter((file) => /(^|\/)(page\.tsx|route\.ts)$/.test(file))
    .map((file) => `/${file.replace(/(^|\/)(page\.tsx|route\.ts)$/, "")}`)
    .map((path) => path.replace(/\/\([a-z]+\)/g, "") || "/")
    .sort();
}

/** Routes of the receiver, as its source names them. */
export function receiverRoutesThatExist(): string[] {
  const source = readFileSync("src/server/receiver/routes.ts", "utf8");
  const patterns = [...source.matchAll(/^ {2}(\w+): new RegExp\(/gm)].map(([, name]) => name!);
  const paths = [...source.matchAll(/pathname === "([^"]+)"/g)].map(([, path]) => path!);
  return [...new Set([...patterns, ...paths])].sort();
}

/** Keys of the tender room's tabs, as its source names them. */
export const tabsThatExist = (): string[] =>
  [...readFileSync("src/app/(console)/w/[org]/tenders/[id]/page.tsx", "utf8").matchAll(/\{ key: "(\w+)"/g)].map(
    ([, key]) => key!,
  );
