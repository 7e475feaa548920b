import { NexusError } from "../../errors.ts";
import type { KeptKind } from "./kept-kind.ts";

/** There is no such thing for this caller; whose it may be is not told. */
export const notKept = (what: KeptKind["title"] | "Conversation" | "Item", id: string): NexusError =>
  new NexusError("NOT_FOUND", { message: `${what} with id '${id.slice(0, 128)}' not found.` });

/** The same where a request goes on from it, in the words by which clients know that they have to begin anew. */
export const noPrevious = ({ name, previousField }: KeptKind, id: string, message?: string): NexusError =>
  new NexusError("INVALID_INPUT", {
    message: message ?? `Previous ${name} with id '${id.slice(0, 128)}' not found.`,
    issues: [
      {
        field: previousField,
        expected: `the id of ${name === "response" ? "a response" : "an interaction"} that is kept`,
      },
    ],
    details: { vendorError: { code: `previous_${name}_not_found`, param: previousField } },
  });
