"use client";

import { Sun } from "lucide-react";
import { useState } from "react";
import { chooseTheme } from "../../_ui/choose-theme.ts";

const isDark = (): boolean => {
  const chosen = document.documentElement.dataset.theme;
  return chosen === undefined ? matchMedia("(prefers-color-scheme: dark)").matches : chosen === "dark";
};

/** From light to dark and back; the dashboard's pages follow. */
export const ThemeButton = () => {
  const [said, setSaid] = useState("");
  const turn = (): void => {
    const next = isDark() ? "light" : "dark";
    chooseTheme(next);
    setSaid(next === "dark" ? "Dark" : "Light");
  };
  return (
    <button
      type="button"
      onClick={turn}
      aria-label="Light or dark"
      title="Light or dark"
      className="inline-grid size-9 place-items-center rounded-lg text-muted hover:bg-raised hover:text-ink"
    >
      <Sun className="size-5" />
      <output className="sr-only">{said}</output>
    </button>
  );
};
