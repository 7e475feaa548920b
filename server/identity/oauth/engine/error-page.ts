import type { KoaContextWithOIDC } from "oidc-provider";
import { escapeHtml } from "../../http/escape-html.ts";

/** A refusal that must not be sent back to the client, since who the client is is what is in doubt. */
export const renderError = (
  ctx: KoaContextWithOIDC,
  out: { readonly error: string; readonly error_description?: string | undefined },
): void => {
  ctx.type = "html";
  ctx.body = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Sign-in cannot continue</title></head>
<body>
<h1>Sign-in cannot continue</h1>
<p>The application sent a request that Topolo Auth does not accept. Go back to it and start again.</p>
<p><code>${escapeHtml(out.error)}</code> ${escapeHtml(out.error_description ?? "")}</p>
</body>
</html>
`;
};
