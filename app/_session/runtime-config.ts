/** What the browser must know and the build cannot: it is read when a page is rendered. */
export interface RuntimeConfig {
  /** Auth's origin, as browsers see it. */
  readonly authUrl: string;
}

export const readRuntimeConfig = (): RuntimeConfig => ({
  authUrl: (process.env.NEXUS_AUTH_URL ?? "http://localhost:3001").replace(/\/+$/, ""),
});
