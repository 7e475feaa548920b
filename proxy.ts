import { NextResponse, type NextRequest } from "next/server";
import { readRuntimeConfig } from "./app/_session/runtime-config.ts";

const policy = (nonce: string): string => {
  // The development server evaluates code and injects style elements of its own.
  const development = process.env.NODE_ENV === "development";
  return [
    "default-src 'self'",
    `script-src 'nonce-${nonce}' 'strict-dynamic'${development ? " 'unsafe-eval'" : ""}`,
    `style-src 'self' ${development ? "'unsafe-inline'" : `'nonce-${nonce}'`}`,
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src 'self' ${readRuntimeConfig().authUrl}`,
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
};

/** Gives every page its own nonce. Who may see what is decided where the data is: this lets nobody in or out. */
export const proxy = (request: NextRequest): NextResponse => {
  const nonce = Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString("base64");
  const value = policy(nonce);
  const headers = new Headers(request.headers);
  headers.set("content-security-policy", value);
  const response = NextResponse.next({ request: { headers } });
  response.headers.set("content-security-policy", value);
  return response;
};

export const config = { matcher: ["/((?!api/|v1/|_next/static|_next/image|icon.svg).*)"] };
