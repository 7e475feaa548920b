import { responseIdOf } from "./response-object.ts";

type Body = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Body =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const itemsIn = (input: unknown): readonly unknown[] =>
  typeof input === "string" ? [{ type: "message", role: "user", content: input }] : Array.isArray(input) ? input : [];

/** The events that carry a whole answer, by how they begin: nothing else is parsed. */
const endsWell = /^\{"type":"response\.(completed|incomplete)"/;

/**
 * The last turn of a connection. Agents that keep their turns themselves (`store: false`) go on by its id and send only
 * what is new; it is forgotten with the connection.
 */
export class ConnectionMemory {
  #last: { readonly id: string; readonly items: readonly unknown[] } | undefined;

  /** A request with what its connection remembers in place of the reference to it. */
  complete(asked: Body): Body {
    const { previous_response_id: previous, ...rest } = asked;
    if (this.#last === undefined || previous !== this.#last.id || asked["store"] !== false) return asked;
    return { ...rest, input: [...this.#last.items, ...itemsIn(asked["input"])] };
  }

  /** Notes the turn that an event ends. */
  see(document: string, body: Body): void {
    if (!endsWell.test(document)) return;
    const event: unknown = JSON.parse(document);
    const response = isObject(event) ? event["response"] : undefined;
    if (!isObject(response) || typeof response["id"] !== "string") return;
    this.#last = { id: response["id"], items: [...itemsIn(body["input"]), ...itemsIn(response["output"])] };
  }

  /** What is sent ahead, with `generate: false`: it is remembered, and no vendor is asked. */
  prepared(body: Body, id: string): readonly Body[] {
    const response = {
      id: responseIdOf(id),
      object: "response",
      created_at: 0,
      status: "completed",
      model: body["model"],
      output: [],
      store: false,
      usage: {
        input_tokens: 0,
        input_tokens_details: { cached_tokens: 0 },
        output_tokens: 0,
        output_tokens_details: { reasoning_tokens: 0 },
        total_tokens: 0,
      },
    };
    this.#last = { id: response.id, items: itemsIn(body["input"]) };
    const begun = { ...response, status: "in_progress", usage: null };
    return [
      { type: "response.created", response: begun, sequence_number: 0 },
      { type: "response.completed", response, sequence_number: 1 },
    ];
  }
}
