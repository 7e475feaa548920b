/** What the browser must know and the build cannot: it is read when a page is rendered. */
export interface RuntimeConfig {
  /** Auth's origin, as browsers see it. */
  readonly authUrl: string;
  /** The dashboard's own. */
  readonly dashboardUrl: string;
}

const originOf = (value: string | undefined, fallback: string): string => (value ?? fallback).replace(/\/+$/, "");

export const readRuntimeConfig = (): RuntimeConfig => ({
  authUrl: originOf(process.env.NEXUS_AUTH_URL, "http://localhost:3001"),
  dashboardUrl: originOf(process.env.NEXTAUTH_URL, "http://localhost:3000"),
});
