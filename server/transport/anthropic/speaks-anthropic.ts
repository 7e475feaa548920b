import type { DoorRequest } from "../door-request.ts";

/** Where several vendors' clients call: Anthropic's always name the version of its API that they speak. */
export const speaksAnthropic = (request: DoorRequest): boolean => request.header("anthropic-version") !== undefined;
