"use client";

import { useCallback, useEffect, useRef, useState, type RefObject } from "react";

/** The vendor's script; it may not be served from anywhere else. */
const scriptUrl = "https://challenges.cloudflare.com/turnstile/v0/api.js?render=explicit";

interface WidgetOptions {
  readonly sitekey: string;
  readonly action: string;
  readonly size: "flexible";
  readonly theme: "auto" | "light" | "dark";
  readonly callback: (token: string) => void;
  readonly "expired-callback": () => void;
  readonly "error-callback": () => boolean;
}

/** What the script offers. */
interface Widgets {
  readonly render: (container: HTMLElement, options: WidgetOptions) => string | undefined;
  readonly reset: (widget: string) => void;
  readonly remove: (widget: string) => void;
}

declare global {
  interface Window {
    readonly turnstile?: Widgets;
  }
}

let loading: Promise<Widgets> | undefined;

const load = (): Promise<Widgets> =>
  (loading ??= new Promise<Widgets>((resolve, reject) => {
    const script = document.createElement("script");
    script.src = scriptUrl;
    script.addEventListener("load", () =>
      window.turnstile ? resolve(window.turnstile) : reject(new Error("no widget")),
    );
    script.addEventListener("error", () => reject(new Error("the widget cannot be loaded")));
    document.head.append(script);
  }).catch((error: unknown) => {
    loading = undefined;
    throw error;
  }));

const themeOf = (): WidgetOptions["theme"] => {
  const chosen = document.documentElement.dataset["theme"];
  return chosen === "light" || chosen === "dark" ? chosen : "auto";
};

/** A robot check on a page. */
export interface RobotCheckState {
  /** Where the widget is shown. */
  readonly box: RefObject<HTMLDivElement | null>;
  /** What it gave, while it counts. */
  readonly token: string | undefined;
  /** The widget did not come, or gave up. */
  readonly failed: boolean;
  /** Asks anew: a token counts once. */
  readonly again: () => void;
}

/** Shows the vendor's widget in a box; without a site key nothing is loaded. */
export const useRobotCheck = (siteKey: string | undefined, action: string): RobotCheckState => {
  const box = useRef<HTMLDivElement>(null);
  const widget = useRef<string>(undefined);
  const [token, setToken] = useState<string>();
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    if (siteKey === undefined) return;
    let gone = false;
    const fail = (): void => {
      setToken(undefined);
      setFailed(true);
    };
    load().then(({ render }) => {
      if (gone || box.current === null) return;
      widget.current = render(box.current, {
        sitekey: siteKey,
        action,
        size: "flexible",
        theme: themeOf(),
        callback: (given) => {
          setFailed(false);
          setToken(given);
        },
        "expired-callback": () => setToken(undefined),
        "error-callback": () => {
          fail();
          return true;
        },
      });
    }, fail);
    return () => {
      gone = true;
      if (widget.current !== undefined) window.turnstile?.remove(widget.current);
      widget.current = undefined;
    };
  }, [siteKey, action]);
  const again = useCallback(() => {
    setToken(undefined);
    if (widget.current !== undefined) window.turnstile?.reset(widget.current);
  }, []);
  return { box, token, failed, again };
};
