/** What makes two requests with one key the same: all that was asked for, but not whether it was to be tried out. */
export const identityOf = (input: object): object =>
  Object.fromEntries(Object.entries(input).filter(([name]) => name !== "dryRun"));
