import { z } from "zod";
import { NexusError } from "../../errors.ts";
import { caughtError } from "../caught-error.ts";
import { ClientSocket, type ServedSocket } from "../client-socket.ts";
import type { DoorReply, ServeSocket } from "../door-request.ts";
import { documentsIn, isStreamed } from "../kept-answers/index.ts";
import { openAiErrorReply } from "../openai/index.ts";
import { socketRequest } from "../socket-request.ts";
import { ConnectionMemory } from "./connection-memory.ts";

const Message = z.looseObject({ type: z.string().max(64) });

/** One connection of OpenAI's responses: each `response.create` is a request of its own, answered by its events. */
class ResponsesConnection {
  readonly #options: ServeSocket;
  readonly #memory = new ConnectionMemory();
  readonly #client: ClientSocket;

  constructor(options: ServeSocket) {
    this.#options = options;
    this.#client = new ClientSocket(options.socket, options.bounds, {
      onText: (text) => void this.#take(text),
      // In the words by which clients open another connection.
      onOutlived: () =>
        this.#fail(
          new NexusError("CONFLICT", {
            message: "The connection has lasted as long as it may; open another one.",
            details: { vendorError: { code: "websocket_connection_limit_reached" } },
          }),
        ),
    });
  }

  served(): ServedSocket {
    return this.#client.served();
  }

  #fail(error: NexusError): Promise<void> {
    return this.#refuse(openAiErrorReply(error, this.#options.newId()));
  }

  /** An error of the door as an event of the connection. */
  #refuse({ status, body }: Pick<DoorReply, "status" | "body">): Promise<void> {
    const told: unknown = typeof body === "string" ? JSON.parse(body) : undefined;
    const error = typeof told === "object" && told !== null ? Reflect.get(told, "error") : undefined;
    return this.#client.send(JSON.stringify({ type: "error", status, error }));
  }

  async #take(text: string | undefined): Promise<void> {
    const message = text === undefined ? undefined : parseMessage(text);
    if (message === undefined)
      return this.#fail(
        new NexusError("INVALID_INPUT", { issues: [{ field: "", expected: "a JSON object with a type" }] }),
      );
    // A client's word that it has read a response asks for nothing.
    if (message.type === "response.processed") return undefined;
    if (message.type !== "response.create")
      return this.#fail(new NexusError("INVALID_INPUT", { issues: [{ field: "type", expected: "response.create" }] }));
    if (this.#client.isTaken)
      return this.#fail(
        new NexusError("CONFLICT", { message: "A connection answers one request at a time; open another one." }),
      );
    this.#client.begin();
    try {
      await this.#answer(message);
    } catch (error) {
      await this.#fail(caughtError(error));
    } finally {
      this.#client.end();
    }
  }

  async #answer(message: Readonly<Record<string, unknown>>): Promise<void> {
    const { incoming, dispatch, newId } = this.#options;
    const { type: _type, generate, background: _background, ...asked } = message;
    const body = this.#memory.complete(asked);
    if (generate === false) {
      for (const event of this.#memory.prepared(body, newId())) await this.#client.send(JSON.stringify(event));
      return;
    }
    const request = socketRequest(incoming, {
      method: "POST",
      path: "/v1/responses",
      body: Buffer.from(JSON.stringify({ ...body, stream: true })),
      signal: this.#client.gone,
      requestId: newId(),
    });
    const reply = await dispatch(request);
    if (reply === undefined) return;
    if (!isStreamed(reply.body)) return this.#refuse(reply);
    const iterator = reply.body[Symbol.asyncIterator]();
    try {
      for (let next = await iterator.next(); !next.done; next = await iterator.next()) {
        for (const document of documentsIn(next.value)) {
          this.#memory.see(document, body);
          await this.#client.send(document);
        }
        if (!this.#client.isOpen) break;
      }
    } finally {
      await iterator.return?.();
    }
  }
}

const parseMessage = (text: string): z.infer<typeof Message> | undefined => {
  try {
    return Message.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
};

/** Serves a connection until it ends. */
export const serveResponsesSocket = (options: ServeSocket): ServedSocket => new ResponsesConnection(options).served();
