import { expect, it } from "vitest";
import { createTestDatabase } from "../../../test/database.ts";
import { coverCells } from "./cover-cells.ts";
import { runFamiliesCampaign } from "./families-campaign.ts";
import { judgeFamilies } from "./families-judge.ts";
import { familiesTable } from "./families-table.ts";
import { familyOperations } from "./family-vendor.ts";
import { familyVendors } from "./family-vendors.ts";
import { nameOfCell, planCells } from "./family-plan.ts";

// Each kind of fault once, each operation and each vendor, and one process that dies: all of it, many times, with fail-over,
// crowds and shared references, is `npm run campaign -- --families`.

const seed = 20_261_129;

it("mail and payments hold through each kind of fault and a kill", { timeout: 420_000 }, async () => {
  const cells = coverCells(seed, familyVendors);
  expect(new Set(cells.map(({ operation }) => operation))).toEqual(new Set(familyOperations));
  expect(new Set(cells.map(({ vendor }) => vendor))).toEqual(new Set(familyVendors.map(({ id }) => id)));
  const faults = new Set(familyVendors.flatMap((vendor) => Object.keys(vendor.faults)));
  expect(new Set(cells.flatMap(({ fault }) => fault ?? []))).toEqual(faults);

  // A checkout is open at its vendor, and the process dies that was told of it.
  const [dying] = planCells(seed, "dying", [
    { operation: "payments.checkout.create", vendor: "stripe", fault: undefined },
  ]);
  const plans = planCells(seed, "cell", cells);
  const database = await createTestDatabase();
  try {
    const evidence = await runFamiliesCampaign({
      seed,
      plans: dying === undefined ? plans : [...plans, { ...dying, kill: "response" }],
      crowd: 0,
      vendors: familyVendors,
      gateways: 1,
      callers: 20,
      patienceMs: 15_000,
      databaseUrl: database.url,
      disturbs: false,
      print: () => undefined,
    });
    expect(judgeFamilies(evidence)).toEqual([]);
    expect(familiesTable(evidence).filter(({ doubled, lost }) => doubled + lost > 0)).toEqual([]);
    expect(cells.filter((cell) => cell.fault !== undefined && !evidence.met.has(nameOfCell(cell)))).toEqual([]);
    expect(evidence.kills).toEqual({ response: 1 });
  } finally {
    await database.drop();
  }
});
