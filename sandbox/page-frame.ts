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
:root {
  color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif;
  --ink: light-dark(#1b1f24, #eceef1); --soft: light-dark(#56606b, #a9b2bd); --line: light-dark(#d5dae0, #3d444d);
  --ground: light-dark(#f2f4f6, #14171a); --card: light-dark(#fff, #1f2328); --go: light-dark(#0b57d0, #a8c7fa);
  --on-go: light-dark(#fff, #062e6f);
}
* { box-sizing: border-box }
body { margin: 0; padding: clamp(1rem, 8vh, 5rem) 1rem; background: var(--ground); color: var(--ink) }
main { max-width: 27rem; margin: 0 auto; padding: 1.5rem; background: var(--card); border: 1px solid var(--line); border-radius: 14px }
.note { margin: 0 0 1.25rem; padding: 0 0 0.75rem; border-bottom: 1px solid var(--line); color: var(--soft); font-size: 0.875rem }
h1 { margin: 0 0 0.75rem; font-size: 1.6rem; line-height: 1.25; overflow-wrap: anywhere }
h2 { margin: 1.5rem 0 0.25rem; font-size: 1rem; overflow-wrap: anywhere }
p { margin: 0 0 0.75rem; overflow-wrap: anywhere }
ul { margin: 0 0 1.25rem; padding: 0; list-style: none }
li { display: flex; justify-content: space-between; gap: 1rem; padding: 0.4rem 0; border-bottom: 1px solid var(--line); overflow-wrap: anywhere }
li span:last-child { flex: none; max-width: 60%; text-align: right; color: var(--soft) }
label { display: block; font-size: 0.875rem; color: var(--soft) }
button, select { font: inherit; width: 100%; min-height: 2.75rem; padding: 0.5rem 0.75rem; margin-top: 0.5rem; border-radius: 8px; border: 1px solid var(--line) }
button, select { background: var(--card); color: var(--ink) }
button.go { margin-top: 1rem; background: var(--go); border-color: var(--go); color: var(--on-go); font-weight: 600 }
button:hover { filter: brightness(0.96) }
:focus-visible { outline: 3px solid var(--go); outline-offset: 2px }
a { color: var(--go) }
p:has(> a) { margin: 1rem 0 0; text-align: center }
[role=alert] { padding: 0.6rem 0.75rem; border-radius: 8px; background: light-dark(#fdecea, #4a1c1a); color: light-dark(#8c1d18, #f9dedc) }
</style></head>
<body><main>
<p class="note">Sandbox: no money moves.</p>
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
