import inspector from "node:inspector";

/** Messages from a child process to its parent. */
export interface Parent {
  /** The configuration, once the parent has sent it. */
  readonly config: () => Promise<unknown>;
  /** Takes configurations that come later, and those that came before there was anyone to take them. */
  readonly onReconfigure: (take: (config: unknown) => void) => void;
  /** Whether this process was started to wait until another one dies. */
  readonly isStandby: () => boolean;
  /** Everything is prepared; resolves once the process is needed. */
  readonly prepared: () => Promise<void>;
  readonly ready: (detail?: unknown) => void;
  /** A message to the parent process. */
  readonly note: (note: unknown) => void;
  /** No new work is accepted: the successor may start. */
  readonly leaving: () => void;
  /** The start failed for a reason a person can fix; the text is shown to them. Resolves once it is on its way. */
  readonly failed: (reason: string) => Promise<void>;
}

interface Reconfiguration {
  readonly config: unknown;
  readonly revision: unknown;
}

/** It is no error when the parent has gone. */
const send = (message: unknown): Promise<void> =>
  new Promise((resolve) => {
    if (process.connected && process.send) process.send(message, undefined, undefined, () => resolve());
    else resolve();
  });

const aliveMs = 5_000;

/** Ready, with heartbeats from now on while the event loop runs. A debugger may stop it for as long as it likes. */
const ready = (detail?: unknown): void => {
  void send({ type: "ready", detail });
  if (inspector.url() !== undefined) return;
  const tell = (): void => void send({ type: "alive" });
  tell();
  setInterval(tell, aliveMs).unref();
};

let standby = false;
const needed = Promise.withResolvers<void>();

const waiting: Reconfiguration[] = [];
let taker: ((config: unknown) => void) | undefined;

/** Confirmed only once it was taken: a throw leaves the parent without an answer. */
const takeWaiting = (): void => {
  for (let next = taker && waiting.shift(); next; next = waiting.shift()) {
    taker?.(next.config);
    void send({ type: "configured", detail: next.revision });
  }
};

export const parent: Parent = {
  config: () =>
    new Promise((resolve) => {
      process.on("message", (message) => {
        if (typeof message !== "object" || message === null) return;
        if ("go" in message) needed.resolve();
        if (!("config" in message)) return;
        if ("revision" in message) {
          waiting.push({ config: message.config, revision: message.revision });
          takeWaiting();
        } else {
          standby = "standby" in message;
          resolve(message.config);
        }
      });
      void send({ type: "config" });
    }),
  onReconfigure: (take) => {
    taker = take;
    takeWaiting();
  },
  isStandby: () => standby,
  prepared: async () => {
    if (!standby) return;
    void send({ type: "prepared" });
    await needed.promise;
  },
  ready,
  note: (note) => void send({ type: "note", detail: note }),
  leaving: () => void send({ type: "leaving" }),
  failed: (reason) => send({ type: "failed", detail: reason }),
};
