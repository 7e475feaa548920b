import type { HttpAnswer, HttpRequest } from "./auth-request.ts";
import { escapeHtml } from "./escape-html.ts";
import { plainPage } from "./plain-page.ts";

/** Whether somebody reads the answer in a browser's window: scripts and programs do not ask for HTML. */
export const isForReader = ({ method, header }: Pick<HttpRequest, "method" | "header">): boolean =>
  (method === "GET" || method === "HEAD") && /(?:^|[,\s])text\/html\b/i.test(header("accept") ?? "");

const titles: Readonly<Record<number, string>> = {
  400: "The address is not valid",
  401: "You are not signed in",
  403: "You may not see this",
  404: "Page not found",
  405: "Page not found",
  429: "Too many attempts",
  503: "Try again shortly",
};

interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

const introOf = ({ status, message }: Refusal): string =>
  status === 404 || status === 405 ? "The address may be mistyped, or the page is gone." : message;

/** A refusal for somebody who reads it. */
export const refusalForReader = (refusal: Refusal): Pick<HttpAnswer, "html" | "headers"> => {
  const { html, csp } = plainPage({
    title: titles[refusal.status] ?? "Something went wrong",
    intro: introOf(refusal),
    body: `<a class="wide-button" href="/">To the start</a>
<p class="hint">Code: <code>${escapeHtml(refusal.code)}</code></p>`,
  });
  return { html, headers: { "Content-Security-Policy": csp } };
};
