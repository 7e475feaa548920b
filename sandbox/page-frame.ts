const escapes: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text for a page. */
export const escape = (text: string): string => text.replaceAll(/[&<>"']/g, (sign) => escapes[sign] ?? sign);

/** A page on which a payer of the sandbox pays, without anything from elsewhere. */
export const frame = (title: string, body: string): string => `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${escape(title)}</title>
<style>
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { max-width: 28rem; margin: 2rem auto; padding: 0 1rem }
ul { padding: 0; list-style: none }
li { display: flex; justify-content: space-between; gap: 1rem; overflow-wrap: anywhere }
button, select { font: inherit; width: 100%; padding: 0.6rem; margin-top: 0.5rem; border-radius: 6px; border: 1px solid #8888 }
[role=alert] { color: light-dark(#a00, #faa) }
</style></head>
<body><main>
<p>Sandbox: no money moves.</p>
${body}
</main></body>
</html>
`;

/** What a browser is answered. */
export interface PageAnswer {
  readonly status: number;
  readonly body: string;
  readonly location?: string;
}

export const html = (body: string, status = 200): PageAnswer => ({ status, body });

/** Headers of such a page: it loads and frames nothing. */
export const pageHeaders = ({ location }: PageAnswer): Readonly<Record<string, string>> => ({
  "content-type": "text/html; charset=utf-8",
  "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'",
  "cache-control": "no-store",
  ...(location === undefined ? {} : { location }),
});
