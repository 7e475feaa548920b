export { summarizeUsage, SummarizeUsageInput, SummarizeUsageOutput } from "./summarize-usage.ts";
