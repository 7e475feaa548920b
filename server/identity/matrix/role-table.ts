import { companiesRows } from "./companies-rows.ts";
import { organizationsRows } from "./organizations-rows.ts";
import { peopleRows } from "./people-rows.ts";
import { developersRows, keysRows, registryRows } from "./registry-rows.ts";
import type { RoleRow } from "./role-row.ts";
import { ownRows, protocolRows, signInRows } from "./sign-in-rows.ts";

/** Every route of Auth with who may use it. A new route gets a row here, or the matrix fails. */
export const roleTable: readonly RoleRow[] = [
  ...peopleRows,
  ...organizationsRows,
  ...companiesRows,
  ...keysRows,
  ...registryRows,
  ...developersRows,
  ...signInRows,
  ...ownRows,
  ...protocolRows,
];
