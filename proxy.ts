import { NextResponse, type NextRequest } from "next/server";
import { readRuntimeConfig } from "./app/_session/runtime-config.ts";

// Each origin has a tree of its own: Auth's pages lie below this folder and nowhere else, and are shown without it.
const authTree = "/topolo-auth";
const nowhere = "/no-such-page";

type Surface = "dashboard" | "auth";

/** Our own forwarders say under which origin a page was asked for; what a caller sent in that header is gone by then. */
const surfaceOf = (request: NextRequest): Surface =>
  request.headers.get("x-topolo-surface") === "auth" ? "auth" : "dashboard";

const policy = (nonce: string, surface: Surface): string => {
  // The development server evaluates code and injects style elements of its own.
  const development = process.env.NODE_ENV === "development";
  return [
    "default-src 'self'",
    `script-src 'nonce-${nonce}' 'strict-dynamic'${development ? " 'unsafe-eval'" : ""}`,
    `style-src 'self' ${development ? "'unsafe-inline'" : `'nonce-${nonce}'`}`,
    "img-src 'self' data:",
    "font-src 'self'",
    ...(surface === "auth"
      ? ["connect-src 'self'"]
      : [`connect-src 'self' ${readRuntimeConfig().authUrl}`, `frame-src ${readRuntimeConfig().authUrl}`]),
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
};

const decoded = (path: string): string => {
  try {
    return decodeURIComponent(path);
  } catch {
    return authTree;
  }
};

/** Where the page lies that an origin shows under a path. */
const placeOf = (surface: Surface, path: string): string => {
  if (decoded(path).toLowerCase().startsWith(authTree)) return nowhere;
  if (surface === "dashboard") return path;
  return path === "/" ? authTree : `${authTree}${path}`;
};

/** Shows each origin its own pages, and gives every page its own nonce. Who may see what is decided where the data is. */
export const proxy = (request: NextRequest): NextResponse => {
  const surface = surfaceOf(request);
  const { pathname } = request.nextUrl;
  const target = request.nextUrl.clone();
  if (surface === "dashboard" && pathname === "/sign-in") {
    // People sign in at Auth; the dashboard knows the way there.
    target.pathname = "/";
    target.search = "";
    return NextResponse.redirect(target);
  }
  const nonce = Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString("base64");
  const value = policy(nonce, surface);
  const headers = new Headers(request.headers);
  headers.set("content-security-policy", value);
  target.pathname = placeOf(surface, pathname);
  const response =
    target.pathname === pathname
      ? NextResponse.next({ request: { headers } })
      : NextResponse.rewrite(target, { request: { headers } });
  response.headers.set("content-security-policy", value);
  return response;
};

export const config = {
  matcher: [
    "/((?!api/|v1/|_next/static|_next/image|icon.svg).*)",
    // Under Auth's origin neither is Next's to answer.
    { source: "/(api|v1)/:path*", has: [{ type: "header", key: "x-topolo-surface", value: "auth" }] },
  ],
};
