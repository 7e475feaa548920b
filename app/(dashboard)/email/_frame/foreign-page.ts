import { NexusClientError, createNexusClient, type NexusClient } from "@topolo/nexus-client";
import { getToken } from "next-auth/jwt";
import type { NextRequest } from "next/server";
import { readRuntimeConfig } from "../../../_session/runtime-config.ts";

// What a mail says is somebody else's page: it runs nothing, loads nothing, and is shown inside ours alone.
const policy = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'";

/** HTML that somebody else has written, for a frame. */
export const foreignPage = (html: string, status = 200): Response =>
  new Response(html, {
    status,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": policy,
      "x-frame-options": "SAMEORIGIN",
      "cache-control": "private, no-store",
    },
  });

/** A sentence in place of it; `text` is ours. */
export const foreignNote = (text: string, status: number): Response =>
  foreignPage(`<!doctype html><meta charset="utf-8"><p style="font:16px system-ui;color:#444">${text}</p>`, status);

/** Asks the gateway as the person whose session the dashboard mirrors; what it refuses is a sentence in the frame. */
export const asPerson = async (
  request: NextRequest,
  show: (nexus: NexusClient) => Promise<Response>,
  missing: string,
): Promise<Response> => {
  const session = await getToken({ req: request });
  if (session === null) return foreignNote("Please sign in again.", 401);
  try {
    const baseUrl = readRuntimeConfig().dashboardUrl;
    return await show(createNexusClient({ baseUrl, credential: { bearer: session.access_token } }));
  } catch (error) {
    if (NexusClientError.is(error) && error.code === "NOT_FOUND") return foreignNote(missing, 404);
    if (NexusClientError.is(error) && error.code === "INVALID_INPUT") return foreignNote(missing, 400);
    return foreignNote("It could not be loaded. Please reload the page.", 502);
  }
};
