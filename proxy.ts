import { NextResponse, type NextRequest } from "next/server";
import { pagePaths, startPage } from "./app/(identity)/_flow/page-paths.ts";
import { readRuntimeConfig } from "./app/_session/runtime-config.ts";

type Surface = "dashboard" | "auth";

/** Our own forwarders say under which origin a page was asked for; what a caller sent in that header is gone by then. */
const surfaceOf = (request: NextRequest): Surface =>
  request.headers.get("x-topolo-surface") === "auth" ? "auth" : "dashboard";

/** Where the robot check's script and frame come from, on an installation that has one. */
const widgetOrigin = "https://challenges.cloudflare.com";
const hasWidget = (): boolean => (process.env.TURNSTILE_SITE_KEY ?? "") !== "";

const policy = (nonce: string, surface: Surface): string => {
  // The development server evaluates code and injects style elements of its own.
  const development = process.env.NODE_ENV === "development";
  return [
    "default-src 'self'",
    `script-src 'nonce-${nonce}' 'strict-dynamic'${development ? " 'unsafe-eval'" : ""}`,
    `style-src 'self' ${development ? "'unsafe-inline'" : `'nonce-${nonce}'`}`,
    "img-src 'self' data:",
    // A film is played from the browser's memory, where the page has read it as the person who is signed in.
    `media-src 'self' data:${surface === "dashboard" ? " blob:" : ""}`,
    "font-src 'self'",
    ...(surface === "auth"
      ? ["connect-src 'self'", ...(hasWidget() ? [`frame-src ${widgetOrigin}`] : [])]
      : [`connect-src 'self' ${readRuntimeConfig().authUrl}`, `frame-src 'self' ${readRuntimeConfig().authUrl}`]),
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
};

const firstSegment = (path: string): string => path.split("/", 2)[1] ?? "";
const authSegments: ReadonlySet<string> = new Set(pagePaths.map(firstSegment));

/** Whose page a path names, however it is spelt. */
const ownerOf = (path: string): Surface | undefined => {
  try {
    return authSegments.has(firstSegment(decodeURIComponent(path))) ? "auth" : "dashboard";
  } catch {
    return undefined;
  }
};

const noPage = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark"><title>There is no such page</title>
<h1>There is no such page</h1><p>The address may be mistyped. <a href="/">To the start</a></p></html>`;

const shownMail = /^\/email\/[^/]+\/shown$/;

const redirectTo = (request: NextRequest, path: string): NextResponse => {
  const target = request.nextUrl.clone();
  target.pathname = path;
  target.search = "";
  return NextResponse.redirect(target);
};

const show = (request: NextRequest, surface: Surface, value: string): NextResponse => {
  if (ownerOf(request.nextUrl.pathname) !== surface)
    return new NextResponse(noPage, { status: 404, headers: { "content-type": "text/html; charset=utf-8" } });
  const headers = new Headers(request.headers);
  headers.set("content-security-policy", value);
  return NextResponse.next({ request: { headers } });
};

/** Shows each origin its own pages, and gives every page its own nonce. Who may see what is decided where the data is. */
export const proxy = (request: NextRequest): NextResponse => {
  const surface = surfaceOf(request);
  const { pathname } = request.nextUrl;
  if (surface === "auth" && pathname === "/") return redirectTo(request, startPage);
  // People sign in at Auth; the dashboard's pages know the way there.
  if (surface === "dashboard" && pathname === "/sign-in") return redirectTo(request, "/");
  // Somebody else's page, in a frame: its own route says what it may do.
  if (surface === "dashboard" && shownMail.test(pathname)) return NextResponse.next();
  const nonce = Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString("base64");
  const value = policy(nonce, surface);
  const response = show(request, surface, value);
  response.headers.set("content-security-policy", value);
  return response;
};

export const config = {
  matcher: [
    // Nor the files of public/, which are the same under both origins.
    "/((?!api/|v1/|mcp$|\\.well-known/|_next/static|_next/image|(?:favicon\\.(?:svg|ico)|apple-touch-icon\\.png|icon-\\d+\\.png|og\\.png|robots\\.txt|site\\.webmanifest)$).*)",
    // Under Auth's origin none of these is Next's to answer.
    { source: "/(api|v1|mcp|_next/image)/:path*", has: [{ type: "header", key: "x-topolo-surface", value: "auth" }] },
  ],
};
