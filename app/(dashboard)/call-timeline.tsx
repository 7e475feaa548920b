import type { CallExplanation } from "../_data/answers.ts";

type Span = CallExplanation["timeline"][number];

const width = 1_000;
const row = 22;

const names: Readonly<Record<Exclude<Span["what"], "attempt">, string>> = {
  reserved: "money set aside",
  first_byte: "first part of the answer",
  ended: "ended and booked",
};

const nameOf = ({ what, attempt }: Span): string => (what === "attempt" ? `attempt ${attempt}` : names[what]);

const ms = (value: number): string => `${value.toLocaleString("en-US")} ms`;

const saidOf = ({ fromMs, toMs }: Span): string =>
  toMs === fromMs ? `at ${ms(fromMs)}` : `${ms(fromMs)} to ${ms(toMs)}`;

/** Steps of a call on a line of time: drawn for the eye, listed for everybody. */
export const CallTimeline = ({ spans }: { readonly spans: readonly Span[] }) => {
  const end = Math.max(...spans.map(({ toMs }) => toMs), 1);
  const at = (moment: number): number => (moment / end) * width;
  return (
    <>
      <svg
        viewBox={`0 0 ${width} ${spans.length * row}`}
        preserveAspectRatio="none"
        className="w-full rounded-lg bg-raised"
        height={spans.length * row}
        aria-hidden="true"
      >
        {spans.map((span, index) => (
          <rect
            key={`${span.what} ${span.attempt}`}
            x={Math.min(at(span.fromMs), width - 6)}
            y={index * row + 5}
            width={Math.max(at(span.toMs) - at(span.fromMs), 6)}
            height={row - 10}
            className={span.what === "attempt" ? "fill-accent" : "fill-line-strong"}
          />
        ))}
      </svg>
      <ol className="mt-2 space-y-1 text-sm">
        {spans.map((span) => (
          <li key={`${span.what} ${span.attempt}`} className="flex justify-between gap-4">
            <span>{nameOf(span)}</span>
            <span className="text-muted tabular-nums">{saidOf(span)}</span>
          </li>
        ))}
      </ol>
    </>
  );
};
