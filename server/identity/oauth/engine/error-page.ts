import type { KoaContextWithOIDC } from "oidc-provider";
import { escapeHtml } from "../../http/escape-html.ts";
import { plainPage } from "../../http/plain-page.ts";

/** A refusal that must not be sent back to the client, since who the client is is what is in doubt. */
export const renderError = (
  ctx: KoaContextWithOIDC,
  out: { readonly error: string; readonly error_description?: string | undefined },
): void => {
  const { html, csp } = plainPage({
    title: "Sign-in cannot continue",
    intro: "The application sent a request that Topolo Auth does not accept. Go back to it and start again.",
    body: `<p><code>${escapeHtml(out.error)}</code> ${escapeHtml(out.error_description ?? "")}</p>`,
  });
  ctx.type = "html";
  ctx.set("Content-Security-Policy", csp);
  ctx.body = html;
};
