"use client";

import { Menu } from "@base-ui/react/menu";
import { Check, Monitor, Moon, Sun } from "lucide-react";
import { useState } from "react";
import { menuItem } from "./menu-popup.tsx";
import { isTheme, themeCookie } from "./theme.ts";

const choices = [
  { value: "system", label: "System", Icon: Monitor },
  { value: "light", label: "Light", Icon: Sun },
  { value: "dark", label: "Dark", Icon: Moon },
] as const;

const yearSeconds = 365 * 24 * 60 * 60;

const apply = (value: string): void => {
  const root = document.documentElement;
  const secure = location.protocol === "https:" ? "; Secure" : "";
  if (isTheme(value)) root.dataset.theme = value;
  else delete root.dataset.theme;
  // A cookie, so that the server renders the page in the right look from the first byte.
  document.cookie = `${themeCookie}=${value}; Path=/; SameSite=Lax; Max-Age=${isTheme(value) ? yearSeconds : 0}${secure}`;
};

/** The choice of light, dark or the system's look, as part of a menu. */
export const ThemeItems = () => {
  const [value, setValue] = useState<string>(() => document.documentElement.dataset.theme ?? "system");
  const choose = (next: string): void => {
    apply(next);
    setValue(next);
  };
  return (
    <Menu.RadioGroup value={value} onValueChange={choose} aria-label="Theme">
      {choices.map(({ value: choice, label, Icon }) => (
        <Menu.RadioItem key={choice} value={choice} className={menuItem}>
          <Icon className="size-4 text-muted" />
          {label}
          <Menu.RadioItemIndicator className="ml-auto">
            <Check className="size-4 text-accent" />
          </Menu.RadioItemIndicator>
        </Menu.RadioItem>
      ))}
    </Menu.RadioGroup>
  );
};
