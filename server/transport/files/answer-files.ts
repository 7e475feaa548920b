import { Unreachable } from "../../contracts/ai/files.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import { NexusError } from "../../errors.ts";
import type { DoorReply, DoorRequest } from "../door-request.ts";
import { invalidFileField } from "./file-query.ts";

/** Google's limit, the largest of those who keep files. */
export const mostUploadBytes = 2 * 1024 * 1024 * 1024;

/** What is told of files, in whoever's form. */
export const fileReply = (
  body: unknown,
  { requestId }: Pick<CallContext, "requestId">,
  headers: Readonly<Record<string, string>> = {},
): DoorReply => ({
  status: 200,
  headers: {
    "content-type": "application/json",
    "cache-control": "no-store",
    "x-request-id": requestId,
    "request-id": requestId,
    ...headers,
  },
  body: JSON.stringify(body),
});

/** Of a path that answers to other methods. */
export const methodNotHere = (request: DoorRequest, ...allow: readonly string[]): NexusError =>
  new NexusError("METHOD_NOT_ALLOWED", {
    message: `${request.path.slice(0, 200)} answers to ${allow.join(" and ")}.`,
    details: { allow: [...allow] },
  });

/** What a query says is to become of a file whose vendor cannot be asked. */
export const unreachableIn = (query: URLSearchParams): Unreachable => {
  const told = Unreachable.safeParse(query.get("unreachable") ?? "refuse");
  if (!told.success) throw invalidFileField("unreachable", "refuse or forget");
  return told.data;
};
