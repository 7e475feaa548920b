/** Why a webhook was not taken: answer 401 to the first two, and 400 to what cannot be read. */
export type EventErrorCode = "unauthenticated" | "stale" | "unreadable";

/** A webhook that does not come from its vendor, or says nothing that can be understood. It has no part of the request. */
export class EventVerificationError extends Error {
  readonly code: EventErrorCode;

  constructor(code: EventErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = "EventVerificationError";
    this.code = code;
  }
}

export const unauthenticated = (message: string, cause?: unknown): EventVerificationError =>
  new EventVerificationError("unauthenticated", message, { cause });

export const unreadableWebhook = (message: string, cause?: unknown): EventVerificationError =>
  new EventVerificationError("unreadable", message, { cause });
