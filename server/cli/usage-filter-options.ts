import type { Command } from "commander";

/** What usage is filtered by at the command line. */
export interface UsageFilterOptions {
  readonly app?: string;
  readonly user?: string;
  readonly key?: string;
  readonly vendor?: string;
  readonly model?: string;
  readonly operation?: string;
}

/** The filters that are set. */
export const usageFiltersOf = ({ app, user, key, vendor, model, operation }: UsageFilterOptions) => ({
  ...(app === undefined ? {} : { app }),
  ...(user === undefined ? {} : { user }),
  ...(key === undefined ? {} : { key }),
  ...(vendor === undefined ? {} : { vendor }),
  ...(model === undefined ? {} : { model }),
  ...(operation === undefined ? {} : { operation }),
});

/** Adds the options of the filters. */
export const usageFilterOptions = (command: Command): Command =>
  command
    .option("--app <id>", "only this app")
    .option("--user <id>", "only this person")
    .option("--key <id>", "only this API key or service token")
    .option("--vendor <id>", "only this vendor")
    .option("--model <id>", "only this model")
    .option("--operation <name>", "only this operation, for example ai.generateText");
