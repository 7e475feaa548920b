import type { BrowserContext } from "@playwright/test";

/** What pages did that none should, with the page on which it happened. */
export interface Noticed {
  /** Violations of a content security policy or of trusted types. */
  readonly policy: string[];
  /** Requests to other origins. */
  readonly elsewhere: string[];
  /** Red lines in the console, and what was thrown. */
  readonly errors: string[];
}

/** Watches every page of a context; `origins` are the ones that may be asked. */
export const watch = (context: BrowserContext, origins: readonly string[]): Noticed => {
  const noticed: Noticed = { policy: [], elsewhere: [], errors: [] };
  context.on("request", (request) => {
    const { protocol, origin } = new URL(request.url());
    if (!["data:", "blob:"].includes(protocol) && !origins.includes(origin))
      noticed.elsewhere.push(`${request.frame().url()}: ${request.url()}`);
  });
  context.on("console", (message) => {
    const line = `${message.page()?.url()}: ${message.text()} ${message.location().url}`;
    if (/content security policy|trusted ?type/i.test(message.text())) noticed.policy.push(line);
    else if (message.type() === "error") noticed.errors.push(line);
  });
  context.on("weberror", (error) => noticed.errors.push(`${error.page()?.url()}: ${error.error().message}`));
  return noticed;
};
