"use client";

import { DropdownMenu } from "radix-ui";
import { useState } from "react";
import { chooseTheme } from "./choose-theme.ts";
import { Icon, type IconName } from "./icon.tsx";

const choices = [
  { value: "system", label: "System", icon: "display" },
  { value: "light", label: "Light", icon: "sun" },
  { value: "dark", label: "Dark", icon: "moon" },
] as const satisfies readonly { value: string; label: string; icon: IconName }[];

/** The choice of light, dark or the system's look, as part of a menu. */
export const ThemeItems = () => {
  const [value, setValue] = useState(() => document.documentElement.dataset.theme ?? "system");
  const choose = (next: string): void => {
    chooseTheme(next);
    setValue(next);
  };
  return (
    <DropdownMenu.RadioGroup value={value} onValueChange={choose} aria-label="Theme">
      {choices.map(({ value: choice, label, icon }) => (
        <DropdownMenu.RadioItem
          key={choice}
          value={choice}
          onSelect={(event) => event.preventDefault()}
          className="flex min-h-9 items-center gap-2.5 rounded-md px-2.5 outline-none data-highlighted:bg-raised"
        >
          <Icon name={icon} className="size-4 text-muted" />
          {label}
          <DropdownMenu.ItemIndicator className="ml-auto">
            <Icon name="check" className="size-4 text-accent" />
          </DropdownMenu.ItemIndicator>
        </DropdownMenu.RadioItem>
      ))}
    </DropdownMenu.RadioGroup>
  );
};
