/** What a child process asks of, and tells, the process that forked it. */
export interface Parent {
  /** The configuration, once the parent has sent it. */
  readonly config: () => Promise<unknown>;
  /** Takes configurations that come later, and those that came before there was anyone to take them. */
  readonly onReconfigure: (take: (config: unknown) => void) => void;
  readonly ready: (detail?: unknown) => void;
  /** The start failed for a reason a person can mend; the text is shown to them. */
  readonly failed: (reason: string) => void;
}

interface Reconfiguration {
  readonly config: unknown;
  readonly revision: unknown;
}

const send = (message: unknown): void => {
  process.send?.(message);
};

const waiting: Reconfiguration[] = [];
let taker: ((config: unknown) => void) | undefined;

/** Confirmed only once it was taken: a throw leaves the parent without an answer. */
const takeWaiting = (): void => {
  for (let next = taker && waiting.shift(); next; next = waiting.shift()) {
    taker?.(next.config);
    send({ type: "configured", detail: next.revision });
  }
};

export const parent: Parent = {
  config: () =>
    new Promise((resolve) => {
      process.on("message", (message) => {
        if (typeof message !== "object" || message === null || !("config" in message)) return;
        if ("revision" in message) {
          waiting.push({ config: message.config, revision: message.revision });
          takeWaiting();
        } else resolve(message.config);
      });
      send({ type: "config" });
    }),
  onReconfigure: (take) => {
    taker = take;
    takeWaiting();
  },
  ready: (detail) => send({ type: "ready", detail }),
  failed: (reason) => send({ type: "failed", detail: reason }),
};
