import { once } from "node:events";
import { WebSocket } from "ws";

export type TalkEvent = Readonly<Record<string, unknown>>;

/** A loud voice, or silence, of 24,000 samples a second. */
export const voice = (ms: number, loud: boolean): string => {
  const sound = Buffer.alloc(ms * 48);
  if (loud) for (let at = 0; at < sound.length; at += 2) sound.writeInt16LE(at % 96 < 48 ? 9_000 : -9_000, at);
  return sound.toString("base64");
};

interface Opening {
  readonly credential: string;
  readonly model: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Somebody who talks to a realtime session: what was sent back, and a way to wait for it. */
export class RealtimeTalk {
  readonly socket: WebSocket;
  readonly events: TalkEvent[] = [];
  readonly #waiting = new Set<() => void>();
  /** Events before it were waited for. */
  #read = 0;

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on("message", (data: Buffer) => {
      const event: TalkEvent = JSON.parse(data.toString());
      this.events.push(event);
      for (const wake of this.#waiting) wake();
    });
    socket.on("close", () => {
      for (const wake of this.#waiting) wake();
    });
    socket.on("error", () => undefined);
  }

  static async open(url: string, { credential, model, headers = {} }: Opening): Promise<RealtimeTalk> {
    const socket = new WebSocket(`${url.replace("http", "ws")}/v1/realtime?model=${encodeURIComponent(model)}`, {
      headers: { authorization: `Bearer ${credential}`, ...headers },
    });
    const talk = new RealtimeTalk(socket);
    await once(socket, "open");
    await talk.next("session.created", "error");
    return talk;
  }

  types(): readonly string[] {
    return this.events.map(({ type }) => String(type));
  }

  send(event: TalkEvent): void {
    this.socket.send(JSON.stringify(event));
  }

  /** The next event of one of these types. */
  async next(...types: readonly string[]): Promise<TalkEvent> {
    for (;;) {
      while (this.#read < this.events.length) {
        const event = this.events[this.#read];
        this.#read += 1;
        if (event !== undefined && types.includes(String(event["type"]))) return event;
      }
      if (this.socket.readyState === WebSocket.CLOSED) throw new Error(`closed before ${types.join(" or ")}`);
      await this.#wake();
    }
  }

  /** Until something holds of all that was sent; looked at with each event. */
  async until(held: () => boolean, what: string): Promise<void> {
    while (!held()) {
      if (this.socket.readyState === WebSocket.CLOSED) throw new Error(`closed before ${what}`);
      await this.#wake();
    }
  }

  /** Until there were so many events of a type, of all that were sent. */
  times(type: string, count: number): Promise<void> {
    return this.until(() => this.types().filter((one) => one === type).length >= count, `${count} of ${type}`);
  }

  #wake(): Promise<void> {
    return new Promise<void>((resolve) => {
      const wake = (): void => {
        this.#waiting.delete(wake);
        resolve();
      };
      this.#waiting.add(wake);
    });
  }

  async say(text: string): Promise<void> {
    this.send({
      type: "conversation.item.create",
      item: { type: "message", role: "user", content: [{ type: "input_text", text }] },
    });
    await this.next("conversation.item.done", "error");
  }

  /** Asks for a response, and waits for its end, or for the error in its place. */
  async respond(response: TalkEvent = {}): Promise<TalkEvent> {
    this.send({ type: "response.create", response });
    return this.next("response.done", "error");
  }

  async set(session: TalkEvent): Promise<TalkEvent> {
    this.send({ type: "session.update", session: { type: "realtime", ...session } });
    return this.next("session.updated", "error");
  }

  close(): void {
    this.socket.close();
  }
}
