"use client";

import { createContext, use, useId, useMemo, useSyncExternalStore, type KeyboardEvent, type ReactNode } from "react";

const kept = "docs-language";
const listeners = new Set<() => void>();
let chosen: string | undefined;

/** Which language a reader has chosen: it counts for every example, on this page and the next. */
const readChoice = (): string | undefined => {
  chosen ??= localStorage.getItem(kept) ?? undefined;
  return chosen;
};

const choose = (value: string): void => {
  chosen = value;
  localStorage.setItem(kept, value);
  for (const tell of listeners) tell();
};

const subscribe = (tell: () => void): (() => void) => {
  listeners.add(tell);
  return () => listeners.delete(tell);
};

interface Tabs {
  readonly id: string;
  readonly value: string;
}

const TabsContext = createContext<Tabs>({ id: "", value: "" });

const partId = (kind: string, { id }: Tabs, value: string): string =>
  `${id}-${kind}-${value.replaceAll(/[^A-Za-z0-9]/g, "-")}`;

const move: Readonly<Record<string, (at: number, length: number) => number>> = {
  ArrowRight: (at, length) => (at + 1) % length,
  ArrowLeft: (at, length) => (at + length - 1) % length,
  Home: () => 0,
  End: (_, length) => length - 1,
};

const onKey = (event: KeyboardEvent<HTMLDivElement>): void => {
  const tabs = [...event.currentTarget.querySelectorAll<HTMLButtonElement>("[role=tab]")];
  const next = move[event.key]?.(
    tabs.findIndex((tab) => tab === document.activeElement),
    tabs.length,
  );
  if (next === undefined) return;
  event.preventDefault();
  tabs[next]?.focus();
  tabs[next]?.click();
};

/** The same in several languages. */
export const LanguageTabs = ({
  defaultValue,
  values,
  children,
}: {
  readonly defaultValue: string;
  /** In the order of the tabs, one a line. */
  readonly values: string;
  readonly children: ReactNode;
}) => {
  const id = useId();
  const choice = useSyncExternalStore(subscribe, readChoice, () => undefined);
  const value = choice !== undefined && values.split("\n").includes(choice) ? choice : defaultValue;
  const tabs = useMemo(() => ({ id, value }), [id, value]);
  return (
    <TabsContext value={tabs}>
      <div className="code-tabs">{children}</div>
    </TabsContext>
  );
};

export const LanguageTabsList = ({ children }: { readonly children: ReactNode }) => (
  <div role="tablist" aria-label="Language" tabIndex={-1} onKeyDown={onKey} className="code-tabs-list">
    {children}
  </div>
);

export const LanguageTab = ({ value, children }: { readonly value: string; readonly children: ReactNode }) => {
  const tabs = use(TabsContext);
  const isChosen = tabs.value === value;
  return (
    <button
      type="button"
      role="tab"
      id={partId("tab", tabs, value)}
      aria-controls={partId("panel", tabs, value)}
      aria-selected={isChosen}
      tabIndex={isChosen ? 0 : -1}
      onClick={() => choose(value)}
    >
      {children}
    </button>
  );
};

export const LanguagePanel = ({ value, children }: { readonly value: string; readonly children: ReactNode }) => {
  const tabs = use(TabsContext);
  return (
    <div
      role="tabpanel"
      id={partId("panel", tabs, value)}
      aria-labelledby={partId("tab", tabs, value)}
      hidden={tabs.value !== value}
    >
      {children}
    </div>
  );
};
