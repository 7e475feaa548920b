/** What a schema for objects has accepted is an object; JSON.parse made it, so its keys are its own. */
export const asRecord = (accepted: unknown): Readonly<Record<string, unknown>> =>
  accepted as Readonly<Record<string, unknown>>;
