import { NexusError } from "../../errors.ts";

/** There is no such thing for this caller; whose it may be is not told. */
export const notKept = (what: "Response" | "Conversation" | "Item", id: string): NexusError =>
  new NexusError("NOT_FOUND", { message: `${what} with id '${id.slice(0, 128)}' not found.` });

/** The same where a request goes on from it, in the words by which clients know that they have to begin anew. */
export const noPrevious = (id: string, message?: string): NexusError =>
  new NexusError("INVALID_INPUT", {
    message: message ?? `Previous response with id '${id.slice(0, 128)}' not found.`,
    issues: [{ field: "previous_response_id", expected: "the id of a response that is kept" }],
    details: { vendorError: { code: "previous_response_not_found", param: "previous_response_id" } },
  });
