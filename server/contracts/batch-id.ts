const pattern = /^(?:msg)?batch_([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/;

/** How callers name a batch; it is the operation of the ledger, too. Anthropic's clients know it by `msgbatch_`. */
export const batchIdOf = (operationId: string): string => `batch_${operationId.replaceAll("-", "")}`;

/** The operation behind what a caller names; undefined for an id that is none of ours, such as a vendor's. */
export const batchOperationOf = (id: string): string | undefined => {
  const parts = pattern.exec(id)?.slice(1);
  return parts?.join("-");
};

/** Whether it has the form of an id of ours; whose batch it is, if any, only its row tells. */
export const isBatchId = (value: unknown): value is string => typeof value === "string" && pattern.test(value);
