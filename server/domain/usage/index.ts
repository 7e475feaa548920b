export {
  AppStatementCsvOutput,
  AppStatementInput,
  AppStatementOutput,
  getAppStatement,
  getAppStatementCsv,
} from "./app-statement.ts";
export { endOf, entryBytes, entryColumns, typeNames } from "./entry-bytes.ts";
export { EntryFormat, exportEntries, ExportEntriesInput, type EntryExport } from "./export-entries.ts";
export { ExportedEntry } from "./exported-entry.ts";
export { exploreUsage, ExploreUsageInput, ExploreUsageOutput } from "./explore-usage.ts";
export { exportUsage, ExportedOperation, ExportUsageInput, type UsageExport } from "./export-usage.ts";
export { summarizeUsage, SummarizeUsageInput, SummarizeUsageOutput } from "./summarize-usage.ts";
export { usageExportText } from "./usage-export-text.ts";
export { listUsageValues, UsageValuesInput, UsageValuesOutput } from "./usage-values.ts";
export { UsageGrouping } from "./usage-dimension.ts";
export { nameUsage, type UsageValue } from "./name-usage.ts";
export { bookedCosts } from "./booked-costs.ts";
