// What lies under the heading of Calls, in one module: it shares most of its script.
export { CallsTable } from "../calls-table.tsx";
export { Filters } from "./filters.tsx";
