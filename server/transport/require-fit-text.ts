import { NexusError } from "../errors.ts";
import { isFitHeader, unfitForm, unfitText, type TextIssue, type TextKind } from "../platform/outside-text.ts";
import type { DoorRequest } from "./door-request.ts";

const refuse = (issue: TextIssue | undefined): void => {
  if (issue) throw new NexusError("INVALID_INPUT", { issues: [issue] });
};

/** Refuses JSON with text that may not be there, by the path of the field. */
export const requireFitText = (value: unknown, kind: TextKind): void => refuse(unfitText(value, kind));

/** Headers that a door or a vendor reads as text; what stands in the others goes nowhere. */
const readHeaders = [
  "idempotency-key",
  "user-agent",
  "x-nexus-organization-id",
  "x-nexus-user-id",
  "x-nexus-customer-id",
  "x-service-id",
  "anthropic-version",
  "anthropic-beta",
] as const;

/** Refuses a query or a header with text that may not be there. Paths are looked at where their parts have names. */
export const requireFitDoorRequest = ({ search, header }: DoorRequest): void => {
  refuse(unfitForm(search));
  for (const name of readHeaders) {
    const value = header(name);
    if (value !== undefined && !isFitHeader(value))
      refuse({ field: name, expected: "text without control characters" });
  }
};
