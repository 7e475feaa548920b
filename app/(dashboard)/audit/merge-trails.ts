import { isToldByNexus, type TrailEvent, type TrailLog } from "./trail-event.ts";

/** Where each log is read on: after an event, from the newest, or no further. */
export type TrailPosition = Readonly<Record<TrailLog, string>>;

export const fromNewest = "";
export const atEnd = "-";

const separator = "~";

/** A position as it stands in the address. */
export const writePosition = ({ nexus, auth }: TrailPosition): string => `${nexus}${separator}${auth}`;

/** A position from the address; what is none begins at the newest. */
export const readPosition = (text: string | undefined): TrailPosition => {
  const [nexus = fromNewest, auth = fromNewest] = (text ?? "").split(separator);
  return { nexus, auth };
};

/** A page of one log, newest first. */
export interface TrailPage {
  readonly events: readonly TrailEvent[];
  /** Where its next page begins; absent: this was the last. */
  readonly next?: string;
}

const logs: readonly TrailLog[] = ["nexus", "auth"];

interface MergedTrails {
  readonly events: readonly TrailEvent[];
  /** Undefined: there is nothing older. */
  readonly next: string | undefined;
}

/** A page of both logs by time: of each only what is newer than all that the other has not shown yet. */
export const mergeTrails = (
  pages: Readonly<Record<TrailLog, TrailPage>>,
  before: TrailPosition,
  size: number,
): MergedTrails => {
  // A log that has more says nothing of the time before its page.
  const known = Math.max(
    ...logs.map((log) => {
      const { events, next } = pages[log];
      const oldest = events.at(-1);
      return next === undefined || oldest === undefined ? -Infinity : Date.parse(oldest.at);
    }),
  );
  const all = logs
    .flatMap((log) => pages[log].events)
    .toSorted((one, other) => Date.parse(other.at) - Date.parse(one.at));
  const taken = all.filter(({ at }) => Date.parse(at) >= known).slice(0, size);
  const shown = new Set(taken);
  const positionOf = (log: TrailLog): string => {
    const page = pages[log];
    const left = page.events.filter((event) => !shown.has(event));
    if (left.length === 0) return page.next ?? atEnd;
    return page.events.findLast((event) => shown.has(event))?.id ?? before[log];
  };
  const next: TrailPosition = { nexus: positionOf("nexus"), auth: positionOf("auth") };
  const events = taken.filter((event) => !isToldByNexus(event));
  return { events, next: logs.every((log) => next[log] === atEnd) ? undefined : writePosition(next) };
};
