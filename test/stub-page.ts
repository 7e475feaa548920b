import { vi } from "vitest";

interface StubFrame {
  src: string;
  readonly contentWindow: object;
  /** Whether it is still in the page. */
  shown: boolean;
  readonly setAttribute: () => void;
  readonly remove: () => void;
}

export interface StubPage {
  /** Every frame that was ever put into the page. */
  readonly frames: readonly StubFrame[];
  /** Delivers a message as a browser does. */
  readonly receive: (message: { readonly origin: string; readonly source: unknown; readonly data: unknown }) => void;
  /** Takes the page away, and ends what would outlive it: broadcasts that nobody has confirmed. */
  readonly leave: () => void;
}

const createMemory = (): Storage => {
  const values = new Map<string, string>();
  return {
    get length() {
      return values.size;
    },
    clear: () => values.clear(),
    getItem: (name) => values.get(name) ?? null,
    key: (index) => [...values.keys()][index] ?? null,
    removeItem: (name) => void values.delete(name),
    setItem: (name, value) => void values.set(name, value),
  };
};

/** As much of a browser page as a client of Auth touches. */
export const stubPage = (origin: string): StubPage => {
  const frames: StubFrame[] = [];
  const page = new EventTarget();
  const createElement = (): StubFrame => {
    const frame: StubFrame = {
      src: "",
      contentWindow: {},
      shown: false,
      setAttribute: () => undefined,
      remove: () => {
        frame.shown = false;
      },
    };
    return frame;
  };
  const append = (frame: StubFrame): void => {
    frame.shown = true;
    frames.push(frame);
  };
  vi.stubGlobal("document", { createElement, body: { append } });
  vi.stubGlobal("location", { origin, href: `${origin}/` });
  vi.stubGlobal("sessionStorage", createMemory());
  vi.stubGlobal("addEventListener", page.addEventListener.bind(page));
  vi.stubGlobal("removeEventListener", page.removeEventListener.bind(page));
  const receive: StubPage["receive"] = (message) =>
    void page.dispatchEvent(Object.assign(new Event("message"), message));
  return {
    frames,
    receive,
    leave: () => {
      const data = { type: "topolo.session", version: 1, event: "broadcast" };
      for (const { shown, src, contentWindow: source } of frames)
        if (shown) receive({ origin: new URL(src).origin, source, data });
      vi.unstubAllGlobals();
    },
  };
};
