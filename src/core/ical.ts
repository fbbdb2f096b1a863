import { utf8 } from "./bytes";

export interface CalendarEvent {
  /** Unique and lasting: a later version of the same event replaces the earlier one. */
  readonly uid: string;
  readonly title: string;
  readonly at: Date;
  readonly description: string;
  readonly url: string;
  /** When what the event says was last changed. */
  readonly changedAt: Date;
  readonly sequence: number;
  /** Hours before the event at which the reader is reminded. */
  readonly remindHours?: readonly number[];
}

/** Calendar in the format of RFC 5545: UTC times, CRLF, lines of at most 75 octets. */
export function icalendar(name: string, events: readonly CalendarEvent[]): string {
  const lines = [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Xinbiao//Bidding calendar//ZH",
    "CALSCALE:GREGORIAN",
    "METHOD:PUBLISH",
    `X-WR-CALNAME:${textValue(name)}`,
    ...events.flatMap(eventLines),
    "END:VCALENDAR",
  ];
  return `${lines.map(folded).join("\r\n")}\r\n`;
}

function eventLines(event: CalendarEvent): string[] {
  return [
    "BEGIN:VEVENT",
    `UID:${event.uid}`,
    `DTSTAMP:${utc(event.changedAt)}`,
    `LAST-MODIFIED:${utc(event.changedAt)}`,
    `SEQUENCE:${event.sequence}`,
    `DTSTART:${utc(event.at)}`,
    `SUMMARY:${textValue(event.title)}`,
    `DESCRIPTION:${textValue(event.description)}`,
    `URL:${event.url}`,
    "TRANSP:TRANSPARENT",
    ...(event.remindHours ?? []).flatMap((hours) => [
      "BEGIN:VALARM",
      "ACTION:DISPLAY",
      `DESCRIPTION:${textValue(event.title)}`,
      `TRIGGER:-PT${hours}H`,
      "END:VALARM",
    ]),
    "END:VEVENT",
  ];
}

/** RFC 5545 3.3.5, form 2. */
const utc = (at: Date): string => `${at.toISOString().slice(0, 19).replace(/[-:]/g, "")}Z`;

/** RFC 5545 3.3.11: backslash, semicolon, comma and line break are escaped; other control characters do not exist. */
const textValue = (text: string): string =>
  text
    .replace(/[\\;,]/g, (char) => `\\${char}`)
    .replace(/\r\n|\r|\n/g, "\\n")
    .replace(/\p{Cc}/gu, "");

/** RFC 5545 3.1: no line is longer than 75 octets, and no character is cut. */
function folded(line: string): string {
  const parts: string[] = [];
  let part = "";
  let octets = 0;
  for (const char of line) {
    const size = utf8(char).length;
    // What follows begins with a space, which counts.
    if (octets + size > 75) {
      parts.push(part);
      part = "";
      octets = 1;
    }
    part += char;
    octets += size;
  }
  return [...parts, part].join("\r\n ");
}
