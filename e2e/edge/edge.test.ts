import { afterAll, beforeAll, describe, it } from "vitest";
import { checksCounted } from "./checks-counted.ts";
import { checksLeaving, type EdgeCheck } from "./checks-leaving.ts";
import { checksRefused } from "./checks-refused.ts";
import { checksTranslated } from "./checks-translated.ts";
import { EdgeWorld } from "./edge-world.ts";
import { edgeDoors, edgeKinds, edgeVendors, isAsked, type EdgeCell, type EdgeKindId } from "./edge-table.ts";

/** Complete by the compiler: a kind without a check does not build. */
const checks: Readonly<Record<EdgeKindId, EdgeCheck>> = {
  ...checksLeaving,
  ...checksCounted,
  ...checksRefused,
  ...checksTranslated,
};

const isKind = (id: string): id is EdgeKindId => id in edgeKinds;

const cells: readonly EdgeCell[] = edgeVendors.flatMap((vendor) => edgeDoors.map((door) => ({ door, vendor })));

let world: EdgeWorld;
beforeAll(async () => {
  world = await EdgeWorld.open();
});
afterAll(() => world.close());

describe.each(Object.keys(edgeKinds).filter(isKind))("%s", (kind) => {
  it.each(cells.filter((cell) => isAsked(kind, cell)))("at the $door door, $vendor", async (cell) => {
    const crossing = await world.cross(cell);
    try {
      await checks[kind](crossing);
    } finally {
      await crossing.close();
    }
  });
});
