import type { AuthError } from "../auth-error.ts";
import { escapeHtml } from "../http/escape-html.ts";
import type { HttpAnswer, HttpExchange } from "../http/exchange.ts";
import { plainPage } from "../http/plain-page.ts";
import type { AssertedIdentity } from "./asserted-identity.ts";

interface Rehearsal {
  /** Whom the provider has named, where it came so far. */
  readonly identity?: AssertedIdentity | undefined;
  readonly refusal?: AuthError | undefined;
}

const named = ({ email, name, subject }: AssertedIdentity): string => `<p>The provider named:</p>
<ul>
<li>address: <code>${escapeHtml(email)}</code></li>
<li>name: ${name === "" ? "none" : escapeHtml(name)}</li>
<li>subject: <code>${escapeHtml(subject)}</code></li>
</ul>`;

/** What came of a sign-in that was only tried out, told to the browser that tried it. */
export const rehearsalPage = ({ context }: HttpExchange, { identity, refusal }: Rehearsal): HttpAnswer => {
  const back = context.dashboardOrigin === undefined ? "/" : `${context.dashboardOrigin}/members/sign-in`;
  const { html, csp } = plainPage({
    title: refusal ? "The sign-in did not work" : "The sign-in works",
    intro: refusal ? refusal.message : "This person would be signed in. Nobody was, and nothing was changed.",
    body: `${identity ? named(identity) : ""}
${refusal ? `<p class="hint">Code: <code>${refusal.code}</code></p>` : ""}
<a class="wide-button" href="${escapeHtml(back)}">Back to the settings</a>`,
  });
  return { status: 200, html, headers: { "Content-Security-Policy": csp } };
};
