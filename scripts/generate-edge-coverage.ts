import { edgeDoors, edgeKinds, edgeVendors, isAsked, type EdgeKindId } from "../e2e/edge/edge-table.ts";
import { markdownTable } from "./docs/table.ts";

const isKind = (id: string): id is EdgeKindId => id in edgeKinds;

const kinds = Object.keys(edgeKinds).filter(isKind);

/** The doors at which a kind is tried with a vendor's answers. */
const doorsOf = (kind: EdgeKindId, vendor: string): string => {
  const doors = edgeDoors.filter((door) => isAsked(kind, { door, vendor }));
  return doors.length === edgeDoors.length ? "all" : doors.join(", ") || "–";
};

const crossings = kinds
  .map((kind) => edgeVendors.flatMap((vendor) => edgeDoors.filter((door) => isAsked(kind, { door, vendor }))).length)
  .reduce((sum, count) => sum + count, 0);

/** docs/generated/edge-coverage.md */
export const edgeCoveragePage = (): string =>
  [
    "# The vendor's edge: what is tried where",
    "",
    `Each kind is tried at the doors (${edgeDoors.join(", ")}) with the answers of each vendor: ${crossings} crossings, by`,
    "`e2e/edge/edge.test.ts`, from the table in `e2e/edge/edge-table.ts`. Requests come through the doors as clients send them, and",
    "the vendor is a server on loopback that answers in its own wire (at `responses`, OpenAI's and Azure's in that of responses).",
    "Native crossings are all tried. A translated answer is read once and put as its door puts it: each kind and each vendor meets",
    "every door in turn, not each pair of them. Doors are absent, too, where the question does not arise: a native body passes",
    "untranslated, or the dialect has no such thing.",
    "",
    ...[...Map.groupBy(kinds, (kind) => edgeKinds[kind].group)].flatMap(([group, members]) => [
      `## ${group.charAt(0).toUpperCase()}${group.slice(1)}`,
      "",
      markdownTable(
        ["Kind", "What holds", ...edgeVendors],
        members.map((kind) => [
          `\`${kind}\``,
          edgeKinds[kind].says,
          ...edgeVendors.map((vendor) => doorsOf(kind, vendor)),
        ]),
      ),
      "",
    ]),
  ].join("\n");
