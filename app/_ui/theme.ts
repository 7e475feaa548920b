export const themeCookie = "nexus_theme";

/** A chosen look; without one the system's counts. */
export type Theme = "light" | "dark";

export const isTheme = (value: unknown): value is Theme => value === "light" || value === "dark";
