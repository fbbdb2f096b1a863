import { expect, test } from "vitest";
import { utf8 } from "./bytes";
import { type CalendarEvent, icalendar } from "./ical";

/** A reader written from RFC 5545 alone: unfolds, takes names, parameters and values apart, nests components. */
function read(text: string) {
  expect(text.endsWith("\r\n")).toBe(true);
  expect(text.replaceAll("\r\n", "")).not.toMatch(/[\r\n]/);
  for (const line of text.split("\r\n")) expect(utf8(line).length).toBeLessThanOrEqual(75);
  const root: { name: string; values: Map<string, string>; parts: (typeof root)[] } = {
    name: "",
    values: new Map(),
    parts: [],
  };
  const open = [root];
  for (const line of text.replaceAll("\r\n ", "").trimEnd().split("\r\n")) {
    const match = /^([A-Z-]+)(?:;[^:]*)?:(.*)$/.exec(line);
    if (!match) throw new Error(`not a content line: ${line}`);
    const [, name, value] = match as unknown as [string, string, string];
    if (name === "BEGIN") {
      const part = { name: value, values: new Map<string, string>(), parts: [] };
      open.at(-1)!.parts.push(part);
      open.push(part);
    } else if (name === "END") expect(open.pop()!.name).toBe(value);
    else {
      expect(open.at(-1)!.values.has(name), `${name} twice`).toBe(false);
      open.at(-1)!.values.set(
        name,
        value.replace(/\\([\\;,nN])/g, (_, char: string) => (/n/i.test(char) ? "\n" : char)),
      );
    }
  }
  expect(open).toEqual([root]);
  return root.parts;
}

const event: CalendarEvent = {
  uid: "E5200000001000001001001-deadline@localhost",
  title: "投标截止、开标：清溪市第三小学新建工程（演示）施工；一标段, 含\\附属",
  at: new Date("2026-06-10T01:30:00.000Z"),
  description: "编号 E5200000001000001001001\n逾期不予受理\r\n𠮷".repeat(4),
  url: "http://localhost:3000/tenders/E5200000001000001001001",
  changedAt: new Date("2026-05-18T00:00:00.400Z"),
  sequence: 2,
  remindHours: [24, 1],
};

test("a calendar is read back word for word, in lines of at most 75 octets that cut no character", () => {
  const [calendar, ...others] = read(icalendar("开标日程", [event]));
  expect(others).toEqual([]);
  expect(calendar!.name).toBe("VCALENDAR");
  expect(Object.fromEntries(calendar!.values)).toMatchObject({ VERSION: "2.0", "X-WR-CALNAME": "开标日程" });
  const [found] = calendar!.parts;
  expect(Object.fromEntries(found!.values)).toEqual({
    UID: event.uid,
    DTSTAMP: "20260518T000000Z",
    "LAST-MODIFIED": "20260518T000000Z",
    SEQUENCE: "2",
    DTSTART: "20260610T013000Z",
    SUMMARY: event.title,
    DESCRIPTION: event.description.replaceAll("\r\n", "\n"),
    URL: event.url,
    TRANSP: "TRANSPARENT",
  });
  expect(found!.parts.map(({ values }) => values.get("TRIGGER"))).toEqual(["-PT24H", "-PT1H"]);
});

test("no text of an event becomes a line of the calendar", () => {
  const planted = { ...event, title: "x\r\nBEGIN:VEVENT\nEND:VCALENDAR\u0000\u0007" };
  const [calendar] = read(icalendar("a\r\nb", [planted]));
  expect(calendar!.parts).toHaveLength(1);
  expect(calendar!.parts[0]!.values.get("SUMMARY")).toBe("x\nBEGIN:VEVENT\nEND:VCALENDAR");
});
