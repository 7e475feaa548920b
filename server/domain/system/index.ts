export { circuitFinding, type CircuitFacts, circuitWords } from "./circuit-finding.ts";
export { databaseFindings, keyringFinding, migrationFinding } from "./database-findings.ts";
export { bad, type Diagnosis, none, ok } from "./diagnosis.ts";
export { installationFindings, ownerFindings } from "./installation-findings.ts";
export {
  countRetried,
  databaseFacts,
  installationFacts,
  selectProcesses,
  selectTasks,
  selectUntoldDepth,
} from "./store.ts";
export { getSystem, GetSystemInput, SystemState } from "./system-state.ts";
