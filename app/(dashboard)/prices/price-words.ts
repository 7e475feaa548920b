import type { ListedPrice } from "../../_data/answers.ts";
import type { Tone } from "../../_ui/badge.tsx";
import { formatMoney } from "../../_ui/format-money.ts";

/** A class of units in words: `cacheWrite5m` is `cache write 5m`. */
export const unitWords = (unitClass: string): string => unitClass.replaceAll(/([A-Z]|\d+)/g, " $1").toLowerCase();

const perMillion = 1_000_000n;
/** What is counted by the piece is read by the piece. */
const byThePiece: ReadonlySet<string> = new Set([
  "image",
  "megapixel",
  "second",
  "videoSecond",
  "videoSecond1080p",
  "videoSecond4k",
  "search",
  "page",
  "request",
  "message",
  "recipient",
  "payment",
]);

/** A price with what it is for. */
export const priceWords = ({
  unitClass,
  nanosPerMillion,
}: Pick<ListedPrice, "unitClass" | "nanosPerMillion">): string => {
  if (nanosPerMillion === null) return "none";
  if (!byThePiece.has(unitClass)) return `${formatMoney(nanosPerMillion)} a million`;
  return `${formatMoney(BigInt(nanosPerMillion) / perMillion)} each`;
};

/** Who set a price. */
export const sourceWords: Readonly<
  Record<ListedPrice["source"], { readonly label: string; readonly tone: Tone; readonly title: string }>
> = {
  catalogue: { label: "list", tone: "plain", title: "It comes with Nexus, from the vendors' price lists" },
  platform: { label: "platform", tone: "accent", title: "The operators of the platform set it for every organization" },
  organization: { label: "organization", tone: "accent", title: "It was set for this organization alone" },
};

/** How a step of the book stands. */
export const changeStates = {
  coming: { label: "to come", tone: "warn", title: "It holds from its date on" },
  in_force: { label: "in force", tone: "good", title: "It holds now" },
  replaced: { label: "replaced", tone: "plain", title: "Something later took its place" },
} as const satisfies Readonly<Record<string, { readonly label: string; readonly tone: Tone; readonly title: string }>>;
