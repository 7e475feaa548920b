import type { NexusError } from "../../errors.ts";
import type { Logger } from "../../platform/logger.ts";
import type { ClientSocket } from "../client-socket.ts";
import type { DoorReply } from "../door-request.ts";
import { openAiErrorReply } from "../openai/index.ts";
import { eventIn, jsonObjectOf, type RealtimeEvent } from "./json-events.ts";

/** Of what the vendor says and the client has not taken yet: about three minutes of sound. */
const maxBytes = 32 * 1024 * 1024;

/** The error in a reply of the door. */
export const errorIn = ({ body }: Pick<DoorReply, "body">): RealtimeEvent =>
  typeof body === "string" ? jsonObjectOf(jsonObjectOf(eventIn(body))["error"]) : {};

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

  /** For an event of the gateway's own. */
  eventId(): string {
    return `event_${this.#newId()}`;
  }

  /** An error as events tell it; one of our own making is logged. */
  errorOf(error: NexusError): RealtimeEvent {
    if (error.fault === "nexus") this.#log.error({ err: error, code: error.code }, "a realtime session met an error");
    return errorIn(openAiErrorReply(error, this.#newId()));
  }

  fail(error: NexusError): Promise<void> {
    return this.refuse(this.errorOf(error));
  }

  /** `about` is the client's own id of the event that could not be carried out. */
  refuse(told: RealtimeEvent, about?: string): Promise<void> {
    const error = { ...told, event_id: about ?? null };
    return this.tell(JSON.stringify({ type: "error", event_id: this.eventId(), error }));
  }
}
