import { NexusClientError, createNexusClient } from "@topolo/nexus-client";
import { getToken } from "next-auth/jwt";
import type { NextRequest } from "next/server";
import { readRuntimeConfig } from "../../../../_session/runtime-config.ts";

interface RouteContext {
  readonly params: Promise<{ readonly emailId: string }>;
}

// What a mail says is somebody else's page: it runs nothing, loads nothing, and is shown inside ours alone.
const policy = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'";

const page = (html: string, status = 200): Response =>
  new Response(html, {
    status,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": policy,
      "x-frame-options": "SAMEORIGIN",
      "cache-control": "private, no-store",
    },
  });

const note = (text: string, status: number): Response =>
  page(`<!doctype html><meta charset="utf-8"><p style="font:16px system-ui;color:#444">${text}</p>`, status);

/** The page of one mail, for a frame. It is read as the person whose session the dashboard mirrors. */
export const GET = async (request: NextRequest, { params }: RouteContext): Promise<Response> => {
  const { emailId } = await params;
  const session = await getToken({ req: request });
  if (session === null) return note("Please sign in again.", 401);
  const nexus = createNexusClient({
    baseUrl: readRuntimeConfig().dashboardUrl,
    credential: { bearer: session.access_token },
  });
  try {
    const { content } = await nexus.email.get.query({ emailId });
    return content?.html ? page(content.html) : note("There is nothing to show.", 404);
  } catch (error) {
    if (NexusClientError.is(error) && error.code === "NOT_FOUND") return note("There is no such mail.", 404);
    return note("It could not be loaded. Please reload the page.", 502);
  }
};
