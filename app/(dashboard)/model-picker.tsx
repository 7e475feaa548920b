"use client";

import { ChevronDown } from "lucide-react";
import { lazy, Suspense, useRef, useState } from "react";
import type { UsableModel } from "../_data/answers.ts";

const ModelList = lazy(() => import("./model-list.tsx").then((module) => ({ default: module.ModelList })));

interface ModelPickerProps {
  readonly models: readonly UsableModel[];
  /** `vendor/model` */
  readonly value: string;
  readonly onChoose: (id: string) => void;
}

/** One of the models that can be used, searched by name. The list loads when it is opened. */
export const ModelPicker = ({ models, value, onChoose }: ModelPickerProps) => {
  const anchor = useRef<HTMLButtonElement>(null);
  const [open, setOpen] = useState(false);
  return (
    <div className="min-w-0">
      <button
        ref={anchor}
        type="button"
        aria-haspopup="dialog"
        aria-expanded={open}
        aria-label={`Model: ${value}`}
        onClick={() => setOpen(!open)}
        className="flex min-h-10 w-full min-w-0 items-center justify-between gap-2 rounded-lg border border-line-strong bg-surface px-3 text-left"
      >
        <bdi className="min-w-0 truncate font-mono text-sm">{value}</bdi>
        <ChevronDown aria-hidden="true" className="size-4 shrink-0 text-muted" />
      </button>
      {open && (
        <Suspense>
          <ModelList
            models={models}
            value={value}
            anchor={anchor}
            onClose={() => setOpen(false)}
            onChoose={(id) => {
              setOpen(false);
              onChoose(id);
            }}
          />
        </Suspense>
      )}
    </div>
  );
};
