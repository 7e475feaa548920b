"use client";

import { Tabs } from "@base-ui/react/tabs";
import { CopyButton } from "./copy-button.tsx";

export interface CodeSample {
  readonly name: string;
  readonly code: string;
}

/** The same in several languages. */
export const CodeTabs = ({ label, samples }: { readonly label: string; readonly samples: readonly CodeSample[] }) => (
  <Tabs.Root defaultValue={samples[0]?.name} className="overflow-hidden rounded-lg border border-line">
    <Tabs.List aria-label={label} className="flex gap-1 border-b border-line bg-raised px-2 pt-1.5">
      {samples.map(({ name }) => (
        <Tabs.Tab
          key={name}
          value={name}
          className="-mb-px border-b-2 border-transparent px-3 py-1.5 text-sm font-medium text-muted hover:text-ink data-active:border-accent data-active:text-ink"
        >
          {name}
        </Tabs.Tab>
      ))}
    </Tabs.List>
    {samples.map(({ name, code }) => (
      <Tabs.Panel key={name} value={name} className="relative">
        <pre className="p-4 pr-12 font-mono text-[0.8125rem] leading-relaxed break-words whitespace-pre-wrap">
          <code>{code}</code>
        </pre>
        <CopyButton text={code} label={`Copy the ${name} example`} className="absolute top-2.5 right-2.5 bg-surface" />
      </Tabs.Panel>
    ))}
  </Tabs.Root>
);
