/** What a child process asks of, and tells, the process that forked it. */
export interface Parent {
  /** The configuration, once the parent has sent it. */
  readonly config: () => Promise<unknown>;
  readonly ready: (detail?: unknown) => void;
  /** The start failed for a reason a person can mend; the text is shown to them. */
  readonly failed: (reason: string) => void;
}

const send = (message: unknown): void => {
  process.send?.(message);
};

export const parent: Parent = {
  config: () =>
    new Promise((resolve) => {
      process.once("message", (message) => {
        if (typeof message === "object" && message !== null && "config" in message) resolve(message.config);
      });
      send({ type: "config" });
    }),
  ready: (detail) => send({ type: "ready", detail }),
  failed: (reason) => send({ type: "failed", detail: reason }),
};
