import { errorTable } from "../errors.ts";
import type { OpenDoor } from "./dispatch.ts";

const row = ([code, { http, fault, retryable, message }]: readonly [
  string,
  (typeof errorTable)[keyof typeof errorTable],
]): string =>
  `<tr id="${code.toLowerCase().replaceAll("_", "-")}"><td><code>${code}</code><td>${http}<td>${fault}<td>${retryable ? "yes" : "no"}<td>${message}`;

const page = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Errors · Topolo Nexus</title>
<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">
<style>body{font:16px/1.5 system-ui;margin:2rem auto;max-width:70rem;padding:0 1rem}td,th{text-align:left;vertical-align:top;padding:.3rem .8rem .3rem 0}:target{outline:2px solid}</style>
<h1>Errors</h1><p>Every failure names its code, and with <code>effect</code> whether the vendor acted: <code>none</code>, <code>done</code> or <code>unknown</code>. A retryable one costs nothing to repeat while its effect is <code>none</code>, or where an idempotency key guards the repeat: <code>retryable</code> in the answer says so.</p>
<table><thead><tr><th>Code<th>Status<th>Whose turn<th>Retryable<th>What it means<tbody>
${Object.entries(errorTable).map(row).join("\n")}
</table></html>`;

/** Where the `docs` of every error points, on this very host. */
export const errorsPage: OpenDoor = () => ({
  status: 200,
  headers: {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "cache-control": "public, max-age=300",
  },
  body: page,
});
