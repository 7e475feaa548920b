import { call } from "../../../server/gateway/call.ts";
import type { Gateway } from "../../../server/gateway/gateway.ts";
import { parseInput } from "../../../server/platform/parse-input.ts";
import type { AuthenticatedDoor } from "../../../server/transport/dispatch.ts";
import { restErrorReply } from "../../../server/transport/encode-error.ts";
import { readJson } from "../../../server/transport/read-json.ts";
import { ActInput, actingRequest, type KillSwitch } from "./acting-family.ts";

/** `POST /act`: the only procedure of the family that is there in tests alone. */
export const createActingDoor = (gateway: Gateway, kill: KillSwitch): AuthenticatedDoor => ({
  name: "rest",
  answer: async (request, ctx) => {
    const input = parseInput(ActInput, await readJson(request, 64 * 1024));
    const { result, facts, replayed } = await call(gateway, actingRequest(input, kill), ctx);
    return {
      status: 200,
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ ...result, operationId: facts.operationId, vendor: facts.vendor, replayed }),
    };
  },
  encodeError: restErrorReply,
});
