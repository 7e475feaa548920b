import type { BrowserContext, Response } from "@playwright/test";

/** What pages did that none should, with the page on which it happened. */
export interface Noticed {
  /** Violations of a content security policy or of trusted types. */
  readonly policy: string[];
  /** Requests to other origins. */
  readonly elsewhere: string[];
  /** Red lines in the console, what was refused within a batch, and what was thrown. */
  readonly errors: string[];
}

/** What a batch of questions was refused: its status is of several, so the console shows nothing of it. */
const refusalsIn = async (response: Response): Promise<readonly string[]> => {
  if (response.status() !== 207) return [];
  const body = await response.text().catch(() => "");
  return [...body.matchAll(/"httpStatus":(403),"path":"([^"]+)"/g)].map(([, status, path]) => `${path} ${status}`);
};

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
  context.on("response", (response) => {
    void refusalsIn(response).then((refused) =>
      noticed.errors.push(...refused.map((line) => `${response.frame().url()}: ${line} in a batch`)),
    );
  });
  context.on("weberror", (error) => noticed.errors.push(`${error.page()?.url()}: ${error.error().message}`));
  return noticed;
};
