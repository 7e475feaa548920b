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

/** As much of a browser page as a client of Auth touches; `vi.unstubAllGlobals()` takes it away. */
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
  return {
    frames,
    receive: (message) => void page.dispatchEvent(Object.assign(new Event("message"), message)),
  };
};
