import { createServer } from "node:http";
import type { CallContext } from "../server/contracts/call-context.ts";
import { NexusError } from "../server/errors.ts";
import { newId } from "../server/platform/ids.ts";
import { fromNode, writeToNode, type DoorReply, type DoorRequest } from "../server/transport/door-request.ts";

interface ListenDoor {
  readonly answer: (request: DoorRequest, ctx: CallContext) => Promise<DoorReply>;
  readonly encodeError: (error: NexusError, requestId: string, request: DoorRequest) => DoorReply;
  /** Who every request comes from. */
  readonly context: (known: Pick<CallContext, "requestId" | "signal" | "idempotencyKey">) => CallContext;
}

/** One door on a port of its own, behind callers who are believed without a credential. */
export const listenDoor = async ({ answer, encodeError, context }: ListenDoor) => {
  const server = createServer((incoming, outgoing) => {
    const request = fromNode(incoming, outgoing, newId());
    const { requestId, signal } = request;
    answer(request, context({ requestId, signal, idempotencyKey: request.header("idempotency-key") }))
      .catch((error: unknown) => encodeError(NexusError.from(error), requestId, request))
      .then((reply) => writeToNode(reply, outgoing))
      .catch(() => outgoing.destroy());
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (typeof address !== "object" || !address) throw new Error("no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: async (): Promise<void> => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
};
