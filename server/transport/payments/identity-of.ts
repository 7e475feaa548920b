/** What makes two requests with one key the same: all that was asked for, but not whether it was to be tried out. */
export const identityOf = <I extends { readonly dryRun?: boolean | undefined }>({ dryRun: _, ...input }: I): object =>
  input;
