import { isFields } from "./fields.ts";
import { isSession, type AuthSession } from "./session.ts";

/** What tabs of one app tell each other. */
export type TabMessage = { readonly type: "session"; readonly session: AuthSession } | { readonly type: "ended" };

export interface TabBridge {
  /** Runs the work while no other tab runs its own; `waited` says whether another one had been at it. */
  readonly exclusively: <T>(work: (waited: boolean) => Promise<T>) => Promise<T>;
  readonly send: (message: TabMessage) => void;
  readonly listen: (listener: (message: TabMessage) => void) => void;
  readonly close: () => void;
}

interface CreateTabBridge {
  /** Names the app and its Auth: tabs of another app are not meant. */
  readonly name: string;
  /** How long another tab may keep this one waiting. */
  readonly patienceMs: number;
}

const readMessage = (data: unknown): TabMessage | undefined => {
  if (!isFields(data)) return undefined;
  if (data.type === "ended") return { type: "ended" };
  return data.type === "session" && isSession(data.session) ? { type: "session", session: data.session } : undefined;
};

/** A tab that is alone: headless, on a server, or in a browser without the means. */
export const noTabBridge: TabBridge = {
  exclusively: (work) => work(false),
  send: () => undefined,
  listen: () => undefined,
  close: () => undefined,
};

const lockManager = (): LockManager | undefined => {
  const { locks }: { readonly locks?: LockManager } = globalThis.navigator ?? {};
  return locks;
};

const createExclusive =
  ({ name, patienceMs }: CreateTabBridge): TabBridge["exclusively"] =>
  async (work) => {
    const locks = lockManager();
    if (!locks) return work(false);
    const atOnce = await locks.request(name, { ifAvailable: true }, async (lock) =>
      lock ? { result: await work(false) } : undefined,
    );
    if (atOnce) return atOnce.result;
    let begun = false;
    try {
      return await locks.request(name, { signal: AbortSignal.timeout(patienceMs) }, () => {
        begun = true;
        return work(true);
      });
    } catch (error) {
      // A tab that hangs must not hold up the others: Auth itself puts up with parallel refreshes.
      if (begun) throw error;
      return work(true);
    }
  };

/** Joins the tabs of one app by Web Locks and a BroadcastChannel, as far as the browser has them. */
export const createTabBridge = (options: CreateTabBridge): TabBridge => {
  const channel = typeof BroadcastChannel === "undefined" ? undefined : new BroadcastChannel(options.name);
  const post = channel?.postMessage.bind(channel);
  return {
    exclusively: createExclusive(options),
    send: (message) => post?.(message),
    listen: (listener) =>
      channel?.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
        const message = readMessage(data);
        if (message) listener(message);
      }),
    close: () => channel?.close(),
  };
};
