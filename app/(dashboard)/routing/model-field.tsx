"use client";

import { useId, useState } from "react";
import { Button } from "../../_ui/button.tsx";
import { TextField } from "../../_ui/field.tsx";

const shownAtMost = 12;

interface ModelFieldProps {
  readonly label: string;
  readonly action: string;
  /** As `vendor/model`. */
  readonly models: readonly string[];
  readonly placeholder?: string;
  readonly onAdd: (model: string) => void;
}

/** A model or a pattern that is typed, with those that contain what was typed to choose from. */
export const ModelField = ({ label, action, models, placeholder = "openai/gpt-4o", onAdd }: ModelFieldProps) => {
  const list = useId();
  const [typed, setTyped] = useState("");
  const word = typed.trim();
  const found = models.filter((model) => model.includes(word.toLowerCase())).slice(0, shownAtMost);
  const add = (): void => {
    if (word === "") return;
    onAdd(word);
    setTyped("");
  };
  return (
    <div className="flex flex-wrap items-end gap-2">
      <TextField
        label={label}
        list={list}
        value={typed}
        placeholder={placeholder}
        autoComplete="off"
        spellCheck={false}
        maxLength={256}
        onChange={({ currentTarget }) => setTyped(currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== "Enter") return;
          event.preventDefault();
          add();
        }}
        className="min-w-0 grow basis-56"
      />
      <datalist id={list}>
        {found.map((model) => (
          <option key={model} value={model}>
            {model}
          </option>
        ))}
      </datalist>
      <Button onClick={add} disabled={word === ""}>
        {action}
      </Button>
    </div>
  );
};
