/**
 * Beijing time (UTC+8). China has one zone and, since 1991, no daylight saving, so that the offset is a constant: the
 * same arithmetic in browser, server and command line, without the zone data of the machine.
 */
const OFFSET_MS = 8 * 3_600_000;
const DAY_MS = 86_400_000;

export interface ShanghaiParts {
  readonly year: number;
  /** 1 … 12 */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** 1 Monday … 7 Sunday */
  readonly weekday: number;
}

const pad = (value: number, width = 2): string => String(value).padStart(width, "0");

/** What a wall clock in Beijing shows at this instant. */
export function shanghaiParts(date: Date): ShanghaiParts {
  const wall = new Date(date.getTime() + OFFSET_MS);
  return {
    year: wall.getUTCFullYear(),
    month: wall.getUTCMonth() + 1,
    day: wall.getUTCDate(),
    hour: wall.getUTCHours(),
    minute: wall.getUTCMinutes(),
    second: wall.getUTCSeconds(),
    weekday: wall.getUTCDay() || 7,
  };
}

/** Instant of a Beijing wall time. @returns undefined when there is no such time (30 February, hour 24 …). */
function fromParts(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
): Date | undefined {
  const date = new Date(Date.UTC(year, month - 1, day, hour, minute, second) - OFFSET_MS);
  const back = shanghaiParts(date);
  const same =
    back.year === year &&
    back.month === month &&
    back.day === day &&
    back.hour === hour &&
    back.minute === minute &&
    back.second === second;
  return same ? date : undefined;
}

/** `2026-03-22 09:00:00 (北京时间)`: how every page shows an instant. */
export function formatInstant(date: Date): string {
  return `${formatClock(date)} (北京时间)`;
}

/** `2026-03-22 09:00:00.408 (北京时间)`: where a deadline decides, to the millisecond. */
export const formatMoment = (date: Date): string =>
  `${formatClock(date)}.${String(date.getUTCMilliseconds()).padStart(3, "0")} (北京时间)`;

/** `2026-03-22 09:00:00`, for columns whose head says that it is Beijing time. */
export function formatClock(date: Date): string {
  const { hour, minute, second } = shanghaiParts(date);
  return `${formatDate(date)} ${pad(hour)}:${pad(minute)}:${pad(second)}`;
}

/** `2026-03-22`: the day in Beijing. */
export function formatDate(date: Date): string {
  const { year, month, day } = shanghaiParts(date);
  return `${pad(year, 4)}-${pad(month)}-${pad(day)}`;
}

/** `2026年3月22日`: documents only. */
export function formatChineseDate(date: Date): string {
  const { year, month, day } = shanghaiParts(date);
  return `${year}年${month}月${day}日`;
}

/** `2026年3月22日9时30分`: documents only; seconds are shown when there are some. */
export function formatChineseInstant(date: Date): string {
  const { hour, minute, second } = shanghaiParts(date);
  return `${formatChineseDate(date)}${hour}时${pad(minute)}分${second ? `${pad(second)}秒` : ""}`;
}

/** Reads `2026-03-22`, `2026-03-22 09:00` or `2026-03-22 09:00:00` as Beijing time; undefined when it is none. */
export function readShanghai(text: string): Date | undefined {
  const match = /^(\d{4})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d)(?::(\d\d))?)?$/.exec(text.trim());
  if (!match) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1).map((part) => Number(part ?? 0));
  return fromParts(year!, month!, day!, hour!, minute!, second!);
}

/** The same for texts in our own code and tests. @throws RangeError */
export function shanghai(text: string): Date {
  const date = readShanghai(text);
  if (!date) throw new RangeError(`not a Beijing time: ${text}`);
  return date;
}

/** 00:00 of the day in Beijing. */
export function startOfShanghaiDay(date: Date): Date {
  const { hour, minute, second } = shanghaiParts(date);
  return new Date(Math.floor(date.getTime() / 1000) * 1000 - ((hour * 60 + minute) * 60 + second) * 1000);
}

/** 24:00 of the day in Beijing, which is 00:00 of the next. */
export const endOfShanghaiDay = (date: Date): Date => addDays(startOfShanghaiDay(date), 1);

/** N × 24 hours later (or earlier): the same wall time, since there is no daylight saving. */
export const addDays = (date: Date, days: number): Date => new Date(date.getTime() + days * DAY_MS);

export const addHours = (date: Date, hours: number): Date => new Date(date.getTime() + hours * 3_600_000);

export const addMinutes = (date: Date, minutes: number): Date => new Date(date.getTime() + minutes * 60_000);

/** Whole dates between the days of two instants in Beijing: 0 on the same day. */
export function datesBetween(from: Date, to: Date): number {
  return Math.round((startOfShanghaiDay(to).getTime() - startOfShanghaiDay(from).getTime()) / DAY_MS);
}

/** Weekday as documents name it: 星期一 … 星期日. */
export const weekdayName = (date: Date): string => `星期${"一二三四五六日"[shanghaiParts(date).weekday - 1]}`;

/** yyyyMMddHHmmss in Beijing time: how instants travel in exchange. Milliseconds are cut off. */
export function ts14(date: Date): string {
  return formatClock(date).replace(/[- :]/g, "");
}

/** Reads yyyyMMddHHmmss as Beijing time; undefined when it is none. */
export function fromTs14(text: string): Date | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(text);
  if (!match) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1).map(Number);
  return fromParts(year!, month!, day!, hour!, minute!, second!);
}

/** yyyyMMdd in Beijing time. */
export const d8 = (date: Date): string => ts14(date).slice(0, 8);
