/**
 * The look of the pages that Auth makes by itself: that of its other pages (`app/globals.css`), in one piece, since these are
 * there before those are built and where nothing else answers.
 */
export const plainPageStyle = `
:root { color-scheme: light dark; --canvas: light-dark(#f7f8f7, #0b0f0f); --surface: light-dark(#fff, #131818); --raised: light-dark(#f0f3f2, #1b2222); --line: light-dark(#e1e6e4, #273030); --line-strong: light-dark(#8a9794, #64726f); --ink: light-dark(#13201e, #e9efed); --muted: light-dark(#566461, #9caaa6); --accent: light-dark(#0c6f66, #5fe0cd); --accent-strong: light-dark(#084f49, #9af0e3); --accent-ink: light-dark(#fff, #04211d); --good: light-dark(#166534, #6ee7a0); --good-soft: light-dark(#e0f5e6, #10301d); --bad: light-dark(#b01c1c, #fb9090); --sans: ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif; --mono: ui-monospace, "SF Mono", "Cascadia Mono", "Roboto Mono", "DejaVu Sans Mono", monospace; }
* { box-sizing: border-box; }
html { background: var(--canvas); color: var(--ink); font: 93.75%/1.5 var(--sans); -webkit-font-smoothing: antialiased; }
body { margin: 0; }
main { width: 100%; max-width: 26rem; margin: 0 auto; padding: max(2rem, 9dvh) 1rem 3rem; }
main.wide { max-width: 40rem; }
header { display: flex; flex-direction: column; align-items: center; gap: 1rem; margin-bottom: 1.75rem; text-align: center; }
.mark { width: 2.75rem; height: 2.75rem; }
.mark rect { fill: var(--accent); } .mark path { stroke: var(--accent-ink); } .mark circle { fill: var(--accent-ink); }
h1 { margin: 0; font-size: 1.5rem; line-height: 1.25; font-weight: 600; letter-spacing: -.025em; text-wrap: balance; }
h2 { margin: 1.5rem 0 .5rem; font-size: 1rem; font-weight: 600; }
p { margin: 0 0 1rem; text-wrap: pretty; }
.intro { margin: .375rem 0 0; color: var(--muted); }
.panel { padding: 1.5rem; background: var(--surface); border: 1px solid var(--line); border-radius: .75rem; box-shadow: 0 1px 2px light-dark(rgb(16 40 36 / .05), rgb(0 0 0 / .3)); }
.panel > :last-child { margin-bottom: 0; }
label { display: block; margin: 1rem 0 .25rem; font-size: .875rem; font-weight: 500; color: var(--muted); }
form > label:first-of-type { margin-top: 0; }
input { width: 100%; min-height: 2.5rem; padding: .375rem .75rem; font: inherit; color: inherit; background: var(--surface); border: 1px solid var(--line-strong); border-radius: .5rem; }
input[aria-invalid="true"] { border-color: var(--bad); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
input:focus-visible { outline-offset: 0; }
.hint { margin: .25rem 0 0; color: var(--muted); font-size: .875rem; }
.error { margin: .25rem 0 0; color: var(--bad); font-size: .875rem; }
.wide-button { display: block; width: 100%; min-height: 2.5rem; margin-top: 1.5rem; padding: .5rem .875rem; font: inherit; font-weight: 500; text-align: center; text-decoration: none; color: var(--accent-ink); background: var(--accent); border: 0; border-radius: .5rem; cursor: pointer; }
.wide-button:hover { background: var(--accent-strong); }
.done { padding: .5rem .75rem; color: var(--good); background: var(--good-soft); border-radius: .5rem; font-size: .875rem; }
.sample { position: relative; margin: 0 0 1rem; }
pre { margin: 0; padding: .875rem 5.5rem .875rem 1rem; overflow-wrap: anywhere; white-space: pre-wrap; background: var(--raised); border: 1px solid var(--line); border-radius: .5rem; font: .8125rem/1.6 var(--mono); }
.copy { position: absolute; top: .5rem; right: .5rem; min-width: 4.25rem; padding: .25rem .625rem; font: inherit; font-size: .8125rem; color: var(--muted); background: var(--surface); border: 1px solid var(--line); border-radius: .375rem; cursor: pointer; }
.copy:hover { color: var(--ink); }
code { font-family: var(--mono); font-size: .875em; }
`;

/** Copies the text beside a button, and says so; the page is whole without it. */
export const copyScript = `
for (const button of document.querySelectorAll("button.copy")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const text = button.parentElement.querySelector("pre").textContent;
    try { await navigator.clipboard.writeText(text); button.textContent = "Copied"; }
    catch { getSelection().selectAllChildren(button.parentElement.querySelector("pre")); button.textContent = "Selected"; }
    setTimeout(() => { button.textContent = "Copy"; }, 1600);
  });
}
`;
