/** When an operation was made, in ms since the epoch: its id, a UUIDv7, begins with them. */
export const timeOfOperation = (operationId: string): number =>
  Number.parseInt(operationId.replaceAll("-", "").slice(0, 12), 16);
