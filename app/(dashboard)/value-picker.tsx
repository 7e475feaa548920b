"use client";

import { lazy } from "react";
import { ChoicePicker } from "./choice-picker.tsx";
import type { Dimension } from "./usage/usage-question.ts";

const ValueList = lazy(() => import("./value-list.tsx").then((module) => ({ default: module.ValueList })));

interface ValuePickerProps {
  readonly of: Dimension;
  readonly label: string;
  /** The id that is chosen; undefined: any. */
  readonly value: string | undefined;
  /** What it is called. */
  readonly shown: string | undefined;
  readonly onChoose: (value: string | undefined) => void;
}

/** A filter of usage, whose values are searched among those that were used. */
export const ValuePicker = ({ of, ...picker }: ValuePickerProps) => (
  <ChoicePicker {...picker} renderList={(open) => <ValueList of={of} {...open} />} />
);
