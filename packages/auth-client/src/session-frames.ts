import { isFields } from "./fields.ts";

interface FrameMessage {
  readonly event: "ready" | "logout" | "broadcast";
  readonly id: string | undefined;
}

interface SessionFrames {
  /** Loads the channel, once; `onLogout` hears that somebody may have signed out in another app. */
  readonly open: (onLogout: () => void) => void;
  /** Tells the other apps of this browser, and resolves when that is done or two seconds have passed. */
  readonly broadcastLogout: () => Promise<void>;
  readonly close: () => void;
}

const broadcastMs = 2_000;

const noFrames: SessionFrames = {
  open: () => undefined,
  broadcastLogout: () => Promise.resolve(),
  close: () => undefined,
};

const parseMessage = (data: unknown): FrameMessage | undefined => {
  if (!isFields(data) || data.type !== "topolo.session" || data.version !== 1) return undefined;
  const id = typeof data.id === "string" ? data.id : undefined;
  return data.event === "ready" || data.event === "logout" || data.event === "broadcast"
    ? { event: data.event, id }
    : undefined;
};

const addFrame = (authUrl: string, path: string, title: string): HTMLIFrameElement => {
  const frame = document.createElement("iframe");
  frame.src = `${authUrl}${path}?origin=${encodeURIComponent(location.origin)}`;
  frame.title = title;
  frame.hidden = true;
  frame.tabIndex = -1;
  frame.setAttribute("aria-hidden", "true");
  document.body.append(frame);
  return frame;
};

/** Auth's hidden frames, by which apps of one browser hear of each other's sign-outs. Needs a page. */
export const createSessionFrames = (authUrl: string): SessionFrames => {
  if (typeof document === "undefined") return noFrames;
  const heard = new Set<string>();
  let end: (() => void) | undefined;

  /** Messages of this very frame, from Auth's origin; everything else is ignored. */
  const listen = (frame: HTMLIFrameElement, onMessage: (message: FrameMessage) => void): (() => void) => {
    const receive = ({ origin, source, data }: MessageEvent<unknown>): void => {
      if (origin !== authUrl || source !== frame.contentWindow) return;
      const message = parseMessage(data);
      if (message) onMessage(message);
    };
    addEventListener("message", receive);
    return () => {
      removeEventListener("message", receive);
      frame.remove();
    };
  };

  return {
    open: (onLogout) => {
      end ??= listen(addFrame(authUrl, "/session/channel", "Topolo session"), ({ event, id }) => {
        if (event !== "logout" || id === undefined || heard.has(id)) return;
        heard.add(id);
        onLogout();
      });
    },
    broadcastLogout: () =>
      new Promise((resolve) => {
        const finish = (): void => {
          clearTimeout(timer);
          stop();
          resolve();
        };
        const timer = setTimeout(finish, broadcastMs);
        const stop = listen(addFrame(authUrl, "/session/broadcast-logout", "Topolo sign-out"), ({ event, id }) => {
          if (event !== "broadcast") return;
          if (id !== undefined) heard.add(id);
          finish();
        });
      }),
    close: () => {
      end?.();
      end = undefined;
    },
  };
};
