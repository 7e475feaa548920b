import { createRandom } from "../seeded.ts";
import { cellsOf, type FamilyCell } from "./family-plan.ts";
import type { FamilyVendor } from "./family-vendor.ts";

/** What a cell shows: its operation, its vendor, and what the vendors of its family do wrong by that name. */
const shownBy = ({ operation, vendor, fault }: FamilyCell): readonly string[] => {
  const family = vendor === "smtp" ? vendor : operation.slice(0, operation.indexOf("."));
  return [operation, vendor, `${operation} at ${vendor}`, `${family} ${fault}`];
};

/** Few cells, in which each kind of fault of each family, each operation and each vendor occurs: others for other seeds. */
export const coverCells = (seed: number, vendors: readonly FamilyVendor[]): readonly FamilyCell[] => {
  const random = createRandom(seed ^ 0xc0fe);
  let left = cellsOf(vendors).map((cell) => ({ cell, rank: random.next(), shows: shownBy(cell) }));
  const shown = new Set<string>();
  const chosen: FamilyCell[] = [];
  const news = (shows: readonly string[]): number => shows.filter((one) => !shown.has(one)).length;
  for (;;) {
    left = left.filter(({ shows }) => news(shows) > 0);
    const [best] = left.toSorted((a, b) => news(b.shows) - news(a.shows) || a.rank - b.rank);
    if (best === undefined) return chosen;
    chosen.push(best.cell);
    for (const one of best.shows) shown.add(one);
  }
};
