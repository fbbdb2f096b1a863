import { SheetRefused } from "./table";

/** A step through an XML part. Names come without their prefix. */
export type XmlEvent =
  | { readonly kind: "open"; readonly name: string; attribute(name: string): string | undefined }
  | { readonly kind: "close"; readonly name: string }
  | { readonly kind: "text"; readonly text: string };

const MAX_DEPTH = 32;
/** A tag or a text longer than this is no cell. */
const MAX_TOKEN = 262_144;

const broken = (what: string) =>
  new SheetRefused(`表格内容不符合 XLSX 规定（${what}），没有导入。请用表格软件打开并另存为 .xlsx。`);

/**
 * Reads the XML of a workbook as it comes: UTF-8, no document type, no entities but the five and numbers, so that nothing
 * can grow or fetch. What is read is yielded in batches; nothing else is kept.
 *
 * @throws SheetRefused
 */
export async function* xmlEvents(source: AsyncIterable<Uint8Array>): AsyncGenerator<readonly XmlEvent[]> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const open: string[] = [];
  let [rest, rooted] = ["", false];
  const take = (last: boolean): XmlEvent[] => {
    const events: XmlEvent[] = [];
    let at = 0;
    for (;;) {
      const tag = rest.indexOf("<", at);
      if (tag < 0) break;
      const end = endOfTag(rest, tag);
      if (end < 0) break;
      if (tag > at && open.length) events.push({ kind: "text", text: decoded(rest.slice(at, tag)) });
      const token = rest.slice(tag, end);
      at = end;
      if (token.startsWith("<?") || token.startsWith("<!--")) continue;
      if (token.startsWith("<![CDATA[")) {
        events.push({ kind: "text", text: token.slice(9, -3) });
        continue;
      }
      if (token.startsWith("<!")) throw broken("含有文档类型声明或实体");
      events.push(...tagEvents(token, open));
      if (open.length > MAX_DEPTH) throw broken("嵌套过深");
      if (!open.length && rooted && !token.startsWith("</")) throw broken("有多个根元素");
      rooted = true;
    }
    rest = rest.slice(at);
    if (rest.length > MAX_TOKEN) throw broken("有过长的内容");
    if (last && (open.length || rest.trim())) throw broken("内容不完整");
    return events;
  };
  try {
    for await (const piece of source) {
      rest += decoder.decode(piece, { stream: true });
      yield take(false);
    }
    rest += decoder.decode();
  } catch (error) {
    if (error instanceof TypeError) throw broken("不是 UTF-8 编码");
    throw error;
  }
  yield take(true);
}

/** Position behind a tag that begins at `tag`; -1 while it is not whole. A `>` may stand in an attribute. */
function endOfTag(text: string, tag: number): number {
  for (const [start, end] of [
    ["<!--", "-->"],
    ["<![CDATA[", "]]>"],
    ["<?", "?>"],
  ] as const) {
    if (!text.startsWith(start, tag)) continue;
    const found = text.indexOf(end, tag + start.length);
    return found < 0 ? -1 : found + end.length;
  }
  let quote = "";
  for (let i = tag + 1; i < text.length; i++) {
    const character = text[i]!;
    if (quote) quote = character === quote ? "" : quote;
    else if (character === '"' || character === "'") quote = character;
    else if (character === ">") return i + 1;
  }
  return -1;
}

const TAG = /^<(\/?)([\w.-]+:)?([\w.-]+)(\s[\s\S]*?)?(\/?)>$/;

function tagEvents(token: string, open: string[]): XmlEvent[] {
  const [, closes, , name, attributes = "", empty] = TAG.exec(token) ?? [];
  if (!name) throw broken("标记不正确");
  if (closes) {
    if (open.pop() !== name) throw broken("标记不成对");
    return [{ kind: "close", name }];
  }
  const event: XmlEvent = { kind: "open", name, attribute: (wanted) => attributeOf(attributes, wanted) };
  if (empty) return [event, { kind: "close", name }];
  open.push(name);
  return [event];
}

/** Value of an attribute; a prefix is left out, as for names. */
function attributeOf(attributes: string, wanted: string): string | undefined {
  for (const [, name, double, single] of attributes.matchAll(/(?:[\w.-]+:)?([\w.-]+)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/g))
    if (name === wanted) return decoded(double ?? single ?? "");
  return undefined;
}

const NAMED: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

function decoded(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(/&(?:(\w+)|#(\d{1,7})|#x([0-9a-fA-F]{1,6}));|&/g, (_, name, decimal, hexadecimal) => {
    if (name !== undefined) {
      if (!Object.hasOwn(NAMED, name)) throw broken("含有未知的实体");
      return NAMED[name]!;
    }
    const code = decimal ? Number(decimal) : Number.parseInt(hexadecimal ?? "", 16);
    if (!(code > 0 && code <= 0x10ffff)) throw broken("含有不正确的字符");
    return String.fromCodePoint(code);
  });
}

/** Steps of the parts that only say where the others are; no honest one has more. */
const MAX_SMALL_EVENTS = 20_000;

/** Everything of a small part as a list. */
export async function allEvents(source: AsyncIterable<Uint8Array>): Promise<XmlEvent[]> {
  const events: XmlEvent[] = [];
  for await (const batch of xmlEvents(source)) {
    for (const event of batch) events.push(event);
    if (events.length > MAX_SMALL_EVENTS) throw broken("说明部件过长");
  }
  return events;
}
