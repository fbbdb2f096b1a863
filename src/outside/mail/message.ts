/** What a reader sees of a mail: enough of MIME for the letters that the platform writes. */
export interface ReadMail {
  readonly subject: string;
  readonly from: string;
  readonly text: string;
}

/** Reads a raw mail: headers with encoded words, one text part in base64, quoted-printable or as it is. */
export function readMail(raw: string): ReadMail {
  const { headers, body } = split(raw);
  return {
    subject: words(headers.get("subject") ?? ""),
    from: words(headers.get("from") ?? ""),
    text: textOf(headers, body).trim(),
  };
}

function split(raw: string): { headers: Map<string, string>; body: string } {
  const text = raw.replaceAll("\r\n", "\n");
  const end = text.indexOf("\n\n");
  const head = (end < 0 ? text : text.slice(0, end)).replace(/\n[ \t]+/g, " ");
  const headers = new Map<string, string>();
  for (const line of head.split("\n")) {
    const colon = line.indexOf(":");
    if (colon > 0) headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
  return { headers, body: end < 0 ? "" : text.slice(end + 2) };
}

function textOf(headers: Map<string, string>, body: string): string {
  const type = headers.get("content-type") ?? "text/plain";
  const boundary = /boundary="?([^";]+)"?/i.exec(type)?.[1];
  if (boundary) {
    const parts = body
      .split(`--${boundary}`)
      .slice(1, -1)
      .map((part) => split(part.replace(/^\n/, "")));
    const plain = parts.find((part) => /^text\/plain/i.test(part.headers.get("content-type") ?? "text/plain"));
    const best = plain ?? parts[0];
    return best ? textOf(best.headers, best.body) : "";
  }
  return decodeBody(body, headers.get("content-transfer-encoding") ?? "7bit");
}

function decodeBody(body: string, encoding: string): string {
  switch (encoding.toLowerCase()) {
    case "base64":
      return Buffer.from(body, "base64").toString("utf8");
    case "quoted-printable":
      return quotedPrintable(body.replace(/=\n/g, ""));
    default:
      return body;
  }
}

const quotedPrintable = (text: string): string =>
  Buffer.from(
    text.replace(/=([0-9A-F]{2})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16))),
    "latin1",
  ).toString("utf8");

/** Encoded words (RFC 2047) in UTF-8; space between two of them does not count. */
function words(text: string): string {
  return text
    .replace(/\?=\s+=\?/g, "?==?")
    .replace(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_, kind: string, value: string) =>
      kind.toLowerCase() === "b"
        ? Buffer.from(value, "base64").toString("utf8")
        : quotedPrintable(value.replaceAll("_", " ")),
    );
}
