// What lies under the heading of Calls, in one module: it shares most of its script.
export { CallDrawer } from "../call-drawer.tsx";
export { CallsTable } from "../calls-table.tsx";
export { Filters } from "./filters.tsx";
