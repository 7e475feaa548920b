import type { PriceVersion } from "../../_data/answers.ts";
import { priceWords, unitWords } from "./price-words.ts";

const [width, height, edge] = [320, 72, 6];
const shown = ["input", "output"] as const;
const strokes = { input: "stroke-accent", output: "stroke-warn" } as const;

/** A base price of a version; undefined where it has none. */
const rateOf = (version: PriceVersion, unitClass: string): number | undefined => {
  const price = version.prices.find((one) => one.unitClass === unitClass && one.aboveInputTokens === 0);
  const nanos = price?.nanosPerMillion ?? undefined;
  return nanos === undefined ? undefined : Number(nanos);
};

/** A model's input and output price in steps, from the oldest version to the latest; the table beside it has the numbers. */
export const PriceSteps = ({ versions }: { readonly versions: readonly PriceVersion[] }) => {
  const inOrder = versions.toReversed();
  const rates = shown.map((unitClass) => inOrder.map((version) => rateOf(version, unitClass)));
  const highest = Math.max(0, ...rates.flat().filter((rate) => rate !== undefined));
  if (inOrder.length < 2 || highest === 0) return null;
  const step = width / inOrder.length;
  const y = (rate: number): number => height - edge - (rate / highest) * (height - 2 * edge);
  const pathOf = (row: readonly (number | undefined)[]): string =>
    row
      .map((rate, at) => {
        if (rate === undefined) return "";
        const begins = at === 0 || row[at - 1] === undefined;
        return `${begins ? "M" : "L"}${at * step} ${y(rate)}L${(at + 1) * step} ${y(rate)}`;
      })
      .join("");
  const last = inOrder.at(-1);
  return (
    <figure className="mb-3">
      <svg
        viewBox={`0 0 ${width} ${height}`}
        role="img"
        aria-label="Input and output price, version by version"
        className="h-20 w-full"
        preserveAspectRatio="none"
      >
        {shown.map((unitClass, at) => (
          <path
            key={unitClass}
            d={pathOf(rates[at] ?? [])}
            fill="none"
            strokeWidth={2}
            vectorEffect="non-scaling-stroke"
            className={strokes[unitClass]}
          />
        ))}
      </svg>
      <figcaption className="flex flex-wrap gap-x-4 text-sm text-muted">
        {shown.map((unitClass) => {
          const price = last?.prices.find((one) => one.unitClass === unitClass && one.aboveInputTokens === 0);
          return (
            price && (
              <span key={unitClass} className="inline-flex items-center gap-1.5">
                <svg viewBox="0 0 12 2" aria-hidden="true" className="h-0.5 w-3">
                  <path d="M0 1L12 1" strokeWidth={2} className={strokes[unitClass]} />
                </svg>
                {unitWords(unitClass)}, lastly {priceWords(price)}
              </span>
            )
          );
        })}
      </figcaption>
    </figure>
  );
};
