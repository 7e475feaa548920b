export { claimRows, deleteUntaken, hastenRow, renewRow, tellRow, type JobTable } from "./leased-rows.ts";
