"use client";

import { useEffect, useState } from "react";
import { TextField } from "../_ui/field.tsx";

const settleMs = 350;

interface TextFilterProps {
  readonly label: string;
  readonly placeholder: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** Applies what was typed once the typing has paused. */
export const TextFilter = ({ label, placeholder, value, onChange }: TextFilterProps) => {
  const [typed, setTyped] = useState(value);
  const [from, setFrom] = useState(value);
  if (from !== value) {
    setFrom(value);
    setTyped(value);
  }
  useEffect(() => {
    if (typed.trim() === value) return undefined;
    const timer = setTimeout(() => onChange(typed.trim()), settleMs);
    return () => clearTimeout(timer);
  }, [onChange, typed, value]);
  return (
    <TextField
      label={label}
      placeholder={placeholder}
      value={typed}
      onChange={({ target }) => setTyped(target.value)}
      maxLength={256}
      autoComplete="off"
      spellCheck={false}
    />
  );
};
