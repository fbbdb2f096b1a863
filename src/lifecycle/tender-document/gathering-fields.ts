import { formatClock, readShanghai } from "@/core/time";
import { GATHERING_KINDS, type Gathering } from "./schema";

/** A visit or meeting as a form holds it: the time is what a clock on the wall shows. */
export interface GatheringFields {
  readonly kind: Gathering["kind"];
  readonly at: string;
  readonly place: string;
  readonly note: string;
}

export const gatheringFields = (gatherings: readonly Gathering[] = []): GatheringFields[] =>
  gatherings.map((one) => ({ ...one, at: formatClock(new Date(one.at)).slice(0, 16).replace(" ", "T") }));

/** @returns the gatherings, or the sentence that says which time cannot be read. */
export function gatheringsOf(fields: readonly GatheringFields[]): Gathering[] | string {
  const read: Gathering[] = [];
  for (const { at, ...rest } of fields) {
    const time = readShanghai(at);
    if (!time) return `“${GATHERING_KINDS[rest.kind]}”的时间没有填写完整。`;
    read.push({ ...rest, at: time.toISOString() });
  }
  return read;
}
