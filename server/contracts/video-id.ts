const pattern = /^video_([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/;

/** How callers name a video; it is the operation of the ledger, too. */
export const videoIdOf = (operationId: string): string => `video_${operationId.replaceAll("-", "")}`;

/** The operation behind what a caller names; undefined for an id that is none of ours. */
export const videoOperationOf = (id: string): string | undefined => pattern.exec(id)?.slice(1).join("-");

/** Whether it has the form of an id of ours; whose video it is, if any, only its row tells. */
export const isVideoId = (value: unknown): value is string => typeof value === "string" && pattern.test(value);
