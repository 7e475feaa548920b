import type { DoorRequest } from "../door-request.ts";

/** The caller's headers that are passed to a vendor of the same dialect. */
export const nativeHeaders = (request: DoorRequest): Record<string, string> => {
  const beta = request.header("openai-beta");
  return beta !== undefined && /^[\x20-\x7e]{1,512}$/.test(beta) ? { "openai-beta": beta } : {};
};
