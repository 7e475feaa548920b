import { EnvSchema, platformSecretFields } from "./env.ts";

const ours = /^(NEXUS|AUTH)_[A-Z0-9_]+$/;
const vendorParts = [...Object.keys(platformSecretFields), "BASE_URL"];
const vendors = new RegExp(`^PLATFORM_[A-Z0-9_]+_(?:${vendorParts.join("|")})$`);

/** Set by our own processes for each other, or by people for their own clients. */
const others: ReadonlySet<string> = new Set([
  "NEXUS_API_KEY",
  "NEXUS_AUTH_URL",
  "NEXUS_DASHBOARD_BUILD",
  "NEXUS_DASHBOARD_CHILD",
  "NEXUS_DEV",
  "NEXUS_INTERNAL_URL",
  "NEXUS_PARENT_PID",
  "NEXUS_STARTED_AT",
  "NEXUS_URL",
]);

/** Letters to add, drop, replace or swap with the next one until one word is the other. */
const distance = (left: string, right: string): number => {
  let before: number[] = [];
  let row = Array.from({ length: right.length + 1 }, (_, column) => column);
  for (let line = 1; line <= left.length; line += 1) {
    const next = [line];
    for (let column = 1; column <= right.length; column += 1) {
      const same = left[line - 1] === right[column - 1];
      const swapped = left[line - 1] === right[column - 2] && left[line - 2] === right[column - 1];
      next.push(
        Math.min(
          (row[column] ?? 0) + 1,
          (next[column - 1] ?? 0) + 1,
          (row[column - 1] ?? 0) + (same ? 0 : 1),
          line > 1 && column > 1 && swapped ? (before[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
    before = row;
    row = next;
  }
  return row[right.length] ?? 0;
};

/** A third of the letters may differ: beyond that the nearest name is no help. */
const nearestOf = (name: string, known: readonly string[]): string | undefined => {
  const [best] = known
    .map((candidate) => ({ candidate, away: distance(name, candidate) }))
    .filter(({ candidate, away }) => away <= Math.max(name.length, candidate.length) / 3)
    .sort((one, other) => one.away - other.away);
  return best?.candidate;
};

/** A setting that nothing reads. */
export interface UnknownSetting {
  readonly name: string;
  /** What it may have been meant to be. */
  readonly nearest: string | undefined;
}

const namesFor = (vendor: string): string[] =>
  vendorParts.map((part) => `PLATFORM_${vendor.toUpperCase().replaceAll("-", "_")}_${part}`);

/**
 * The settings of our own kind that have no meaning: a mistyped one would otherwise be passed over without a word. Keys
 * of vendors are told apart by the ids of those there are; without a list, any is taken for one.
 */
export const unknownSettings = (
  source: Readonly<Record<string, string | undefined>>,
  vendorIds?: Iterable<string>,
): readonly UnknownSetting[] => {
  const known = [...Object.keys(EnvSchema.shape), ...[...(vendorIds ?? [])].flatMap(namesFor)];
  const isOurs = (name: string): boolean => ours.test(name) || (vendorIds !== undefined && vendors.test(name));
  return Object.keys(source)
    .filter((name) => isOurs(name) && !others.has(name) && !known.includes(name))
    .sort()
    .map((name) => ({ name, nearest: nearestOf(name, known) }));
};
