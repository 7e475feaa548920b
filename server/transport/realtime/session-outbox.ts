import type { NexusError } from "../../errors.ts";
import type { Logger } from "../../platform/logger.ts";
import type { ClientSocket } from "../client-socket.ts";
import type { DoorReply } from "../door-request.ts";
import { openAiErrorReply } from "../openai/index.ts";
import { eventIn, jsonObjectOf } from "./json-events.ts";

/** Of what the vendor says and the client has not taken yet: about three minutes of sound. */
const maxBytes = 32 * 1024 * 1024;

/** What a session's client is told, in the order in which it was said. */
export class SessionOutbox {
  readonly #client: ClientSocket;
  readonly #log: Logger;
  readonly #newId: () => string;
  #last: Promise<void> = Promise.resolve();
  #bytes = 0;

  constructor(client: ClientSocket, { log, newId }: { readonly log: Logger; readonly newId: () => string }) {
    this.#client = client;
    this.#log = log;
    this.#newId = newId;
  }

  /** A text that is there, or will be. Whoever takes nothing for long is let go, as the vendor cannot be made to wait. */
  tell(text: string | (() => Promise<string>)): Promise<void> {
    const bytes = typeof text === "string" ? text.length : 0;
    this.#bytes += bytes;
    if (this.#bytes > maxBytes) this.#client.terminate();
    this.#last = this.#last.then(async () => {
      await this.#client.send(typeof text === "string" ? text : await text());
      this.#bytes -= bytes;
    });
    return this.#last;
  }

  /** `about` is the client's own id of the event that could not be carried out. */
  fail(error: NexusError, about?: string): Promise<void> {
    if (error.fault === "nexus") this.#log.error({ err: error, code: error.code }, "a realtime session met an error");
    return this.refuse(openAiErrorReply(error, this.#newId()), about);
  }

  /** An error of the door as an event of the session. */
  refuse({ body }: Pick<DoorReply, "body">, about?: string): Promise<void> {
    const told = typeof body === "string" ? jsonObjectOf(jsonObjectOf(eventIn(body))["error"]) : {};
    const error = { ...told, event_id: about ?? null };
    return this.tell(JSON.stringify({ type: "error", event_id: `event_${this.#newId()}`, error }));
  }
}
